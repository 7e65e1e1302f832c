//! The API as `up` and `api` both run it: accept, answer, and stop without dropping a request.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use campanile_api::identity::{AllowedOrigins, FailedTokens, Keys, TenantTurns};
use campanile_api::{ApiState, Draining, ServerLimits, router_with, serve};
use campanile_app::templates::Announcer;
use campanile_cache::Bus;
use campanile_domain::{AuditDays, Clock, Random, RetentionDays, Routes};
use campanile_intake::Intake;
use campanile_links::Links;
use campanile_live::Hub;
use campanile_providers::ProviderService;
use campanile_storage::Storage;
use campanile_wording::Wording;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::health::Surroundings;
use super::shared::Shared;

/// Streams end with the advice to reconnect; a connection that takes longer is cut off with the last ones.
const STREAMS_END_WITHIN: Duration = Duration::from_secs(2);

/// What the API is made of.
pub(crate) struct ApiServerParts {
    pub(crate) listener: TcpListener,
    pub(crate) storage: Arc<dyn Storage>,
    /// Wakes the relays.
    pub(crate) waker: Arc<dyn Bus>,
    /// Keeps answers, counts requests.
    pub(crate) shared: Shared,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
    pub(crate) keys: Arc<Keys>,
    /// How many reads of one tenant run at a time.
    pub(crate) turns: TenantTurns,
    /// Counts refused tokens by address.
    pub(crate) failed_tokens: FailedTokens,
    /// Web pages that may use the API.
    pub(crate) origins: AllowedOrigins,
    /// Where tenants' providers are set.
    pub(crate) providers: ProviderService,
    /// The default retention period, for tenants that have not set one.
    pub(crate) retention: RetentionDays,
    /// Links in mails.
    pub(crate) links: Links,
    /// The default retention period of audit rows.
    pub(crate) audit_days: AuditDays,
    /// The routes of the operator's own settings, which dry runs count in.
    pub(crate) operator_routes: Arc<Routes>,
    pub(crate) health: Surroundings,
    /// The streams of users.
    pub(crate) hub: Hub,
    /// The page at `/`, if it is served.
    pub(crate) home: Option<Router>,
    /// Whether the page at `/docs/live` is served.
    pub(crate) serves_live_page: bool,
}

/// What browsers get beside the API.
fn pages(home: Option<Router>, serves_live_page: bool) -> Router {
    let live = serves_live_page.then(campanile_dashboard::live);
    campanile_dashboard::inbox_module()
        .merge(home.unwrap_or_default())
        .merge(live.unwrap_or_default())
}

/// The running API.
pub(crate) struct ApiServer {
    address: SocketAddr,
    intake: Intake,
    draining: Draining,
    stop: CancellationToken,
    server: JoinHandle<()>,
    hub: Hub,
}

impl ApiServer {
    /// Starts to answer.
    pub(crate) fn start(parts: ApiServerParts) -> anyhow::Result<Self> {
        let ApiServerParts {
            listener,
            storage,
            waker,
            shared,
            clock,
            random,
            keys,
            turns,
            failed_tokens,
            origins,
            providers,
            retention,
            audit_days,
            links,
            operator_routes,
            health,
            hub,
            home,
            serves_live_page,
        } = parts;
        let (draining, stop) = (Draining::default(), CancellationToken::new());
        let announcer = Announcer::new(Arc::clone(&waker));
        let (inboxes, bus) = (Arc::clone(&shared.inboxes), Arc::clone(&waker));
        let intake = Intake::start(
            Arc::clone(&storage),
            Wording::new(Arc::clone(&storage)).voided_by(waker.as_ref()),
            waker,
            inboxes,
            Arc::clone(&clock),
            random.clone(),
        );
        let (api_intake, health) = (intake.clone(), Arc::new(health));
        let state = ApiState::new(
            storage,
            api_intake,
            keys,
            health,
            clock,
            random,
            draining.clone(),
        );
        let state = state
            .with_providers(providers)
            .with_retention(retention)
            .with_audit_days(audit_days)
            .with_links(links)
            .with_announcer(announcer)
            .voided_by(bus.as_ref())
            .with_operator_routes(operator_routes)
            .with_throttle(shared.throttle())
            .with_turns(turns)
            .with_failed_tokens(failed_tokens)
            .with_stream_tickets(shared.tickets)
            .with_presence(shared.presence)
            .with_origins(origins)
            .with_inboxes(shared.inboxes, shared.lives, shared.signal)
            .with_streams(hub.clone());
        let address = listener.local_addr()?;
        let serving = serve(
            listener,
            router_with(state, pages(home, serves_live_page)),
            stop.clone(),
            ServerLimits::default(),
        );
        Ok(Self {
            address,
            intake,
            draining,
            stop,
            server: tokio::spawn(serving),
            hub,
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends when a task has failed that answering needs: the process is no use any more.
    pub(crate) async fn failed(&mut self) {
        tokio::select! {
            _ = &mut self.server => {}
            () = self.intake.failed() => {}
            () = self.hub.failed() => {}
        }
    }

    /// Says that it is not ready, answers what is under way, writes what was taken.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.draining.start();
        self.stop.cancel();
        self.hub.drain(STREAMS_END_WITHIN).await;
        self.server.await.context("the server failed")?;
        self.intake.close().await;
        Ok(())
    }
}
