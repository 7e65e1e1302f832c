//! `campanile magic-link create`

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use campanile_domain::{Clock, Random};
use http::Method;
use serde_json::json;

use crate::cli::{Format, MagicLinkAction, MagicLinkOptions};
use crate::wiring::operator_api::OperatorApi;
use crate::wiring::print;

const PATH: &str = "/api/v1/magic-links";

/// Makes a link.
pub(crate) async fn run(
    file: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: MagicLinkOptions,
) -> anyhow::Result<()> {
    let api = OperatorApi::open(file, clock, random, &options.reach).await?;
    let MagicLinkAction::Create {
        user,
        email,
        purpose,
        send,
        format,
    } = options.action;
    let wanted = json!({
        "user_id": user,
        "email": email.as_ref().map(|email| email.as_str()),
        "purpose": purpose.name(),
        "deliver": if send { "email" } else { "return" },
    });
    let made = api
        .call(Method::POST, PATH, Some(&options.tenant), Some(&wanted))
        .await?;
    match format {
        Format::Json => print::line(&made),
        Format::Table if send => print::line("a link is sent if there is such a user"),
        Format::Table => {
            let url = made["url"].as_str().context("the answer has no link")?;
            print::line(url);
        }
    }
    api.close().await;
    Ok(())
}
