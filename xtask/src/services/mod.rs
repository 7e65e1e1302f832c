//! Postgres, Redis and RabbitMQ for the tests, on any machine.
//!
//! In this order: the ones that run and answer (RabbitMQ: through which a message comes, [`probe`]); private instances of what is installed, with data in `.services/`,
//! stopped at the end; the same after installing Debian's packages; containers. Else an error that says what to do.
//! A test is never skipped for want of a server.

mod containers;
mod handshake;
mod install;
mod postgres;
mod private;
pub mod probe;
mod rabbitmq;
mod redis;
mod url;

use std::collections::BTreeMap;
use std::env;
use std::io;

use anyhow::{Context, Result, bail};

use private::{Folder, Server};

/// A server that the tests need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Postgres,
    Redis,
    RabbitMq,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Postgres, Self::Redis, Self::RabbitMq];

    /// The variable that the tests read the address from.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Postgres => "CAMPANILE_TEST_POSTGRES_URL",
            Self::Redis => "CAMPANILE_TEST_REDIS_URL",
            Self::RabbitMq => "CAMPANILE_TEST_RABBITMQ_URL",
        }
    }

    fn default_url(self) -> &'static str {
        match self {
            Self::Postgres => "postgres://postgres@127.0.0.1:5432/postgres",
            Self::Redis => "redis://127.0.0.1:6379",
            Self::RabbitMq => "amqp://guest:guest@127.0.0.1:5672/%2f",
        }
    }

    fn debian_package(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            Self::Redis => "redis-server",
            Self::RabbitMq => "rabbitmq-server",
        }
    }

    fn is_installed(self) -> bool {
        match self {
            Self::Postgres => postgres::programs().is_some(),
            Self::Redis => redis::program().is_some(),
            Self::RabbitMq => rabbitmq::program().is_some(),
        }
    }

    fn start(self, folder: &Folder) -> Result<(String, Vec<Server>)> {
        match self {
            Self::Postgres => postgres::start(folder),
            Self::Redis => redis::start(folder),
            Self::RabbitMq => rabbitmq::start(folder),
        }
    }
}

/// The origin of a server that was there before us.
const RUNNING: &str = "running";

/// Where the servers may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Auto,
    Private,
    Running,
}

impl Mode {
    fn from_environment() -> Result<Self> {
        match env::var("CAMPANILE_TEST_SERVICES").as_deref() {
            Ok("auto") | Err(_) => Ok(Self::Auto),
            Ok("private") => Ok(Self::Private),
            Ok("running") => Ok(Self::Running),
            Ok(other) => {
                bail!("CAMPANILE_TEST_SERVICES is auto, private or running, not {other:?}")
            }
        }
    }
}

/// Where the three are; what was started for this stops when it is dropped.
pub struct Services {
    mode: Mode,
    urls: BTreeMap<Kind, String>,
    // Dropped in this order: servers stop before their data goes.
    servers: Vec<Server>,
    folder: Option<Folder>,
    broker_is_ours: bool,
}

impl Services {
    /// Finds or starts all three.
    ///
    /// `CAMPANILE_TEST_SERVICES=private` passes over running servers, `running` accepts nothing else.
    pub fn start() -> Result<Self> {
        println!("== services");
        let mode = Mode::from_environment()?;
        let mut services = Self {
            mode,
            urls: BTreeMap::new(),
            servers: Vec::new(),
            folder: None,
            broker_is_ours: false,
        };
        let mut missing = Vec::new();
        for kind in Kind::ALL {
            let url = env::var(kind.variable()).unwrap_or_else(|_| kind.default_url().to_owned());
            if mode == Mode::Private {
                missing.push(kind);
                continue;
            }
            match handshake::check(kind, &url) {
                Ok(()) => services.found(kind, url, RUNNING),
                Err(reason) => {
                    println!("{kind:?}: none in {}: {reason:#}", kind.variable());
                    missing.push(kind);
                }
            }
        }
        if mode == Mode::Running && !missing.is_empty() {
            bail!("not running, and CAMPANILE_TEST_SERVICES allows nothing else: {missing:?}");
        }
        services.provide(missing)?;
        Ok(services)
    }

    /// Takes the place of a broker that greets but does not work.
    ///
    /// # Errors
    /// With `reason`, when there is no other: only the running ones may be used, or it is one of ours.
    pub fn replace_broker(&mut self, reason: anyhow::Error) -> Result<()> {
        if self.mode != Mode::Auto || self.broker_is_ours {
            return Err(reason.context("RabbitMQ does not work"));
        }
        println!("RabbitMQ: does not work: {reason:#}");
        self.provide(vec![Kind::RabbitMq])
    }

    /// Starts others than the running ones.
    fn provide(&mut self, mut missing: Vec<Kind>) -> Result<()> {
        for kind in install::missing(&missing)? {
            missing.retain(|wanted| *wanted != kind);
            self.found(kind, containers::start(kind)?, "container");
        }
        self.start_private(&missing)
    }

    /// Where `kind` is.
    pub fn url(&self, kind: Kind) -> &str {
        &self.urls[&kind]
    }

    fn start_private(&mut self, kinds: &[Kind]) -> Result<()> {
        for kind in kinds {
            if self.folder.is_none() {
                self.folder = Some(Folder::make()?);
            }
            let folder = self.folder.as_ref().expect("made above");
            let (url, servers) = kind
                .start(folder)
                .with_context(|| format!("cannot start a private {kind:?}"))?;
            self.servers.extend(servers);
            self.found(*kind, url, "private");
        }
        Ok(())
    }

    fn found(&mut self, kind: Kind, url: String, origin: &str) {
        println!("{kind:?}: {origin}, {}", url::without_password(&url));
        self.broker_is_ours |= kind == Kind::RabbitMq && origin != RUNNING;
        self.urls.insert(kind, url);
    }

    /// What the tests find in their environment.
    pub fn environment(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.urls
            .iter()
            .map(|(kind, url)| (kind.variable(), url.as_str()))
    }
}

/// Prints the addresses for a shell; keeps private instances until the input ends.
pub fn serve() -> Result<()> {
    let services = Services::start()?;
    for (variable, url) in services.environment() {
        println!("export {variable}='{url}'");
    }
    if !services.servers.is_empty() {
        println!("# Enter stops the private instances");
        io::stdin()
            .read_line(&mut String::new())
            .context("cannot read the standard input")?;
    }
    Ok(())
}
