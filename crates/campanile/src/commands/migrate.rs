//! `campanile migrate`

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use campanile_config::Role;
use campanile_storage_postgres::{SetupError, migrate, verify_owner_connects, verify_schema};

use crate::cli::MigrateOptions;
use crate::wiring::{cluster, print, settings};

/// The pause between two looks at a database that is not ready.
const PAUSE: Duration = Duration::from_secs(1);
/// How often the same reason to wait is logged.
const LINES_EVERY: Duration = Duration::from_secs(10);

/// Brings schema, roles and partitions up, or says whether they are.
pub(crate) async fn run(file: Option<&Path>, options: MigrateOptions) -> anyhow::Result<()> {
    if options.check {
        return check(file, options.wait).await;
    }
    let settings = settings::load(file, Role::Migrate)?;
    let traces = settings::start_logs(&settings, "migrate")?;
    settings::warn_of_needless_keys(&settings, Role::Migrate);
    let postgres = cluster::postgres_settings(&settings, campanile_storage_postgres::Role::Worker);
    if !options.wait.is_zero() {
        until_it_works(options.wait, || verify_owner_connects(&postgres)).await?;
    }
    migrate(&postgres).await.context("migrate")?;
    print::line("the schema is up to date");
    settings::stop_traces(traces).await;
    Ok(())
}

/// Every role may ask: it needs only the login that its process has.
async fn check(file: Option<&Path>, wait: Duration) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Cli)?;
    let database = &settings.database;
    if database.for_worker().or(database.for_owner()).is_none() {
        return Err(anyhow!("DATABASE_URL is not set; migrate requires it"));
    }
    settings::start_logs(&settings, "migrate")?;
    let postgres = cluster::postgres_settings(&settings, campanile_storage_postgres::Role::Worker);
    until_it_works(wait, || verify_schema(&postgres)).await?;
    print::line("the schema is up to date");
    Ok(())
}

/// Repeats `attempt` while its failure may pass and there is time, and logs what it waits for.
async fn until_it_works<F>(wait: Duration, attempt: impl Fn() -> F) -> anyhow::Result<()>
where
    F: Future<Output = Result<(), SetupError>>,
{
    let since = Instant::now();
    let mut logged: Option<(String, Instant)> = None;
    loop {
        let left = wait.saturating_sub(since.elapsed());
        // A server that takes the connection and never answers must not outlast the patience.
        let outcome = match tokio::time::timeout(left.max(PAUSE * 5), attempt()).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) if !error.may_pass() => return Err(error).context("DATABASE_URL"),
            Ok(Err(error)) => anyhow::Error::new(error),
            Err(_) => anyhow!("the database does not answer"),
        };
        if left.is_zero() {
            return Err(match wait.is_zero() {
                true => outcome,
                false => outcome.context(format!(
                    "not ready within {}",
                    humantime::format_duration(wait)
                )),
            });
        }
        let reason = print::chain(&outcome);
        let repeated = logged
            .as_ref()
            .is_some_and(|(before, at)| *before == reason && at.elapsed() < LINES_EVERY);
        if !repeated {
            tracing::info!(
                "waiting for the database: {reason} ({} s left)",
                left.as_secs()
            );
            logged = Some((reason, Instant::now()));
        }
        tokio::time::sleep(PAUSE.min(left)).await;
    }
}
