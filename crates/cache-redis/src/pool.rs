//! Connections for commands.

use std::time::Duration;

use deadpool_redis::{Manager, Pool, Runtime};
use redis::aio::MultiplexedConnection;
use redis::io::tcp::TcpSettings;
use redis::{AsyncConnectionConfig, Client, IntoConnectionInfo, RedisError};

use crate::RedisBusError;

/// No answer of Redis is worth waiting longer for: a task that is not woken polls.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);
/// Connections; each carries the commands of many tasks at once.
const SIZE: usize = 2;

/// Commands through the pool, subscriptions through connections of the client.
pub(crate) struct Connections {
    pub(crate) pool: Pool,
    pub(crate) client: Client,
}

impl Connections {
    /// Understands the address; connects when a connection is first needed.
    pub(crate) fn prepare(url: &str) -> Result<Self, RedisBusError> {
        let info = url.into_connection_info().map_err(|_| RedisBusError)?;
        let info = info.set_tcp_settings(TcpSettings::default().set_nodelay(true));
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let manager = Manager::new_with_config(info.clone(), config).map_err(|_| RedisBusError)?;
        let pool = Pool::builder(manager)
            .max_size(SIZE)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(PATIENCE))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|_| RedisBusError)?;
        Ok(Self {
            pool,
            client: Client::open(info).map_err(|_| RedisBusError)?,
        })
    }

    /// A connection of one's own, outside the pool, whose answers are waited for no longer than `patience`.
    pub(crate) async fn open(
        &self,
        patience: Duration,
    ) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(patience))
            .set_response_timeout(Some(patience));
        self.client
            .get_multiplexed_async_connection_with_config(&config)
            .await
    }

    /// A connection to keep: handing it back and taking it again costs a round trip each time.
    pub(crate) async fn take(&self) -> Result<MultiplexedConnection, String> {
        let connection = self.pool.get().await.map_err(|error| error.to_string())?;
        Ok((*connection).clone())
    }
}

/// Whether a connection with this error must be replaced.
pub(crate) fn is_broken(error: &RedisError) -> bool {
    error.is_unrecoverable_error() || error.is_timeout() || error.is_io_error()
}
