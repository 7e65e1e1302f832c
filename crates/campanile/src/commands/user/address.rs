//! `campanile user address set|list|remove`

use std::io::Read;

use anyhow::Context;
use campanile_domain::{TenantId, UserId};
use http::Method;
use serde_json::{Value, json};

use super::path::encoded;
use crate::cli::{Format, UserAddressAction};
use crate::wiring::operator_api::OperatorApi;
use crate::wiring::print;
use crate::wiring::table::Columns;

/// Longer than any address.
const MOST_BYTES: u64 = 4_096;

/// Sets, lists or removes addresses of a user.
pub(super) async fn run(
    api: &OperatorApi,
    tenant: &TenantId,
    action: UserAddressAction,
) -> anyhow::Result<()> {
    let of = Some(tenant);
    match action {
        UserAddressAction::Set {
            user,
            channel,
            address,
        } => {
            let body = json!({"channel": channel, "address": read(address)?});
            api.call(Method::POST, &path(&user), of, Some(&body))
                .await?;
            print::line(format_args!(
                "{user} is reached at this address through {channel}"
            ));
        }
        UserAddressAction::List { user, format } => {
            let list = api.call(Method::GET, &path(&user), of, None).await?;
            match format {
                Format::Json => print::line(list),
                Format::Table => table(&list),
            }
        }
        UserAddressAction::Remove { user, channel } => {
            let path = format!("{}/{}", path(&user), encoded(&channel));
            api.call(Method::DELETE, &path, of, None).await?;
            print::line(format_args!("removed the address of {user} in {channel}"));
        }
    }
    Ok(())
}

fn path(user: &UserId) -> String {
    format!("/api/v1/users/{}/addresses", encoded(user.as_str()))
}

fn read(address: String) -> anyhow::Result<String> {
    if address != "-" {
        return Ok(address);
    }
    let mut text = String::new();
    let mut input = std::io::stdin().lock().take(MOST_BYTES);
    input
        .read_to_string(&mut text)
        .context("--address: cannot read standard input")?;
    Ok(text.trim().to_owned())
}

fn table(list: &Value) {
    let mut table = Columns::new(&["channel", "address", "set", "gone since"], 1);
    for one in list["addresses"].as_array().into_iter().flatten() {
        let text = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
        table.row(["channel", "address", "updated_at", "gone_at"].map(text));
    }
    table.print(false);
}
