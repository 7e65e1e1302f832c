//! All data keys are encrypted with the current master key.

use anyhow::{Context, ensure};
use campanile_domain::Clock;
use campanile_pipeline::rewrap_step;
use http::Method;
use indicatif::ProgressBar;

use super::number;
use super::wait::POLL;
use crate::wiring::operator_api::OperatorApi;
use crate::wiring::print;

pub(super) const PATH: &str = "/api/v1/admin/master-key";

/// Begins it, or finds the rotation that runs, and stays until it has ended.
pub(super) async fn rotate(
    api: &OperatorApi,
    clock: &dyn Clock,
    no_wait: bool,
) -> anyhow::Result<()> {
    let path = format!("{PATH}/rotate");
    let mut state = api.call(Method::POST, &path, None, None).await?;
    if no_wait {
        print::line("begun");
        return Ok(());
    }
    let bar = ProgressBar::new_spinner();
    while state["rotation"]["ended_at"].is_null() {
        let seen = number(&state["rotation"], "keys_seen");
        bar.set_message(format!("{seen} data keys"));
        bar.tick();
        let stepped = match api.without_workers() {
            Some(storage) => rewrap_step(storage, clock.now()).await?.stepped.is_some(),
            None => false,
        };
        if !stepped {
            tokio::time::sleep(POLL).await;
        }
        let asked = api.call(Method::GET, PATH, None, None).await;
        state = asked.context("the work goes on; run the command again to see how far it is")?;
    }
    bar.finish_and_clear();
    let rotation = &state["rotation"];
    let unreadable = number(rotation, "unreadable");
    ensure!(
        unreadable == 0,
        "{unreadable} of {} data keys are encrypted with neither CAMPANILE_MASTER_KEY nor CAMPANILE_MASTER_KEY_PREVIOUS; keep \
        every master key that you have",
        number(rotation, "keys_seen")
    );
    print::line(format_args!(
        "{} data keys encrypted again, {} in all; CAMPANILE_MASTER_KEY_PREVIOUS can be removed",
        number(rotation, "reencrypted"),
        number(rotation, "keys_seen")
    ));
    Ok(())
}
