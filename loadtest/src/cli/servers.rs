//! Servers and binary of the commands that start a private cluster.

use std::path::PathBuf;

use clap::Args;

/// The service's binary, and the servers that it stands on.
#[derive(Debug, Clone, Args)]
pub(crate) struct Servers {
    /// The service's binary (default: `campanile` beside this one).
    #[arg(long, value_name = "PATH")]
    pub(crate) campanile: Option<PathBuf>,
    /// A Postgres server; the command creates a private database with `psql` and drops it afterwards.
    #[arg(
        long,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "postgres://postgres@127.0.0.1:5432/postgres"
    )]
    pub(crate) database_url: String,
    /// A Redis server.
    #[arg(
        long,
        value_name = "URL",
        env = "REDIS_URL",
        hide_env_values = true,
        default_value = "redis://127.0.0.1:6379"
    )]
    pub(crate) redis_url: String,
    /// A RabbitMQ server; the command creates private exchanges and queues and deletes them afterwards.
    #[arg(
        long,
        value_name = "URL",
        env = "RABBITMQ_URL",
        hide_env_values = true,
        default_value = "amqp://guest:guest@127.0.0.1:5672/%2f"
    )]
    pub(crate) rabbitmq_url: String,
}
