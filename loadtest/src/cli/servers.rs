//! Servers and binary of the commands that start a private cluster.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

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

/// A cluster that runs already.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Elsewhere {
    /// Loads a running cluster instead of a private one; several URLs receive the requests in turn. What is sent stays
    /// there.
    #[arg(long, value_name = "URL,…", value_delimiter = ',', requires = "secret")]
    pub(crate) url: Vec<String>,
    /// The shared secret of that cluster: tokens are signed here.
    #[arg(long, env = "JWT_SECRET", hide_env_values = true)]
    pub(crate) secret: Option<String>,
}

impl Elsewhere {
    /// What an experiment runs on, and the secret of what is not its own.
    pub(crate) fn shape(&self) -> (Shape, Option<&str>) {
        match self.url.is_empty() {
            true => (Shape::Cluster, None),
            false => (Shape::Elsewhere, self.secret.as_deref()),
        }
    }
}

/// What an experiment runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shape {
    /// An api and workers on Postgres, Redis and RabbitMQ.
    Cluster,
    /// One process on SQLite.
    Up,
    /// A service that runs already.
    #[value(skip)]
    Elsewhere,
}

impl Shape {
    /// As the command line names it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Up => "up",
            Self::Elsewhere => "elsewhere",
        }
    }
}
