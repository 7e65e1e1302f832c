//! What the router is built from. A handler asks for the part it needs, never for all of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::FromRef;
use campanile_app::api_keys::ApiKeyBook;
use campanile_app::dry_runs::DryRuns;
use campanile_app::inbox::Inboxes;
use campanile_app::ingest::IngestTaker;
use campanile_app::magic_links::MagicLinks;
use campanile_app::reactions::ReactionBook;
use campanile_app::templates::Announcer;
use campanile_app::tenants::TenantBook;
use campanile_app::test_notifications::TestNotifications;
use campanile_cache::{
    Bus, InProcessInboxSignal, InProcessStreamTickets, InboxCache, InboxSignal, NoInboxCache,
    StreamTickets,
};
use campanile_domain::{AuditDays, Clock, Random, RetentionDays, Routes};
use campanile_intake::Intake;
use campanile_links::Links;
use campanile_live::{Hub, HubParts, StreamLimits};
use campanile_pipeline::{NoPresence, Presence};
use campanile_providers::{ProviderService, SenderFactory};
use campanile_storage::Storage;
use tokio::sync::Semaphore;

use crate::budgets::{AnswerRoom, InFlight, RequestRoom};
use crate::health::{HealthSource, RecentHealth};
use crate::identity::{
    AllowedOrigins, Authenticator, FailedTokens, IngestAccess, Keys, StreamAccess, TenantTurns,
    Throttle, TicketOffice,
};
use crate::inbox_answers::{AnswerLives, InboxAnswers};
use crate::seats::Seats;

/// Whether this process is shutting down: it is not ready, so that it gets no new requests, while those in progress
/// are still answered.
#[derive(Debug, Clone, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// Starts to drain; there is no way back.
    pub fn start(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has started.
    pub fn is_draining(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Bounds of one request.
#[derive(Debug, Clone, Copy)]
pub struct RequestLimits {
    /// A larger body is refused.
    pub body_bytes: usize,
    /// The same for a call with many requests; each of them keeps to `body_bytes`.
    pub bulk_body_bytes: usize,
    /// A body that takes longer to arrive is refused.
    pub body_timeout: Duration,
    /// An answer that takes longer is given up.
    pub request_timeout: Duration,
    /// Bytes of bodies that are on their way or being worked on.
    pub requests_in_flight: InFlight,
    /// Bytes of answers that were not taken yet.
    pub answers_in_flight: InFlight,
}

impl Default for RequestLimits {
    /// 256 KiB, 4 MiB for many (the contract's bounds) in 10 s, and 30 s for the whole request.
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            bulk_body_bytes: 4 * 1024 * 1024,
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            requests_in_flight: InFlight::default(),
            answers_in_flight: InFlight::default(),
        }
    }
}

/// The default retention period, for tenants that have not set one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DefaultRetention(pub(crate) RetentionDays);

/// The retention period of audit rows of tenants that have not set one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DefaultAuditDays(pub(crate) AuditDays);

/// Questions at a time about retention periods, for streams that resume after more than a day.
#[derive(Clone)]
pub(crate) struct HistoryTurns(pub(crate) Arc<Semaphore>);

impl Default for HistoryTurns {
    /// Two: other calls need the connections to the database more.
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(2)))
    }
}

/// Seats for searches.
#[derive(Clone)]
pub(crate) struct Searches(pub(crate) Seats);

/// Seats for tests of channels.
#[derive(Clone)]
pub(crate) struct TestSeats(pub(crate) Seats);

/// Seats for dry runs.
#[derive(Clone)]
pub(crate) struct DryRunSeats(pub(crate) Seats);

/// Seats for replays and purges.
#[derive(Clone)]
pub(crate) struct Sweeps(pub(crate) Seats);

/// Everything the handlers stand on; cheap to clone.
#[derive(Clone, FromRef)]
pub struct ApiState {
    storage: Arc<dyn Storage>,
    intake: Intake,
    providers: ProviderService,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
    authenticator: Authenticator,
    health: RecentHealth,
    draining: Draining,
    answers: InboxAnswers,
    inboxes: Inboxes,
    hub: Hub,
    searches: Searches,
    tests: TestNotifications,
    test_seats: TestSeats,
    sweeps: Sweeps,
    request_room: RequestRoom,
    pub(crate) answer_room: AnswerRoom,
    retention: DefaultRetention,
    audit_days: DefaultAuditDays,
    links: Links,
    reactions: ReactionBook,
    magic_links: MagicLinks,
    history_turns: HistoryTurns,
    dry_runs: DryRuns,
    pub(crate) streams: StreamAccess,
    dry_run_seats: DryRunSeats,
    presence: Arc<dyn Presence>,
    announcer: Announcer,
    api_keys: ApiKeyBook,
    tenants: TenantBook,
    ingest_taker: IngestTaker,
    ingest_access: IngestAccess,
    pub(crate) limits: RequestLimits,
}

impl ApiState {
    /// Puts the parts together, with the default limits, without a cache, without a key for providers, with stream
    /// tickets of this process, and for no web page.
    pub fn new(
        storage: Arc<dyn Storage>,
        intake: Intake,
        keys: Arc<Keys>,
        health: Arc<dyn HealthSource>,
        clock: Arc<dyn Clock>,
        random: Random,
        draining: Draining,
    ) -> Self {
        let signal = Arc::new(InProcessInboxSignal::default());
        let providers = ProviderService::new(
            Arc::clone(&storage),
            None,
            Arc::new(SenderFactory::new(Arc::clone(&clock), Vec::new())),
            random.clone(),
        );
        let inboxes = Inboxes::new(
            Arc::clone(&storage),
            Arc::new(NoInboxCache),
            signal.clone(),
            Arc::clone(&clock),
        );
        let links = Links::new(Arc::clone(&storage), Arc::clone(&clock), None);
        let reactions = ReactionBook::new(Arc::clone(&storage), Arc::clone(&clock));
        Self {
            authenticator: Authenticator::new(keys, Arc::clone(&storage), Arc::clone(&clock)),
            ingest_access: IngestAccess::new(
                Arc::clone(&storage),
                providers.clone(),
                Arc::clone(&clock),
            ),
            ingest_taker: IngestTaker::new(
                Arc::clone(&storage),
                intake.clone(),
                inboxes.clone(),
                Arc::clone(&clock),
            ),
            magic_links: MagicLinks::new(
                Arc::clone(&storage),
                intake.clone(),
                links.clone(),
                Arc::clone(&clock),
            ),
            providers,
            inboxes,
            hub: Hub::start(HubParts {
                storage: Arc::clone(&storage),
                signal,
                clock: Arc::clone(&clock),
                random: random.clone(),
                limits: StreamLimits::default(),
            }),
            presence: Arc::new(NoPresence),
            announcer: Announcer::silent(),
            tenants: TenantBook::new(
                Arc::clone(&storage),
                Announcer::silent(),
                Arc::clone(&clock),
            ),
            api_keys: ApiKeyBook::new(
                Arc::clone(&storage),
                Announcer::silent(),
                Arc::clone(&clock),
                random.clone(),
            ),
            streams: StreamAccess {
                tickets: TicketOffice {
                    tickets: Arc::new(InProcessStreamTickets::default()),
                    clock: Arc::clone(&clock),
                    random: random.clone(),
                },
                origins: AllowedOrigins::default(),
            },
            dry_runs: DryRuns::new(Arc::clone(&storage)),
            dry_run_seats: DryRunSeats(Seats::dry_runs()),
            tests: TestNotifications::new(intake.clone(), Arc::clone(&storage), Arc::clone(&clock)),
            storage,
            intake,
            clock,
            random,
            health: RecentHealth::new(health),
            draining,
            answers: InboxAnswers::default(),
            searches: Searches(Seats::searches()),
            test_seats: TestSeats(Seats::tests()),
            sweeps: Sweeps(Seats::sweeps()),
            request_room: RequestRoom::new(InFlight::default()),
            answer_room: AnswerRoom::new(InFlight::default()),
            retention: DefaultRetention(RetentionDays::DEFAULT),
            audit_days: DefaultAuditDays(AuditDays::DEFAULT),
            links,
            reactions,
            history_turns: HistoryTurns::default(),
            limits: RequestLimits::default(),
        }
    }

    /// Manages providers through `service`.
    #[must_use]
    pub fn with_providers(mut self, service: ProviderService) -> Self {
        let (storage, clock) = (Arc::clone(&self.storage), Arc::clone(&self.clock));
        self.ingest_access = IngestAccess::new(storage, service.clone(), clock);
        self.providers = service;
        self
    }

    /// Answers questions about inboxes from `cache`, which must be the one that the intake raises and that announces
    /// through `signal`.
    #[must_use]
    pub fn with_inboxes(
        mut self,
        cache: Arc<dyn InboxCache>,
        lives: AnswerLives,
        signal: Arc<dyn InboxSignal>,
    ) -> Self {
        self.inboxes = Inboxes::new(
            Arc::clone(&self.storage),
            Arc::clone(&cache),
            signal,
            Arc::clone(&self.clock),
        );
        self.ingest_taker = IngestTaker::new(
            Arc::clone(&self.storage),
            self.intake.clone(),
            self.inboxes.clone(),
            Arc::clone(&self.clock),
        );
        self.answers = InboxAnswers::new(cache, lives);
        self
    }

    /// Keeps stream tickets where the other nodes look for them.
    #[must_use]
    pub fn with_stream_tickets(mut self, tickets: Arc<dyn StreamTickets>) -> Self {
        self.streams.tickets.tickets = tickets;
        self
    }

    /// Knows from `presence` who has a live stream open, for dry runs and previews of the next delivery.
    #[must_use]
    pub fn with_presence(mut self, presence: Arc<dyn Presence>) -> Self {
        self.dry_runs = self.dry_runs.with_presence(Arc::clone(&presence));
        self.presence = presence;
        self
    }

    /// Announces new versions of templates, and who may not call any more, through `announcer`.
    #[must_use]
    pub fn with_announcer(mut self, announcer: Announcer) -> Self {
        self.api_keys = self.api_keys.with_announcer(announcer.clone());
        self.tenants = self.tenants.with_announcer(announcer.clone());
        self.announcer = announcer;
        self
    }

    /// Hears from `bus` who may not call any more.
    #[must_use]
    pub fn voided_by(mut self, bus: &dyn Bus) -> Self {
        self.authenticator = self.authenticator.voided_by(bus);
        self
    }

    /// Lets web pages of these origins call the API and open streams.
    #[must_use]
    pub fn with_origins(mut self, origins: AllowedOrigins) -> Self {
        self.streams.origins = origins;
        self
    }

    /// Opens streams through `hub`, which must listen to the signal through which inboxes are announced.
    #[must_use]
    pub fn with_streams(mut self, hub: Hub) -> Self {
        self.hub = hub;
        self
    }

    /// Shows `days` as the retention period of tenants that have not set one.
    #[must_use]
    pub fn with_retention(mut self, days: RetentionDays) -> Self {
        self.retention = DefaultRetention(days);
        self
    }

    /// Shows `days` as the retention period of audit rows of tenants that have not set one.
    #[must_use]
    pub fn with_audit_days(mut self, days: AuditDays) -> Self {
        self.audit_days = DefaultAuditDays(days);
        self
    }

    /// Reads links with `links`, the ones that workers make.
    #[must_use]
    pub fn with_links(mut self, links: Links) -> Self {
        self.magic_links = self.magic_links.with_links(links.clone());
        self.links = links;
        self
    }

    /// Counts `routes` of the operator's own settings in where a dry run is asked for.
    #[must_use]
    pub fn with_operator_routes(mut self, routes: Arc<Routes>) -> Self {
        self.dry_runs = self.dry_runs.with_operator_routes(routes);
        self
    }

    /// Limits how often callers come.
    #[must_use]
    pub fn with_throttle(mut self, throttle: Throttle) -> Self {
        self.authenticator = self.authenticator.with_throttle(throttle);
        self
    }

    /// Limits how many reads of one tenant run at a time.
    #[must_use]
    pub fn with_turns(mut self, turns: TenantTurns) -> Self {
        self.authenticator = self.authenticator.with_turns(turns);
        self
    }

    /// Limits how often addresses come with tokens that are refused.
    #[must_use]
    pub fn with_failed_tokens(mut self, failed: FailedTokens) -> Self {
        self.authenticator = self.authenticator.with_failed_tokens(failed);
        self
    }

    /// Sets other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: RequestLimits) -> Self {
        self.request_room = RequestRoom::new(limits.requests_in_flight);
        self.answer_room = AnswerRoom::new(limits.answers_in_flight);
        self.limits = limits;
        self
    }
}
