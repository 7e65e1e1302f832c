//! A private Postgres: a cluster of its own, reached over loopback by its superuser without a password.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Kind;
use super::private::{Folder, Server, free_port};
use crate::command;

/// A "fast" shutdown: disconnects clients instead of waiting for them.
const STOP: &str = "INT";

/// The folder with `initdb` and `postgres`: Debian keeps one per version and none on the search path.
pub fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let newest = versions
        .flatten()
        .filter(|version| version.path().join("bin/initdb").is_file())
        .max_by_key(|version| {
            version
                .file_name()
                .to_string_lossy()
                .parse::<u32>()
                .unwrap_or(0)
        });
    match newest {
        Some(version) => Some(version.path().join("bin")),
        None => Some(command::find("initdb")?.parent()?.to_path_buf()),
    }
}

/// Makes and starts one.
pub fn start(folder: &Folder) -> Result<(String, Vec<Server>)> {
    let programs = programs().context("Postgres is not installed")?;
    let home = folder.sub("postgres")?;
    let data = home.join("data");
    let owner = owner()?;
    if let Some((user, group)) = owner {
        chown(&home, Some(user), Some(group)).context("cannot give the data folder away")?;
    }
    let call = |program: &str| as_owner(&programs.join(program), &home, owner);

    command::output(
        call("initdb")
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C", "--no-sync", "--pgdata"])
            .arg(&data),
    )?;
    let port = free_port()?;
    let mut server = Server::start(
        call("postgres").arg("-D").arg(&data).args([
            "-p",
            &port.to_string(),
            "-c",
            "listen_addresses=127.0.0.1",
            // A socket's path may be too long, and it is not needed.
            "-c",
            "unix_socket_directories=",
            // The data goes at the end of the run: only a crash of the machine could miss it.
            "-c",
            "fsync=off",
            // Every test has a database and a pool of its own.
            "-c",
            "max_connections=400",
        ]),
        home.with_file_name("postgres.log"),
        STOP,
    )?;
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    server.wait(Kind::Postgres, &url)?;
    Ok((url, vec![server]))
}

fn as_owner(program: &Path, home: &Path, owner: Option<(u32, u32)>) -> Command {
    let mut command = Server::call(program, STOP);
    command.current_dir(home);
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

/// The user and group to run as: Postgres refuses root. `None` for the one that we are.
fn owner() -> Result<Option<(u32, u32)>> {
    if !command::is_root() {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").context("cannot read the list of users")?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| ids(&users, name))
        .map(Some)
        .context("as root, a user postgres or nobody is needed to run Postgres")
}

/// User and group id of `name` in the format of `passwd`.
fn ids(users: &str, name: &str) -> Option<(u32, u32)> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_by_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgres:x:105:112::/var/lib:/bin/bash\n";
        assert_eq!(ids(users, "postgres"), Some((105, 112)));
        assert_eq!(ids(users, "nobody"), None);
    }
}
