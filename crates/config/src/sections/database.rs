//! The database, and the logins that the roles use.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::check;
use crate::error::SettingErrors;
use crate::key::Key;
use crate::reader::Reader;
use crate::role::Role;

const POSTGRES: &[&str] = &["postgres", "postgresql"];

pub(crate) const URL: Key = Key::secret("database", "url", "DATABASE_URL")
    .means("The database. Required by `api`, `worker` and `migrate`. For `up` it may name a SQLite file outside the \
        data directory.")
    .expects("postgres://user:password@host:5432/database or sqlite://path");
pub(crate) const WORKER_URL: Key = Key::secret("database", "worker_url", "DATABASE_WORKER_URL")
    .means("The worker's login (default: `DATABASE_URL` with `SET ROLE`).")
    .expects("postgres://user:password@host:5432/database");
pub(crate) const OWNER_URL: Key = Key::secret("database", "owner_url", "DATABASE_OWNER_URL")
    .means(
        "The login that owns the schema, for `migrate` (default: `DATABASE_URL` with `SET ROLE`).",
    )
    .expects("postgres://user:password@host:5432/database");

const MAX_CONNECTIONS: Key = Key::plain("database", "max_connections", "DATABASE_MAX_CONNECTIONS")
    .means(
        "Maximum number of connections of one process to Postgres, for each database role that it uses. Reads of one tenant use three quarters of them at most.",
    )
    .expects("a whole number from 1 to 1000");

const SLOW_QUERY_MS: Key = Key::plain("database", "slow_query_ms", "DATABASE_SLOW_QUERY_MS")
    .means("A query that takes as long, in milliseconds, is logged with the name of its operation; 0: none is.")
    .expects("a whole number from 0 to 3600000");

pub(crate) const KEYS: &[Key] = &[URL, WORKER_URL, OWNER_URL, MAX_CONNECTIONS, SLOW_QUERY_MS];

const CONNECTIONS: RangeInclusive<u32> = 1..=1_000;
/// An hour at most: longer than any query lasts.
const SLOW_MILLIS: RangeInclusive<u64> = 0..=3_600_000;

/// Where the truth is kept.
#[derive(Clone, Debug)]
pub struct Database {
    /// `postgres://…` or `sqlite://…`.
    pub url: Option<SecretString>,
    /// The worker's own login.
    pub worker_url: Option<SecretString>,
    /// The schema owner's login.
    pub owner_url: Option<SecretString>,
    /// Connections of one process, for each role.
    pub max_connections: u32,
    /// From when on a query is logged as slow.
    pub slow_query: Option<Duration>,
}

impl Database {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            url: reader.secret(&URL, any_database),
            worker_url: reader.secret(&WORKER_URL, postgres),
            owner_url: reader.secret(&OWNER_URL, postgres),
            max_connections: reader.with_default(&MAX_CONNECTIONS, connections),
            slow_query: reader.with_default(&SLOW_QUERY_MS, slow_query),
        }
    }

    /// Whether a server is named, so that the cluster's servers are meant.
    pub fn is_server(&self) -> bool {
        self.url.as_ref().is_some_and(is_postgres)
    }

    /// Gives the file that `sqlite://path` names.
    pub fn file(&self) -> Option<PathBuf> {
        let text = self.url.as_ref()?.expose_secret().trim();
        let path = text.strip_prefix("sqlite:")?;
        Some(path.strip_prefix("//").unwrap_or(path).into())
    }

    /// Returns the login of the worker; without a separate login it has to `SET ROLE`.
    pub fn for_worker(&self) -> Option<&SecretString> {
        self.worker_url.as_ref().or(self.url.as_ref())
    }

    /// Returns the login of `migrate`; without a separate login it has to `SET ROLE`.
    pub fn for_owner(&self) -> Option<&SecretString> {
        self.owner_url.as_ref().or(self.url.as_ref())
    }

    pub(crate) fn validate_for(&self, role: Role, problems: &mut SettingErrors) {
        match role {
            Role::Api => need_postgres(self.url.as_ref(), "api", problems),
            Role::Worker => need_postgres(self.for_worker(), "worker", problems),
            Role::Migrate => {
                if self.for_owner().is_none() {
                    problems.report(&URL, missing("migrate"));
                }
            }
            // Accepting a server's URL and then writing to a file would leave data in an unexpected place.
            Role::Up => {
                if self.url.as_ref().is_some_and(is_postgres) {
                    problems.report(&URL, "names a server, but `up` stores its data in SQLite, expected sqlite://path or no value");
                }
            }
            Role::Doctor | Role::Cli => {}
        }
    }
}

fn need_postgres(url: Option<&SecretString>, role: &str, problems: &mut SettingErrors) {
    match url {
        None => problems.report(&URL, missing(role)),
        Some(url) if is_postgres(url) => {}
        Some(_) => problems.report(
            &URL,
            format!(
                "names a SQLite file, which `{role}` cannot share with other processes, expected \
                postgres://user:password@host:5432/database"
            ),
        ),
    }
}

fn missing(role: &str) -> String {
    format!(
        "is missing but required by `{role}`, expected postgres://user:password@host:5432/database"
    )
}

fn is_postgres(url: &SecretString) -> bool {
    url.expose_secret().trim_start().starts_with("postgres")
}

fn any_database(text: &str) -> Result<(), String> {
    // `sqlite:file.db` and `sqlite::memory:` are no URLs with a host, so the general check does not fit them.
    match text.trim().strip_prefix("sqlite:") {
        Some(path) if path.trim_start_matches('/').is_empty() || path.contains(":memory:") => {
            Err("has no file name".to_owned())
        }
        Some(path) if path.contains('?') => {
            Err("has URL options, which SQLite files do not support".to_owned())
        }
        Some(_) => Ok(()),
        None => postgres(text),
    }
}

fn postgres(text: &str) -> Result<(), String> {
    check::url(text, POSTGRES).map(drop)
}

fn slow_query(text: &str) -> Result<Option<Duration>, String> {
    let millis = check::parsed("is not a whole number")(text)?;
    if !SLOW_MILLIS.contains(&millis) {
        return Err("is out of range".to_owned());
    }
    Ok((millis > 0).then(|| Duration::from_millis(millis)))
}

fn connections(text: &str) -> Result<u32, String> {
    let connections = check::parsed("is not a whole number")(text)?;
    if CONNECTIONS.contains(&connections) {
        Ok(connections)
    } else {
        Err("is out of range".to_owned())
    }
}
