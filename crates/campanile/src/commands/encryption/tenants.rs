//! The rows of one tenant, or of all of them one after the other.

use std::time::Duration;

use anyhow::{Context, bail};
use campanile_domain::{Clock, TenantId};
use chrono::{DateTime, TimeDelta, Utc};
use http::Method;
use serde_json::Value;

use super::wait::wait;
use super::{number, path};
use crate::cli::Whose;
use crate::wiring::operator_api::{OperatorApi, Refusal};
use crate::wiring::print;

const TENANTS: &str = "/api/v1/admin/tenants";

/// What is begun.
#[derive(Debug, Clone, Copy)]
pub(super) enum Begin {
    /// Data keys are replaced.
    Rotate { older_than: Option<Duration> },
    /// What lies in the open is encrypted.
    Encrypt,
}

/// Begins it for each tenant, then waits for each.
pub(super) async fn run(
    api: &OperatorApi,
    clock: &dyn Clock,
    whose: &Whose,
    begin: Begin,
    no_wait: bool,
) -> anyhow::Result<()> {
    let tenants = match &whose.tenant {
        Some(tenant) => vec![tenant.clone()],
        None => all(api).await?,
    };
    let mut begun = Vec::new();
    for tenant in tenants {
        if whose.all && !is_due(api, &tenant, begin, clock.now()).await? {
            continue;
        }
        let path = match begin {
            Begin::Rotate { .. } => format!("{}/rotate-key", path(&tenant)),
            Begin::Encrypt => path(&tenant),
        };
        let called = api.call(Method::POST, &path, None, None).await;
        if whose.all && called.as_ref().is_err_and(is_of_import) {
            print::line(format_args!(
                "{tenant}: passed over, its import is not finished"
            ));
            continue;
        }
        called.with_context(|| format!("the tenant {tenant}"))?;
        begun.push(tenant);
    }
    if no_wait {
        print::line(format_args!("begun for {} tenants", begun.len()));
        return Ok(());
    }
    for tenant in begun {
        let state = wait(api, clock, &tenant).await?;
        let rotation = &state["rotation"];
        print::line(format_args!(
            "{tenant}: {} rows encrypted again, {} rows encrypted for the first time, {} rows unreadable, {} former keys left",
            number(rotation, "reencrypted"),
            number(rotation, "encrypted"),
            number(rotation, "unreadable"),
            number(&state, "former_keys"),
        ));
    }
    Ok(())
}

/// A tenant whose import is not finished has its turn later.
fn is_of_import(error: &anyhow::Error) -> bool {
    let refusal = error.downcast_ref::<Refusal>();
    refusal.is_some_and(|refusal| refusal.code == "tenant_being_imported")
}

/// Whether a tenant among all takes part: one without a data key has nothing to rotate, and a young key stays. A rotation that runs
/// is waited for.
async fn is_due(
    api: &OperatorApi,
    tenant: &TenantId,
    begin: Begin,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    let Begin::Rotate { older_than } = begin else {
        return Ok(true);
    };
    let state = api.call(Method::GET, &path(tenant), None, None).await?;
    let Some(made_at) = state["key_created_at"].as_str() else {
        return Ok(false);
    };
    let runs = state["rotation"].is_object() && state["rotation"]["ended_at"].is_null();
    let Some(older_than) = older_than else {
        return Ok(true);
    };
    let made_at: DateTime<Utc> = made_at.parse().context("key_created_at")?;
    let age = TimeDelta::from_std(older_than).context("--older-than is too long")?;
    Ok(runs || now - made_at > age)
}

/// The names of all tenants that are not being removed.
async fn all(api: &OperatorApi) -> anyhow::Result<Vec<TenantId>> {
    let mut names = Vec::new();
    let mut path = format!("{TENANTS}?limit=100");
    loop {
        let page = api.call(Method::GET, &path, None, None).await?;
        let Some(tenants) = page["tenants"].as_array() else {
            bail!("the response is not that of this API");
        };
        let there = tenants.iter().filter(|one| one["status"] != "removing");
        for one in there {
            let name: &str = one["tenant"].as_str().unwrap_or_default();
            names.push(TenantId::parse(name)?);
        }
        match &page["next_cursor"] {
            Value::String(cursor) => path = format!("{TENANTS}?limit=100&cursor={cursor}"),
            _ => return Ok(names),
        }
    }
}
