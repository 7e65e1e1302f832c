//! The servers of `docker-compose.yml`, for machines that have containers and no packages.
//!
//! They are left running: the next run finds them in no time, and `docker compose down` ends them.

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
            .args(["compose", "up", "--detach", "--wait", service])
            // The file insists on it for the service's own roles, which stay down.
            .env("JWT_SECRET", "unused-by-the-servers-of-the-tests"),
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
