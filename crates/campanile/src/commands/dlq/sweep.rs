//! `campanile dlq replay` and `campanile dlq purge`

use anyhow::{Context, ensure};
use campanile_app::dead_letters::{self, Bounds, Sweep};
use campanile_domain::{Act, Clock, TenantId};
use campanile_storage::{DeadLetterFilter, Storage};
use indicatif::{ProgressBar, ProgressStyle};

use crate::wiring::{act, print};

/// Delivers them again; the workers find them by themselves.
pub(super) async fn replay(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
) -> anyhow::Result<()> {
    let matching = matching(storage, tenant, filter).await?;
    let act = act::now(clock);
    let wanted = Sweep::Replay(act.at);
    let count = sweep(storage, tenant, filter, wanted, &act, matching).await?;
    print::line(format_args!("replayed {count}"));
    Ok(())
}

/// Removes them, if that is really meant.
pub(super) async fn purge(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    sure: bool,
) -> anyhow::Result<()> {
    let matching = matching(storage, tenant, filter).await?;
    ensure!(
        sure,
        "this would permanently remove {matching}; confirm with --yes"
    );
    let act = act::now(clock);
    let count = sweep(storage, tenant, filter, Sweep::Purge, &act, matching).await?;
    print::line(format_args!("purged {count}"));
    Ok(())
}

async fn matching(
    storage: &dyn Storage,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
) -> anyhow::Result<u64> {
    Ok(storage.dead_letters(tenant, filter, None, 1).await?.total)
}

/// To the very end, with a bar that is only there on a terminal.
async fn sweep(
    storage: &dyn Storage,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    wanted: Sweep,
    act: &Act,
    matching: u64,
) -> anyhow::Result<u64> {
    let style = "{wide_bar} {pos}/{len} {eta}";
    let style = ProgressStyle::with_template(style).expect("a valid template");
    let bar = ProgressBar::new(matching).with_style(style);
    let bounds = Bounds::NONE;
    let swept = dead_letters::sweep(storage, tenant, filter, wanted, act, bounds, |count| {
        bar.set_position(count);
    })
    .await;
    let done = bar.position();
    bar.finish_and_clear();
    let swept = swept
        .with_context(|| format!("interrupted after {done}; run the command again for the rest"))?;
    Ok(swept.count)
}
