//! `campanile worker`

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use campanile_api::{Draining, ServerLimits, operations_router, serve};
use campanile_config::Role;
use campanile_delivery::{Accounts, Delivery, DeliveryParts, DeliverySettings};
use campanile_domain::{Clock, Random};
use campanile_queue::Queue;
use campanile_storage::Storage;
use campanile_wording::Wording;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::cli::WorkerOptions;
use crate::wiring::shared::Shared;
use crate::wiring::tenants_accounts::TenantsAccounts;
use crate::wiring::{channels, cluster, links, master_key, print, settings, signals};

/// Delivers until the stop signal.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: WorkerOptions,
) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Worker)?;
    let traces = settings::start_logs(&settings, "worker")?;
    settings::warn_of_needless_keys(&settings, Role::Worker);
    let served = channels::served(&options.channels, &options.except)?;
    let clock = Arc::clone(clock);
    let sender_factory = channels::sender_factory(&settings, Arc::clone(&clock));
    let operators = channels::accounts(&settings, &sender_factory)?;
    let accounts = Arc::new(Accounts::new(&operators));
    let master = master_key::of_settings(&settings).await?;
    let ring = master_key::ring(&settings, master.as_ref(), false)?;
    let storage = cluster::postgres(&settings, campanile_storage_postgres::Role::Worker).await?;
    let storage = storage.with_random(random.clone()).with_keys(&ring);
    let storage: Arc<dyn Storage> = Arc::new(storage);
    master_key::check(master.as_ref(), storage.as_ref()).await;
    let bus = cluster::bus(&settings, &random)
        .await?
        .unwrap_or_else(cluster::local_bus);
    let shared = Shared::of_cluster(&settings, &clock, &random)?;
    let queue = cluster::queue(&settings)?;
    let listen = options.listen.unwrap_or(settings.http.metrics_listen);
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("CAMPANILE_METRICS_LISTEN: cannot listen on {listen}"))?;
    let tenants = TenantsAccounts::new(
        Arc::clone(&storage),
        Arc::clone(&clock),
        master,
        sender_factory,
        Arc::clone(&accounts),
        operators,
    );
    let tenants = tenants.start().await.context("tenants' providers")?;
    let delivery = Delivery::start(
        DeliveryParts {
            storage: Arc::clone(&storage),
            queue: queue.clone(),
            wording: Wording::new(Arc::clone(&storage)).voided_by(bus.as_ref()),
            bus,
            inboxes: Arc::clone(&shared.inboxes),
            presence: Arc::clone(&shared.presence),
            clock: Arc::clone(&clock),
            random: random.clone(),
            accounts,
            channels: served,
        },
        DeliverySettings {
            retention: settings.retention.days,
            audit_days: settings.retention.audit_days,
            links: Some(links::links(&settings, &storage, &clock)),
            host: host_name(),
            ..DeliverySettings::default()
        },
    )
    .await
    .context("RABBITMQ_URL")?;
    let stop_signal = signals::listen()?;
    print::line(format_args!("ready on http://{}", listener.local_addr()?));
    let (stop, draining) = (CancellationToken::new(), Draining::default());
    let operations = operations_router(Arc::clone(&storage), draining.clone(), clock, random);
    let server = tokio::spawn(serve(
        listener,
        operations,
        stop.clone(),
        ServerLimits::default(),
    ));
    signals::wait(stop_signal, delivery.failed()).await?;
    draining.start();
    tenants.abort();
    delivery.stop().await;
    queue.close().await;
    stop.cancel();
    server.await.context("the server failed")?;
    storage.close().await;
    settings::stop_traces(traces).await;
    Ok(())
}

/// The machine's name, for people who read the workers' rows.
fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map_or_else(|_| "unknown".to_owned(), |name| name.trim().to_owned())
}
