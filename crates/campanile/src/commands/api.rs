//! `campanile api`

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use campanile_api::{ApiState, Draining, ServerLimits, router, serve};
use campanile_config::Role;
use campanile_domain::SystemClock;
use campanile_intake::Intake;
use campanile_storage::Storage;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::cli::ApiOptions;
use crate::wiring::health::Surroundings;
use crate::wiring::{cluster, identity, print, settings, signals};

/// Serves the API until told to stop.
pub(crate) async fn run(file: Option<&Path>, options: ApiOptions) -> anyhow::Result<()> {
    let started = Instant::now();
    let settings = settings::load(file, Role::Api)?;
    let traces = settings::start_logs(&settings, "api")?;
    let keys = identity::keys(&settings, None)?;
    let storage = cluster::postgres(&settings, campanile_storage_postgres::Role::Api).await?;
    let storage: Arc<dyn Storage> = storage;
    let bus = cluster::bus(&settings).await?;
    let clock = Arc::new(SystemClock);
    let waker = bus.clone().unwrap_or_else(cluster::lonely_bus);
    let intake = Intake::start(Arc::clone(&storage), waker, clock.clone());
    let draining = Draining::default();
    let health = Arc::new(Surroundings {
        storage: Arc::clone(&storage),
        bus,
        queue: None,
        clock: clock.clone(),
        started,
    });
    let state = ApiState::new(
        Arc::clone(&storage),
        intake.clone(),
        keys,
        health,
        clock,
        draining.clone(),
    );
    let listen = options
        .listen
        .unwrap_or_else(|| settings.http.listen_for(Role::Api));
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("CAMPANILE_LISTEN: cannot listen on {listen}"))?;
    let told_to_stop = signals::listen()?;
    print::line(format_args!("ready on http://{}", listener.local_addr()?));
    let stop = CancellationToken::new();
    let server = tokio::spawn(serve(
        listener,
        router(state),
        stop.clone(),
        ServerLimits::default(),
    ));
    told_to_stop.await;
    draining.start();
    stop.cancel();
    server.await.context("the server failed")?;
    intake.close().await;
    storage.close().await;
    settings::stop_traces(traces).await;
    Ok(())
}
