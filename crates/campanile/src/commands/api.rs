//! `campanile api`

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use campanile_config::Role;
use campanile_dashboard::SignIn;
use campanile_delivery::Accounts;
use campanile_domain::{Clock, Random};
use campanile_providers::ProviderService;
use campanile_storage::Storage;
use tokio::net::TcpListener;

use crate::cli::ApiOptions;
use crate::wiring::health::Surroundings;
use crate::wiring::server::{ApiServer, ApiServerParts};
use crate::wiring::shared::Shared;
use crate::wiring::{
    channels, cluster, identity, links, master_key, print, settings, signals, streams,
};

/// Serves the API until the stop signal.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: ApiOptions,
) -> anyhow::Result<()> {
    let started = Instant::now();
    let settings = settings::load(file, Role::Api)?;
    let traces = settings::start_logs(&settings, "api")?;
    let keys = identity::keys(&settings, None)?;
    let master = master_key::of_settings(&settings).await?;
    let ring = master_key::ring(&settings, master.as_ref(), false)?;
    let storage = cluster::postgres(&settings, campanile_storage_postgres::Role::Api).await?;
    let storage = storage.with_random(random.clone()).with_keys(&ring);
    let storage: Arc<dyn Storage> = Arc::new(storage);
    master_key::check(master.as_ref(), storage.as_ref()).await;
    let clock = Arc::clone(clock);
    let sender_factory = channels::sender_factory(&settings, Arc::clone(&clock));
    let operators = channels::accounts(&settings, &sender_factory)?;
    let providers =
        ProviderService::new(Arc::clone(&storage), master, sender_factory, random.clone());
    let bus = cluster::bus(&settings, &random).await?;
    let shared = Shared::of_cluster(&settings, &clock, &random)?.sealed(&ring, &storage);
    let listen = options
        .listen
        .unwrap_or_else(|| settings.http.listen_for(Role::Api));
    let hub = streams::hub(
        &settings,
        Arc::clone(&storage),
        &shared,
        Arc::clone(&clock),
        random.clone(),
    );
    let mut server = ApiServer::start(ApiServerParts {
        listener: TcpListener::bind(listen)
            .await
            .with_context(|| format!("CAMPANILE_LISTEN: cannot listen on {listen}"))?,
        storage: Arc::clone(&storage),
        waker: bus.clone().unwrap_or_else(cluster::local_bus),
        shared: shared.clone(),
        clock: Arc::clone(&clock),
        random,
        keys,
        turns: identity::turns(&settings),
        failed_tokens: identity::failed_tokens(&settings),
        origins: identity::origins(&settings),
        serves_live_page: settings.pages.docs_live,
        providers,
        retention: settings.retention.days,
        audit_days: settings.retention.audit_days,
        links: links::links(&settings, &storage, &clock),
        operator_routes: Accounts::new(&operators).routes(),
        health: Surroundings {
            storage: Arc::clone(&storage),
            bus,
            has_broker: true,
            accounts: None,
            shared,
            clock,
            started,
        },
        home: settings
            .pages
            .home
            .then(|| campanile_dashboard::home(SignIn::disabled())),
        hub,
    })?;
    let stop_signal = signals::listen()?;
    print::line(format_args!("ready on http://{}", server.address()));
    signals::wait(stop_signal, server.failed()).await?;
    server.stop().await?;
    storage.close().await;
    settings::stop_traces(traces).await;
    Ok(())
}
