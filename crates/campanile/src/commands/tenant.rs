//! `campanile tenant create|set|preferences|list`

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use campanile_app::tenants::{self, TenantChange};
use campanile_config::Role;
use campanile_domain::{Clock, LinkScheme, RetryLadder, Tenant, TenantId, canonical_locale};
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
        TenantAction::Set {
            name,
            retry_ladder,
            link_schemes,
            locale,
            push_badge,
        } => {
            let schemes = link_schemes.as_deref().map(schemes).transpose()?;
            let locale = locale.as_deref().map(tag).transpose()?;
            // Without any option the retry schedule is reset.
            let is_other = schemes.is_some() || locale.is_some() || push_badge.is_some();
            let keeps_ladder = retry_ladder.is_empty() && is_other;
            let change = TenantChange {
                retry_ladder: match keeps_ladder {
                    true => None,
                    false => Some(ladder(retry_ladder)?),
                },
                link_schemes: schemes,
                locale,
                push_badge,
            };
            let is_set = tenants::change(storage.as_ref(), &name, change).await?;
            ensure!(is_set, "there is no tenant {name}");
            print::line(format_args!("changed the tenant {name}"));
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

/// Schemes in a list with commas.
fn schemes(list: &str) -> anyhow::Result<Vec<LinkScheme>> {
    let names = list.split(',').map(str::trim);
    let mut schemes = names
        .filter(|name| !name.is_empty())
        .map(|name| {
            LinkScheme::parse(name).with_context(|| {
                format!("--link-schemes: {name:?} is no scheme that may be allowed")
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    schemes.sort();
    schemes.dedup();
    ensure!(
        schemes.len() <= LinkScheme::MOST,
        "--link-schemes must have at most {} schemes",
        LinkScheme::MOST
    );
    Ok(schemes)
}

/// A locale; empty for none.
fn tag(text: &str) -> anyhow::Result<Option<String>> {
    if text.is_empty() {
        return Ok(None);
    }
    let tag = canonical_locale(text).map_err(|why| anyhow!("--locale: {why}"))?;
    Ok(Some(tag))
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

fn schemes_text(tenant: &Tenant) -> String {
    let names: Vec<_> = tenant.link_schemes.iter().map(LinkScheme::as_str).collect();
    names.join(", ")
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
                    json!({
                        "tenant": t.id, "created_at": t.created_at, "retry_ladder": ladder,
                        "link_schemes": t.link_schemes, "locale": t.locale, "push_badge": t.push_badge,
                    })
                })
                .collect();
            print::line(json!({ "tenants": rows }));
        }
        Format::Table => {
            let mut table = Table::new();
            table.set_header([
                "tenant",
                "created",
                "retry schedule",
                "link schemes",
                "locale",
            ]);
            for tenant in tenants {
                let ladder: Option<Vec<String>> = steps(tenant);
                table.add_row([
                    tenant.id.to_string(),
                    tenant.created_at.format("%Y-%m-%d %H:%M:%SZ").to_string(),
                    ladder.map_or_else(|| "default".to_owned(), |l| l.join(", ")),
                    schemes_text(tenant),
                    tenant.locale.clone().unwrap_or_default(),
                ]);
            }
            print::line(table);
        }
    }
}
