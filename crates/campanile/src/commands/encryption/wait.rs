//! Waiting for the end of a rotation.

use std::time::Duration;

use anyhow::Context;
use campanile_domain::{Clock, TenantId};
use campanile_pipeline::rotation_step;
use http::Method;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use super::{number, path};
use crate::wiring::operator_api::OperatorApi;

/// The pause between two questions about the progress.
pub(super) const POLL: Duration = Duration::from_millis(250);
/// The parts of a bar.
const PARTS: u64 = 1_000;

/// Stays until the rotation of a tenant has ended, and makes its steps where no worker does; gives the state at the end.
pub(super) async fn wait(
    api: &OperatorApi,
    clock: &dyn Clock,
    tenant: &TenantId,
) -> anyhow::Result<Value> {
    // A bar that is only there on a terminal.
    let style = ProgressStyle::with_template("{wide_bar} {percent} %, {msg}");
    let style = style.expect("a valid template");
    let bar = ProgressBar::new(PARTS).with_style(style);
    let path = path(tenant);
    loop {
        let state = api.call(Method::GET, &path, None, None).await;
        let state =
            state.context("the work goes on; run the command again to see how far it is")?;
        let rotation = &state["rotation"];
        if !rotation["ended_at"].is_null() || rotation.is_null() {
            bar.finish_and_clear();
            return Ok(state);
        }
        let done = rotation["progress"].as_f64().unwrap_or(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a part of a bar"
        )]
        bar.set_position((done * PARTS as f64) as u64);
        bar.set_message(message(tenant, rotation));
        let stepped = match api.without_workers() {
            Some(storage) => {
                let turn = rotation_step(storage, clock.now()).await?;
                if let Some((_, error)) = turn.failed {
                    return Err(error).context("a step failed; run the command again");
                }
                turn.stepped.is_some()
            }
            None => false,
        };
        if !stepped {
            tokio::time::sleep(POLL).await;
        }
    }
}

fn message(tenant: &TenantId, rotation: &Value) -> String {
    let text = |name: &str| rotation[name].as_str().unwrap_or_default();
    match text("stage") {
        "waiting" => format!(
            "{tenant}: waiting until no process uses the former key ({})",
            text("next_step_at")
        ),
        _ => format!(
            "{tenant}: pass {}, {} rows of {}",
            number(rotation, "pass"),
            number(rotation, "rows_seen"),
            text("table")
        ),
    }
}
