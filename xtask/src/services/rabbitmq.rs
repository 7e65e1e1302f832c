//! A private RabbitMQ: a node of its own name with its own port mapper, apart from any other on the machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use anyhow::{Context, Result};

use super::Kind;
use super::private::{Folder, Server, free_port};
use crate::command;

/// Makes the node take its leave, and its port mapper end.
const STOP: &str = "TERM";

/// The server's start script; the one on Debian's search path insists on the packaged node and its user.
pub fn program() -> Option<PathBuf> {
    let packaged = PathBuf::from("/usr/lib/rabbitmq/bin/rabbitmq-server");
    if packaged.is_file() {
        return Some(packaged);
    }
    command::find("rabbitmq-server")
}

/// Starts one, after its port mapper.
pub fn start(folder: &Folder) -> Result<(String, Vec<Server>)> {
    let program = program().context("RabbitMQ is not installed")?;
    let epmd = command::find("epmd").context("RabbitMQ needs Erlang's epmd on the search path")?;
    let home = folder.sub("rabbitmq")?;
    let (port, dist_port, epmd_port) = (free_port()?, free_port()?, free_port()?);

    // Started by the node, the mapper would outlive it as a daemon; started here, it is ours to stop.
    let mapper = Server::start(
        Server::call(&epmd, STOP)
            .args(["-address", "127.0.0.1", "-port", &epmd_port.to_string()])
            .current_dir(&home),
        home.join("epmd.log"),
        STOP,
    )?;
    let mut server = Server::start(
        node(&program, &home)?
            .env("ERL_EPMD_PORT", epmd_port.to_string())
            .env("RABBITMQ_NODE_PORT", port.to_string())
            .env("RABBITMQ_DIST_PORT", dist_port.to_string()),
        home.join("rabbitmq.log"),
        STOP,
    )?;
    let url = format!("amqp://guest:guest@127.0.0.1:{port}/%2f");
    server.wait(Kind::RabbitMq, &url)?;
    // The node goes first: it takes its leave from the mapper.
    Ok((url, vec![server, mapper]))
}

/// A call with every path inside `home`, so that no file of an installed node is read or written.
fn node(program: &Path, home: &Path) -> Result<Command> {
    let config = home.join("rabbitmq.conf");
    let settings = "disk_free_limit.absolute = 50MB\nlog.console = true\nlog.file = false\n";
    fs::write(&config, settings).context("cannot write RabbitMQ's settings")?;
    let plugins = home.join("enabled_plugins");
    fs::write(&plugins, "[].\n").context("cannot write RabbitMQ's list of plugins")?;
    let environment = home.join("rabbitmq-env.conf");
    fs::write(&environment, "").context("cannot write RabbitMQ's environment")?;

    let mut command = Server::call(program, STOP);
    command
        .current_dir(home)
        // Holds the cookie.
        .env("HOME", home)
        .env(
            "RABBITMQ_NODENAME",
            format!("campanile{}@localhost", process::id()),
        )
        .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
        .env("RABBITMQ_CONF_ENV_FILE", environment)
        .env("RABBITMQ_CONFIG_FILE", config)
        .env(
            "RABBITMQ_ADVANCED_CONFIG_FILE",
            home.join("advanced.config"),
        )
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", plugins)
        .env("RABBITMQ_MNESIA_BASE", home.join("mnesia"))
        .env("RABBITMQ_LOG_BASE", home.join("log"))
        .env("RABBITMQ_PID_FILE", home.join("rabbitmq.pid"))
        .env("RABBITMQ_GENERATED_CONFIG_DIR", home.join("config"))
        .env("RABBITMQ_SCHEMA_DIR", home.join("schema"))
        // Makes the script become the node instead of watching over it: one process, ours to stop.
        .env("RUNNING_UNDER_SYSTEMD", "true");
    Ok(command)
}
