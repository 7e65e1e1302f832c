//! `campanile user merge`

use std::time::Duration;

use anyhow::Context;
use campanile_domain::{Clock, TenantId, UserId};
use campanile_pipeline::merge_step;
use http::Method;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::path::encoded;
use crate::cli::Format;
use crate::wiring::operator_api::OperatorApi;
use crate::wiring::print;

/// The pause between two questions about the progress.
const POLL: Duration = Duration::from_millis(250);

/// Begins the merge, or finds the one that runs, and stays until it has ended.
pub(super) async fn run(
    api: &OperatorApi,
    clock: &dyn Clock,
    tenant: &TenantId,
    (from, into): (&UserId, &UserId),
    format: Format,
) -> anyhow::Result<()> {
    let path = format!("/api/v1/admin/users/{}/merge", encoded(from.as_str()));
    let body = json!({"into": into});
    let of = Some(tenant);
    let mut merge = api.call(Method::POST, &path, of, Some(&body)).await?;
    // A bar that is only there on a terminal.
    let style = "{wide_bar} {pos}/{len} notifications, {msg}";
    let style = ProgressStyle::with_template(style).expect("a valid template");
    let bar = ProgressBar::new(number(&merge, "total")).with_style(style);
    while merge["ended_at"].is_null() {
        bar.set_position(number(&merge, "notifications"));
        bar.set_message(merge["stage"].as_str().unwrap_or_default().to_owned());
        match api.without_workers() {
            Some(storage) => {
                let turn = merge_step(storage, clock.now()).await?;
                if let Some((_, _, error)) = turn.failed {
                    return Err(error).context("a step failed; run the command again");
                }
                if turn.stepped.is_none() {
                    tokio::time::sleep(POLL).await;
                }
            }
            None => tokio::time::sleep(POLL).await,
        }
        let asked = api.call(Method::GET, &path, of, None).await;
        merge = asked.context("the merge goes on; run the command again to see how far it is")?;
    }
    bar.finish_and_clear();
    match format {
        Format::Json => print::line(merge),
        Format::Table => print::line(format_args!(
            "merged {from} into {into}: {} notifications, {} devices, {} addresses, {} topics",
            number(&merge, "notifications"),
            number(&merge, "devices"),
            number(&merge, "addresses"),
            number(&merge, "topics"),
        )),
    }
    Ok(())
}

fn number(merge: &Value, name: &str) -> u64 {
    merge[name].as_u64().unwrap_or(0)
}
