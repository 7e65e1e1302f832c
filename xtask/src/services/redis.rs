//! A private Redis: nothing kept on disk.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Kind;
use super::private::{Folder, Server, free_port};
use crate::command;

/// Makes it end at once, clients or not.
const STOP: &str = "TERM";

/// The server, or one that speaks its protocol.
pub fn program() -> Option<PathBuf> {
    command::find("redis-server").or_else(|| command::find("valkey-server"))
}

/// Starts one.
pub fn start(folder: &Folder) -> Result<(String, Vec<Server>)> {
    let program = program().context("Redis is not installed")?;
    let home = folder.sub("redis")?;
    let port = free_port()?;
    let mut server = Server::start(
        Server::call(&program, STOP)
            .current_dir(&home)
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"]),
        home.join("redis.log"),
        STOP,
    )?;
    let url = format!("redis://127.0.0.1:{port}");
    server.wait(Kind::Redis, &url)?;
    Ok((url, vec![server]))
}
