//! `campanile key create|list|revoke|rotate`

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use campanile_domain::{Clock, Random, ScopeName};
use chrono::TimeDelta;
use comfy_table::Table;
use http::Method;
use serde_json::{Value, json};

use crate::cli::{Format, KeyAction, KeyOptions};
use crate::wiring::operator_api::OperatorApi;
use crate::wiring::print;

const PATH: &str = "/api/v1/admin/api-keys";

/// Creates, lists, revokes and rotates a tenant's API keys.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: KeyOptions,
) -> anyhow::Result<()> {
    let api = OperatorApi::open(file, clock, random, &options.reach).await?;
    let tenant = Some(&options.tenant);
    match options.action {
        KeyAction::Create {
            name,
            scope,
            user,
            ttl,
            network,
            format,
        } => {
            let ends_in = ttl.map(TimeDelta::from_std).transpose();
            let ends_in = ends_in.context("--ttl is too long")?;
            let expires_at = ends_in.map(|life| clock.now().checked_add_signed(life));
            let expires_at = expires_at.map(|end| end.context("--ttl is too long"));
            let wanted = json!({
                "name": name,
                "scopes": scope.iter().map(|scope| ScopeName::name(*scope)).collect::<Vec<_>>(),
                "user_id": user,
                "expires_at": expires_at.transpose()?,
                "networks": network,
            });
            let created = api.call(Method::POST, PATH, tenant, Some(&wanted)).await?;
            show(&created, format)?;
        }
        KeyAction::List { format } => {
            let list = list(&api, &options.tenant).await?;
            match format {
                Format::Json => print::line(list),
                Format::Table => print::line(table(&list)),
            }
        }
        KeyAction::Revoke { id } => {
            let path = format!("{PATH}/{id}");
            api.call(Method::DELETE, &path, tenant, None).await?;
            print::line(format_args!("revoked the key {id}"));
        }
        KeyAction::Rotate {
            id,
            overlap,
            format,
        } => {
            let path = format!("{PATH}/{id}/rotate");
            let body = json!({"overlap": overlap.as_secs()});
            let created = api.call(Method::POST, &path, tenant, Some(&body)).await?;
            show(&created, format)?;
        }
    }
    api.close().await;
    Ok(())
}

/// A new key: the only time that it is shown.
fn show(created: &Value, format: Format) -> anyhow::Result<()> {
    match format {
        Format::Json => print::line(created),
        Format::Table => {
            let key = created["key"].as_str();
            let key = key.ok_or_else(|| anyhow!("the response is not that of this API"))?;
            print::line(key);
        }
    }
    Ok(())
}

/// All pages as one.
async fn list(api: &OperatorApi, tenant: &campanile_domain::TenantId) -> anyhow::Result<Value> {
    let mut all = Vec::new();
    let mut path = format!("{PATH}?limit=100");
    loop {
        let mut page = api.call(Method::GET, &path, Some(tenant), None).await?;
        if let Some(keys) = page["api_keys"].as_array_mut() {
            all.append(keys);
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{PATH}?limit=100&cursor={cursor}"),
            None => {
                page["api_keys"] = Value::Array(all);
                return Ok(page);
            }
        }
    }
}

fn table(list: &Value) -> Table {
    let mut table = Table::new();
    table.set_header(["id", "name", "scopes", "status", "expires", "last used"]);
    for key in list["api_keys"].as_array().into_iter().flatten() {
        let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
        let scopes = key["scopes"].as_array().into_iter().flatten();
        let scopes: Vec<_> = scopes.filter_map(Value::as_str).collect();
        table.add_row([
            text("id"),
            text("name"),
            scopes.join(", "),
            text("status"),
            text("expires_at"),
            text("last_used_at"),
        ]);
    }
    table
}
