//! `campanile doctor`: one line for each thing that can be wrong.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{anyhow, bail};
use campanile_channels::SenderFactory;
use campanile_config::{Role, Settings};
use campanile_domain::{Clock, Random};
use campanile_providers::TROUBLE_COUNTS_FOR;
use campanile_queue::Queue;
use campanile_storage::{AccountTrouble, Maintenance, Storage, StorageError};
use campanile_storage_sqlite::{IN_USE, SqliteStorage};
use chrono::{DateTime, Utc};
use tokio::time::timeout;

use crate::cli::DataDirOptions;
use crate::wiring::data_dir::DataDir;
use crate::wiring::tenants_accounts::made;
use crate::wiring::{channels, cluster, database, identity, master_key, print, settings};

/// No server is waited for longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A relay may greet late on purpose.
const PROVIDER_PATIENCE: Duration = Duration::from_secs(15);

/// Providers that are opened at once: each may hold a secret of some kilobytes.
const OPENED_AT_ONCE: usize = 200;

/// How many providers with the same fault are named; of the rest, only the number is printed.
const MOST_NAMED: usize = 10;

/// Checks everything that the settings name; fails if anything is wrong.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: &Random,
    options: DataDirOptions,
) -> anyhow::Result<()> {
    let mut report = Report { faults: 0 };
    let settings = match settings::load(file, Role::Doctor) {
        Ok(settings) => {
            report.note("configuration", Ok("complete".into()));
            settings
        }
        Err(error) => {
            report.note("configuration", Err(error));
            return report.end();
        }
    };
    let data_dir = DataDir::at(&options.data_dir);
    report.note("identity", identity_of(&settings, &data_dir).await);
    if settings.database.is_server() {
        cluster_servers(&settings, random, &mut report).await;
    } else {
        report.note(
            "database",
            file_database(&data_dir.database(&settings)).await,
        );
    }
    let factory = channels::sender_factory(&settings, Arc::clone(clock));
    operators_accounts(&settings, &factory, &mut report).await;
    let now = clock.now();
    of_database(&settings, &options.data_dir, &factory, now, &mut report).await;
    report.end()
}

async fn identity_of(settings: &Settings, data_dir: &DataDir) -> anyhow::Result<String> {
    let (jwt, own) = (&settings.jwt, data_dir.secret()?);
    let named = jwt.secret.is_some() || jwt.public_key.is_some() || jwt.jwks_url.is_some();
    if !named && own.is_none() && !settings.database.is_server() {
        return Ok("none yet; `campanile up` creates a key".into());
    }
    let keys = identity::keys(settings, own)?;
    if jwt.jwks_url.is_none() {
        return Ok("tokens can be verified".into());
    }
    match keys.count().await {
        Ok(count) => Ok(format!(
            "tokens can be verified: {count} usable {} at JWT_JWKS_URL",
            if count == 1 { "key" } else { "keys" }
        )),
        Err(why) => bail!("JWT_JWKS_URL: no keys: {why}"),
    }
}

/// A line for each account from the settings, tested as far as possible without notifying a user.
async fn operators_accounts(settings: &Settings, factory: &SenderFactory, report: &mut Report) {
    let accounts = match channels::accounts(settings, factory) {
        Ok(accounts) if accounts.is_empty() => {
            return report.note("providers", Ok("none in the settings".into()));
        }
        Ok(accounts) => accounts,
        Err(error) => return report.note("providers", Err(error)),
    };
    for account in accounts {
        let name = format!("provider for {}", account.sender.channel());
        let tried = match timeout(PROVIDER_PATIENCE, account.sender.probe()).await {
            Ok(Ok(tried)) => Ok(tried.to_owned()),
            Ok(Err(outcome)) => Err(anyhow!("{}: {}", outcome.code, outcome.detail)),
            Err(_) => Err(anyhow!("no answer in time")),
        };
        report.note(&name, tried);
    }
}

/// Whether all that tenants have set can be opened, and whether the running workers can use all
/// accounts; nothing where there is no database to look into.
async fn of_database(
    settings: &Settings,
    path: &Path,
    factory: &SenderFactory,
    now: DateTime<Utc>,
    report: &mut Report,
) {
    let role = campanile_storage_postgres::Role::Worker;
    // A database that is away or in use has its own line already.
    let Ok(storage) = database::open(settings, path, role).await else {
        return;
    };
    let opened = tenants_providers(settings, path, factory, storage.as_ref()).await;
    let alive_since = now - TROUBLE_COUNTS_FOR;
    let troubles = storage.troubles(None, alive_since).await;
    storage.close().await;
    report.note("tenants' providers", opened);
    report.note("accounts in use", accounts_in_use(troubles));
}

/// Opens every account, some at a time.
async fn tenants_providers(
    settings: &Settings,
    path: &Path,
    factory: &SenderFactory,
    storage: &dyn Storage,
) -> anyhow::Result<String> {
    let versions = storage.provider_versions().await?;
    let names: Vec<_> = versions.into_iter().map(|(t, n, _)| (t, n)).collect();
    let mut all = Opened::default();
    let master = master_key::there(settings, &DataDir::at(path)).await?;
    for some in names.chunks(OPENED_AT_ONCE) {
        for (provider, wrapped) in storage.providers_with_keys(some).await? {
            all.count += 1;
            if let Err(error) = made(master.as_deref(), factory, &provider, &wrapped) {
                let fault = all.faults.entry(format!("{error:#}")).or_default();
                fault.0 += 1;
                if fault.1.len() < MOST_NAMED {
                    fault
                        .1
                        .push(format!("{}/{}", provider.tenant, provider.name));
                }
            }
        }
    }
    all.outcome()
}

/// What became of tenants' providers.
#[derive(Default)]
struct Opened {
    count: usize,
    /// How many have each fault, and the first of them by name. One line for what is one mistake:
    /// with a wrong key, all are wrong in the same way.
    faults: BTreeMap<String, (usize, Vec<String>)>,
}

impl Opened {
    fn outcome(&self) -> anyhow::Result<String> {
        if self.faults.is_empty() {
            return Ok(format!("{}, all can be used", self.count));
        }
        let wrong: usize = self.faults.values().map(|(count, _)| count).sum();
        let faults = self.faults.iter().map(|(fault, (count, named))| {
            let more = count - named.len();
            let named = named.join(", ");
            match more {
                0 => format!("{named}: {fault}"),
                more => format!("{named} and {more} more: {fault}"),
            }
        });
        let faults: Vec<_> = faults.collect();
        bail!("{wrong} of {}: {}", self.count, faults.join("; "))
    }
}

fn accounts_in_use(troubles: Result<Vec<AccountTrouble>, StorageError>) -> anyhow::Result<String> {
    let faults: Vec<String> = troubles?
        .iter()
        .map(|one| {
            let state = if one.misconfigured {
                "misconfigured"
            } else {
                "open"
            };
            let (tenant, name, channel) = (&one.tenant, &one.name, one.channel);
            format!("{tenant}/{name} ({channel}): {state}, {}", one.detail)
        })
        .collect();
    if faults.is_empty() {
        return Ok("no running worker reports a problem".into());
    }
    bail!("{}", faults.join("; "))
}

async fn file_database(path: &Path) -> anyhow::Result<String> {
    if !path.exists() {
        return Ok(format!(
            "none yet; `campanile up` creates {}",
            path.display()
        ));
    }
    let storage = match SqliteStorage::open(path).await {
        Ok(storage) => storage,
        Err(StorageError::Unavailable(detail)) if detail.contains(IN_USE) => {
            return Ok(format!(
                "{} is in use by a running campanile",
                path.display()
            ));
        }
        Err(error) => return Err(error.into()),
    };
    let latency = storage.ping().await?;
    storage.close().await;
    Ok(format!("{} answers in {latency:.1?}", path.display()))
}

async fn cluster_servers(settings: &Settings, random: &Random, report: &mut Report) {
    for role in [
        campanile_storage_postgres::Role::Api,
        campanile_storage_postgres::Role::Worker,
    ] {
        let name = format!("database as {role:?}").to_lowercase();
        let answer = match cluster::postgres(settings, role).await {
            Ok(storage) => storage.ping().await.map_err(Into::into),
            Err(error) => Err(error),
        };
        report.note(
            &name,
            answer
                .map(|latency| format!("answers in {latency:.1?}, row-level security is enforced")),
        );
    }
    let cache = match cluster::bus(settings, random).await {
        Ok(None) => Ok("not configured; relays poll the database".into()),
        Ok(Some(bus)) => {
            let health = bus.health().await;
            if health.up {
                Ok(health.detail)
            } else {
                Err(anyhow!("{}", health.detail))
            }
        }
        Err(error) => Err(error),
    };
    report.note("cache", cache);
    if settings.rabbitmq.url.is_none() {
        return report.note("broker", Err(anyhow!("RABBITMQ_URL is not set")));
    }
    let broker = match cluster::queue(settings) {
        Ok(queue) => {
            let up = queue.wait_until_up(PATIENCE).await;
            let health = queue.health().await;
            queue.close().await;
            if up {
                Ok(health.detail)
            } else {
                Err(anyhow!("{}", health.detail))
            }
        }
        Err(error) => Err(error),
    };
    report.note("broker", broker);
}

/// Prints as it goes, so that a slow check is seen to be the slow one.
struct Report {
    faults: usize,
}

impl Report {
    fn note(&mut self, what: &str, answer: anyhow::Result<String>) {
        match answer {
            Ok(detail) => print::line(format_args!("ok     {what:<20} {detail}")),
            Err(error) => {
                self.faults += 1;
                print::line(format_args!("FAULT  {what:<20} {}", print::chain(&error)));
            }
        }
    }

    fn end(self) -> anyhow::Result<()> {
        match self.faults {
            0 => Ok(()),
            1 => bail!("1 fault"),
            n => bail!("{n} faults"),
        }
    }
}
