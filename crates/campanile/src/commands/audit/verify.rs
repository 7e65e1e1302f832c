//! `campanile audit verify`

use anyhow::ensure;
use campanile_app::audit::{self, KnownRow, RemovedRows, Verified};
use campanile_domain::TenantId;
use campanile_storage::Storage;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::cli::Format;
use crate::wiring::print;

/// Checks the whole chain and says what does not fit.
pub(super) async fn run(
    storage: &dyn Storage,
    tenant: &TenantId,
    known: Option<KnownRow>,
    format: Format,
) -> anyhow::Result<()> {
    let style = ProgressStyle::with_template("{spinner} {pos} entries").expect("a valid template");
    let bar = ProgressBar::new_spinner().with_style(style);
    let found = audit::verify(storage, tenant, known, |rows| bar.set_position(rows)).await;
    bar.finish_and_clear();
    let found = found?;
    match format {
        Format::Json => print::line(json(&found)),
        Format::Table => table(&found, known),
    }
    ensure!(found.is_whole(), "the audit log of {tenant} is not intact");
    Ok(())
}

fn json(found: &Verified) -> serde_json::Value {
    let faults: Vec<_> = found.faults.iter().map(ToString::to_string).collect();
    json!({
        "intact": found.is_whole(),
        "entries": found.rows,
        "last": found.last,
        "hash": found.hash.to_string(),
        "faults": faults,
        "removed": found.removed.map(|removed| json!({
            "last": removed.last,
            "recorded_by": removed.recorded_by,
        })),
        "known": found.has_known,
    })
}

fn table(found: &Verified, known: Option<KnownRow>) {
    for fault in &found.faults {
        print::line(fault);
    }
    if let Some(RemovedRows { last, recorded_by }) = found.removed {
        match recorded_by {
            Some(by) => print::line(format_args!(
                "entries up to {last} were removed at the end of their retention period, as entry {by} records"
            )),
            None => print::line(format_args!(
                "entries up to {last} were removed, and no entry records that: earlier versions recorded no removals"
            )),
        }
    }
    if let Some(KnownRow { seq, .. }) = known {
        match found.has_known {
            Some(true) => print::line(format_args!("entry {seq} is there as it was noted")),
            Some(false) => print::line(format_args!("entry {seq} is not the one that was noted")),
            None => print::line(format_args!(
                "entry {seq} is among those that were removed, so it cannot be compared; note a later one"
            )),
        }
    }
    let (rows, last, hash) = (found.rows, found.last, found.hash);
    print::line(format_args!(
        "{rows} entries, the last one is {last}:{hash}"
    ));
}
