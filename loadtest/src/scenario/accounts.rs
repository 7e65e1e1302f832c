//! The tenants' own accounts, set as their operators set them.

use anyhow::{Context, bail};
use serde_json::Value;

use crate::token::Signer;

/// How the account is named.
const NAME: &str = "loadtest";

/// Gives each of the tenants its account.
pub(super) async fn set(
    url: &str,
    signer: &Signer,
    tenants: &[String],
    account: &Value,
) -> anyhow::Result<()> {
    let client = reqwest::Client::builder().no_proxy().build();
    let client = client.context("no HTTP client")?;
    for tenant in tenants {
        let request = client
            .put(format!("{url}/api/v1/admin/providers/{NAME}"))
            .bearer_auth(signer.token(tenant, "loadtest", "admin")?)
            .json(account);
        let answer = request.send().await.context("cannot set a provider")?;
        let status = answer.status();
        if !status.is_success() {
            let why = answer.text().await.unwrap_or_default();
            bail!("the provider of {tenant}: {status} {why}");
        }
    }
    Ok(())
}
