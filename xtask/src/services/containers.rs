//! The servers of `docker-compose.yml`, for machines that have containers and no packages.
//!
//! They are left running: the next run finds them in no time, and `docker compose --project-name campanile-tests down` ends them.

use std::process::Command;

use anyhow::{Context, Result};

use super::Kind;
use crate::command;

/// Starts one and waits until it is healthy.
pub fn start(kind: Kind) -> Result<String> {
    // The ports that the compose file publishes.
    let (service, url) = match kind {
        Kind::Postgres => (
            "postgres",
            "postgres://campanile:campanile@127.0.0.1:5432/postgres",
        ),
        Kind::Redis => ("redis", "redis://127.0.0.1:6379"),
        Kind::RabbitMq => ("rabbitmq", "amqp://campanile:campanile@127.0.0.1:5672/%2f"),
    };
    command::run(
        Command::new("docker")
            .current_dir(command::workspace_root())
            // Apart from a cluster that a developer runs with the same file: other volumes, another password.
            .args(["compose", "--project-name", "campanile-tests"])
            .args(["--env-file", "/dev/null", "up", "--detach", "--wait"])
            .arg(service)
            .envs(["POSTGRES_PASSWORD", "RABBITMQ_PASSWORD"].map(|name| (name, "campanile")))
            // The file insists on these for services that stay down.
            .envs(["JWT_SECRET", "GRAFANA_PASSWORD"].map(|name| (name, "unused"))),
    )
    .with_context(|| {
        format!(
            "no {kind:?}: name a running one in {}, install the package {}, or start a container engine",
            kind.variable(),
            kind.debian_package()
        )
    })?;
    Ok(url.to_owned())
}
