//! `campanile tenant create|set|preferences|list`

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use campanile_app::tenants;
use campanile_config::Role;
use campanile_domain::{Clock, RetryLadder, Tenant, TenantId};
use campanile_storage::Storage;
use comfy_table::Table;
use serde_json::json;

use super::preferences;
use crate::cli::{Format, TenantAction, TenantOptions};
use crate::wiring::{database, print, settings};

/// Creates, changes or lists tenants.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &dyn Clock,
    options: TenantOptions,
) -> anyhow::Result<()> {
    let settings = settings::load(file, Role::Cli)?;
    // The worker's role sees all tenants.
    let role = campanile_storage_postgres::Role::Worker;
    let storage = database::open(&settings, &options.data.data_dir, role).await?;
    match options.action {
        TenantAction::Create { name, retry_ladder } => {
            let ladder = ladder(retry_ladder)?;
            let ladder = ladder.as_ref();
            let created = tenants::create(storage.as_ref(), clock, &name, ladder);
            ensure!(created.await?, "the tenant {name} already exists");
            print::line(format_args!("created the tenant {name}"));
        }
        TenantAction::Set { name, retry_ladder } => {
            set(storage.as_ref(), &name, retry_ladder).await?
        }
        TenantAction::Preferences { action } => {
            preferences::run(storage.as_ref(), clock, action).await?;
        }
        TenantAction::List { format } => list(&storage.tenants().await?, format),
    }
    storage.close().await;
    Ok(())
}

/// Fails where there is no such tenant.
pub(super) async fn ensure_exists(storage: &dyn Storage, name: &TenantId) -> anyhow::Result<()> {
    let exists = tenants::exists(storage, name).await?;
    ensure!(exists, "there is no tenant {name}");
    Ok(())
}

async fn set(storage: &dyn Storage, name: &TenantId, steps: Vec<Duration>) -> anyhow::Result<()> {
    let ladder = ladder(steps)?;
    let is_set = tenants::set_retry_ladder(storage, name, ladder.as_ref()).await?;
    ensure!(is_set, "there is no tenant {name}");
    print::line(format_args!("changed the tenant {name}"));
    Ok(())
}

fn ladder(steps: Vec<Duration>) -> anyhow::Result<Option<RetryLadder>> {
    if steps.is_empty() {
        return Ok(None);
    }
    let ladder = RetryLadder::new(steps);
    ensure!(
        ladder.is_some(),
        "--retry-ladder must have 1 to {} steps",
        RetryLadder::MAX_STEPS
    );
    Ok(ladder)
}

fn list(tenants: &[Tenant], format: Format) {
    let steps = |tenant: &Tenant| {
        let ladder = tenant.retry_ladder.clone();
        ladder.map(|l| {
            l.steps()
                .iter()
                .map(|s| humantime::format_duration(*s).to_string())
                .collect()
        })
    };
    match format {
        Format::Json => {
            let rows: Vec<_> = tenants
                .iter()
                .map(|t| {
                    let ladder: Option<Vec<String>> = steps(t);
                    json!({"tenant": t.id, "created_at": t.created_at, "retry_ladder": ladder})
                })
                .collect();
            print::line(json!({ "tenants": rows }));
        }
        Format::Table => {
            let mut table = Table::new();
            table.set_header(["tenant", "created", "retry schedule"]);
            for tenant in tenants {
                let ladder: Option<Vec<String>> = steps(tenant);
                table.add_row([
                    tenant.id.to_string(),
                    tenant.created_at.format("%Y-%m-%d %H:%M:%SZ").to_string(),
                    ladder.map_or_else(|| "default".to_owned(), |l| l.join(", ")),
                ]);
            }
            print::line(table);
        }
    }
}
