//! `campanile migrate`

use std::path::Path;

use anyhow::Context;
use campanile_config::Role;
use campanile_storage_postgres::migrate;

use crate::wiring::{cluster, print, settings};

/// Brings schema, roles and partitions up.
pub(crate) async fn run(file: Option<&Path>) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Migrate)?;
    let traces = settings::start_logs(&settings, "migrate")?;
    settings::warn_of_needless_keys(&settings, Role::Migrate);
    let postgres = cluster::postgres_settings(&settings, campanile_storage_postgres::Role::Worker);
    migrate(&postgres).await.context("migrate")?;
    print::line("the schema is up to date");
    settings::stop_traces(traces).await;
    Ok(())
}
