//! What a run has for itself on the servers: a database, exchanges, queues.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_fakes::broker;
use tokio::time::timeout;
use url::Url;

use super::child::once;
use crate::cli::Servers;
use crate::clock::unique;

/// Whatever a worker serves, its relay declares the queues of all channels that it knows.
const CHANNELS: [&str; 9] = [
    "push", "email", "webhook", "slack", "discord", "pushover", "apprise", "web_push", "apns",
];
/// Recipes that an experiment may serve as channels: `service_0` and so on.
const SERVICES: u32 = 32;
/// For taking queues and exchanges away.
const PATIENCE: Duration = Duration::from_secs(10);
/// The queues of a channel, one for each lane.
const LANES: [&str; 3] = ["critical", "default", "bulk"];

/// Its place on the servers; removed by [`Installation::remove`].
#[derive(Debug, Clone)]
pub(crate) struct Installation {
    /// Of database, exchange and queues.
    name: String,
    server: Url,
    broker: Url,
    redis: String,
    jwt_secret: String,
    master_key: String,
}

impl Installation {
    /// Makes the database; the roles make everything else.
    pub(crate) fn create(servers: &Servers) -> anyhow::Result<Self> {
        let id = unique().simple().to_string();
        let installation = Self {
            name: format!("campanile_load_{}", &id[..8]),
            server: Url::parse(&servers.database_url).context("--database-url")?,
            broker: Url::parse(&servers.rabbitmq_url).context("--rabbitmq-url")?,
            redis: servers.redis_url.clone(),
            jwt_secret: id,
            master_key: STANDARD.encode(unique().as_bytes().repeat(2)),
        };
        let server = &installation.server;
        installation.psql(server, &format!("CREATE DATABASE {}", installation.name))?;
        Ok(installation)
    }

    /// Its name, by which one that was left behind is found.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The key of its tokens.
    pub(crate) fn jwt_secret(&self) -> &str {
        &self.jwt_secret
    }

    /// Its Redis.
    pub(crate) fn redis_url(&self) -> &str {
        &self.redis
    }

    /// The settings of every role.
    pub(crate) fn settings(&self) -> Vec<(String, String)> {
        let database = self.database();
        [
            ("DATABASE_URL", database.as_str()),
            ("REDIS_URL", &self.redis),
            ("RABBITMQ_URL", self.broker.as_str()),
            ("RABBITMQ_EXCHANGE", &self.name),
            ("RABBITMQ_QUEUE", &self.name),
            ("JWT_SECRET", &self.jwt_secret),
            // The tenants' accounts lead to the fake provider, which is here.
            ("CAMPANILE_MASTER_KEY", &self.master_key),
            ("CAMPANILE_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// Drops the database and deletes queues and exchanges; tries both.
    pub(crate) async fn remove(&self) -> anyhow::Result<()> {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let dropped = self.psql(&self.server, &drop);
        let of_channel = |channel| LANES.map(|lane| format!("{}.{channel}.{lane}", self.name));
        let services = (0..SERVICES).map(|number| format!("service_{number}"));
        let channels = CHANNELS.into_iter().map(str::to_owned).chain(services);
        let mut queues: Vec<_> = channels.flat_map(of_channel).collect();
        let dead = format!("{}.dead", self.name);
        queues.push(dead.clone());
        let exchanges = [self.name.clone(), dead];
        let deleting = broker::remove(self.broker.as_str(), &queues, &exchanges);
        let deleted = match timeout(PATIENCE, deleting).await {
            Ok(deleted) => deleted,
            Err(_) => Err(anyhow!("no answer")),
        };
        dropped.with_context(|| format!("the database {} is left", self.name))?;
        deleted.with_context(|| format!("queues and exchanges {}.* are left", self.name))
    }

    /// Runs a statement in its own database; gives what it selects.
    pub(crate) fn sql(&self, statement: &str) -> anyhow::Result<String> {
        self.psql(&self.database(), statement)
    }

    fn database(&self) -> Url {
        let mut database = self.server.clone();
        database.set_path(&self.name);
        database
    }

    fn psql(&self, database: &Url, statement: &str) -> anyhow::Result<String> {
        let mut database = database.clone();
        let password = database.password().map(decoded);
        // Not in an argument, for arguments are for all to read.
        let _ = database.set_password(None);
        let mut psql = Command::new("psql");
        psql.args(["--no-psqlrc", "--quiet", "--no-password", "--tuples-only"])
            .args(["--no-align", "--set", "ON_ERROR_STOP=1"])
            .args(["--command", statement, "--dbname", database.as_str()])
            .env("PGOPTIONS", "--client-min-messages=warning");
        if let Some(password) = password {
            psql.env("PGPASSWORD", password);
        }
        once(psql)
    }
}

/// A part of an address, without percent signs.
fn decoded(text: &str) -> String {
    // As a form's value, where a plus sign would be a space.
    let form = format!("x={}", text.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(form.as_bytes());
    pairs
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
