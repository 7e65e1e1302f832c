//! The cluster's implementations: Postgres, RabbitMQ, Redis.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use campanile_cache::{Bus, InProcessBus};
use campanile_cache_redis::RedisBus;
use campanile_config::Settings;
use campanile_domain::Random;
use campanile_queue_rabbitmq::{RabbitQueue, RabbitSettings};
use campanile_storage_postgres::{LookUps, PostgresSettings, PostgresStorage, Role};
use secrecy::ExposeSecret;

use super::channels::all_served;

/// A confirm that takes longer counts as none.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings of the Postgres connections.
pub(crate) fn postgres_settings(settings: &Settings, role: Role) -> PostgresSettings {
    let database = &settings.database;
    let text = |url: &secrecy::SecretString| url.expose_secret().to_owned();
    PostgresSettings {
        app_url: database.url.as_ref().map(text).unwrap_or_default(),
        worker_url: database.worker_url.as_ref().map(text),
        owner_url: database.owner_url.as_ref().map(text),
        max_connections: database.max_connections,
        role,
        look_ups: LookUps::Guarded,
    }
}

/// Connects to Postgres and makes sure that row-level security binds this role.
pub(crate) async fn postgres(settings: &Settings, role: Role) -> anyhow::Result<PostgresStorage> {
    let storage = PostgresStorage::connect(postgres_settings(settings, role))
        .await
        .context("DATABASE_URL")?;
    storage
        .verify_policy_binds()
        .await
        .context("DATABASE_URL")?;
    Ok(storage)
}

/// Redis if it is configured; without it relays find new rows by their poll.
pub(crate) async fn bus(
    settings: &Settings,
    random: &Random,
) -> anyhow::Result<Option<Arc<dyn Bus>>> {
    let Some(url) = &settings.redis.url else {
        return Ok(None);
    };
    let bus = RedisBus::start(url.expose_secret(), &namespace(settings), random.clone())
        .context("REDIS_URL")?;
    Ok(Some(Arc::new(bus)))
}

/// A bus that stays within this process.
pub(crate) fn local_bus() -> Arc<dyn Bus> {
    Arc::new(InProcessBus::new())
}

/// RabbitMQ; connects in the background, for as long as it takes.
pub(crate) fn queue(settings: &Settings) -> anyhow::Result<Arc<RabbitQueue>> {
    let rabbitmq = &settings.rabbitmq;
    let url = rabbitmq.url.as_ref().context("RABBITMQ_URL is not set")?;
    Ok(Arc::new(RabbitQueue::start(RabbitSettings {
        url: url.expose_secret().to_owned(),
        exchange: rabbitmq.exchange.clone(),
        queue_prefix: rabbitmq.queue.clone(),
        confirm_timeout: CONFIRM_TIMEOUT,
        channels: all_served(),
    })))
}

/// Two installations on one Redis differ by their database's name.
pub(crate) fn namespace(settings: &Settings) -> String {
    let url = settings.database.url.as_ref();
    let url = url.map(ExposeSecret::expose_secret).unwrap_or_default();
    let path = url.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}
