//! `campanile encryption status|rotate|encrypt`

mod master;
mod tenants;
mod wait;

use std::path::Path;
use std::sync::Arc;

use campanile_domain::{Clock, Random, TenantId};
use comfy_table::Table;
use http::Method;
use serde_json::Value;

use crate::cli::{EncryptionAction, EncryptionOptions, Format};
use crate::wiring::operator_api::OperatorApi;
use crate::wiring::print;

/// Shows keys, rotates them, and encrypts what lies in the open.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: EncryptionOptions,
) -> anyhow::Result<()> {
    let api = OperatorApi::open(file, clock, random, &options.reach).await?;
    let done = act(&api, clock.as_ref(), options.action).await;
    api.close().await;
    done
}

async fn act(api: &OperatorApi, clock: &dyn Clock, action: EncryptionAction) -> anyhow::Result<()> {
    match action {
        EncryptionAction::Status {
            master: true,
            format,
            ..
        } => {
            let state = api.call(Method::GET, master::PATH, None, None).await?;
            show(&state, format);
        }
        EncryptionAction::Status { tenant, format, .. } => {
            let state = api.call(Method::GET, &path(&tenant), None, None).await?;
            show(&state, format);
        }
        EncryptionAction::Rotate {
            master: true,
            no_wait,
            ..
        } => {
            master::rotate(api, clock, no_wait).await?;
        }
        EncryptionAction::Rotate {
            whose,
            older_than,
            no_wait,
            ..
        } => {
            let begin = tenants::Begin::Rotate { older_than };
            tenants::run(api, clock, &whose, begin, no_wait).await?;
        }
        EncryptionAction::Encrypt { whose, no_wait } => {
            tenants::run(api, clock, &whose, tenants::Begin::Encrypt, no_wait).await?;
        }
    }
    Ok(())
}

fn path(tenant: &TenantId) -> String {
    format!("/api/v1/admin/tenants/{tenant}/encryption")
}

fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or(0)
}

/// All fields; those of the rotation by their own names.
fn show(state: &Value, format: Format) {
    if format == Format::Json {
        print::line(state);
        return;
    }
    let mut table = Table::new();
    table.set_header(["what", "value"]);
    let mut rows = |of: &Value, before: &str| {
        for (name, value) in of.as_object().into_iter().flatten() {
            let text = match value {
                Value::Null => "-".to_owned(),
                Value::String(text) => text.clone(),
                Value::Object(_) => continue,
                other => other.to_string(),
            };
            table.add_row([format!("{before}{}", name.replace('_', " ")), text]);
        }
    };
    rows(state, "");
    rows(&state["rotation"], "rotation: ");
    print::line(table);
}
