//! Which servers and which binary, for the commands that start a cluster of their own.

use std::path::PathBuf;

use clap::Args;

/// The service's binary, and the servers that it stands on.
#[derive(Debug, Clone, Args)]
pub(crate) struct Servers {
    /// The service's binary (default: `campanile` beside this one).
    #[arg(long, value_name = "PATH")]
    pub(crate) campanile: Option<PathBuf>,
    /// A Postgres server; a database of its own is made there with `psql`, and dropped.
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
    /// A RabbitMQ server; exchanges and queues of its own are made there, and deleted.
    #[arg(
        long,
        value_name = "URL",
        env = "RABBITMQ_URL",
        hide_env_values = true,
        default_value = "amqp://guest:guest@127.0.0.1:5672/%2f"
    )]
    pub(crate) rabbitmq_url: String,
}
