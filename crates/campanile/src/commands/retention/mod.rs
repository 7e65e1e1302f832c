//! `campanile retention run|show|set`

mod run;

use std::path::Path;

use anyhow::Context;
use campanile_app::retention;
use campanile_config::Role;
use campanile_domain::{Act, Clock, RetentionDays, TenantId};
use campanile_pipeline::RetentionRun;
use campanile_storage::Storage;
use serde_json::json;

use crate::cli::{Format, RetentionAction, RetentionOptions};
use crate::wiring::{act, database, print, settings};

/// Removes what is older than its retention period; shows or sets a retention period.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &dyn Clock,
    options: RetentionOptions,
) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Cli)?;
    let default = settings.retention.days;
    // The worker's role sees all tenants, and only it may remove.
    let role = campanile_storage_postgres::Role::Worker;
    let storage = database::open(&settings, &options.data.data_dir, role).await?;
    let done = match options.action {
        RetentionAction::Run { dry_run, format } => {
            let run = RetentionRun {
                default,
                now: clock.now(),
                dry_run,
            };
            run::run(storage.as_ref(), run, format).await
        }
        RetentionAction::Show { tenant, format } => {
            show(storage.as_ref(), &tenant, default, format).await
        }
        RetentionAction::Set { tenant, days } => {
            let act = act::now(clock);
            set(storage.as_ref(), &tenant, days.0, default, &act).await
        }
    };
    storage.close().await;
    done
}

async fn show(
    storage: &dyn Storage,
    name: &TenantId,
    default: RetentionDays,
    format: Format,
) -> anyhow::Result<()> {
    let period = retention::period(storage, name, default).await?;
    let period = period.with_context(|| format!("there is no tenant {name}"))?;
    let days = period.days;
    match format {
        // The names are the API's, for scripts that read both; `tests/it/same_json.rs` compares them.
        Format::Json => {
            print::line(json!({"days": days.get(), "is_default": period.is_default}));
        }
        Format::Table if period.is_default => {
            print::line(format_args!("{days} days (the default)"))
        }
        Format::Table => print::line(format_args!("{days} days")),
    }
    Ok(())
}

async fn set(
    storage: &dyn Storage,
    name: &TenantId,
    days: Option<RetentionDays>,
    default: RetentionDays,
    act: &Act,
) -> anyhow::Result<()> {
    let period = retention::set(storage, name, days, default, act).await?;
    let period = period.with_context(|| format!("there is no tenant {name}"))?;
    if period.is_default {
        print::line(format_args!(
            "{name} keeps its notifications for the default period"
        ));
    } else {
        let days = period.days;
        print::line(format_args!(
            "{name} keeps its notifications for {days} days"
        ));
    }
    Ok(())
}
