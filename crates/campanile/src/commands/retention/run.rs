//! `campanile retention run`

use anyhow::{Context, ensure};
use campanile_pipeline::{
    DayFate, Progress, RetentionReport, RetentionRun, TenantFate, forget_past_term, retain,
};
use campanile_storage::Storage;
use comfy_table::Table;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::cli::Format;
use crate::wiring::print;

/// Runs retention, with a progress bar on a terminal, and prints what was removed.
pub(super) async fn run(
    storage: &dyn Storage,
    run: RetentionRun,
    format: Format,
) -> anyhow::Result<()> {
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}");
    let bar = ProgressBar::new(0).with_style(style.expect("a valid template"));
    let retained = retain(storage, run, |progress| match progress {
        Progress::Day => bar.tick(),
        Progress::Found(rows) => bar.inc_length(rows),
        Progress::Seen(rows) => bar.inc(rows),
        // No cache here: what is kept of these inboxes ends by itself.
        Progress::Emptied(..) => {}
    })
    .await;
    let seen = bar.position();
    bar.finish_and_clear();
    let report = retained.with_context(|| {
        format!("interrupted after {seen} notifications; run the command again for the rest")
    })?;
    let fanouts = forget_past_term(storage, run)
        .await
        .context("interrupted while removing fan-outs; run the command again for the rest")?;
    match format {
        Format::Json => print::line(as_json(&report, fanouts, run.dry_run)),
        Format::Table => table(&report, fanouts, run.dry_run),
    }
    ensure!(
        !report.left_to_another,
        "another process is running retention and removes the rest"
    );
    Ok(())
}

fn fate(fate: DayFate, dry_run: bool) -> &'static str {
    match (fate, dry_run) {
        (DayFate::Dropped, false) => "dropped",
        (DayFate::Dropped, true) => "would be dropped",
        (DayFate::Pending, _) => "kept: deliveries are pending",
        (DayFate::InUse, _) => "kept: in use, try again",
    }
}

fn as_json(report: &RetentionReport, fanouts: u64, dry_run: bool) -> serde_json::Value {
    let day = |(day, one): (&chrono::NaiveDate, &DayFate)| {
        let state = match one {
            DayFate::Dropped => "dropped",
            DayFate::Pending => "pending",
            DayFate::InUse => "in_use",
        };
        json!({"day": day, "state": state})
    };
    let tenant = |one: &TenantFate| {
        json!({
            "tenant": one.tenant,
            "days": one.days.get(),
            "notifications": one.removed.notifications,
            "deliveries": one.removed.deliveries,
            "dead_letters": one.removed.dead_letters,
            "pending": one.pending,
        })
    };
    json!({
        "dry_run": dry_run,
        "days": report.days.iter().map(day).collect::<Vec<_>>(),
        "tenants": report.tenants.iter().map(tenant).collect::<Vec<_>>(),
        "fanouts": fanouts,
    })
}

fn table(report: &RetentionReport, fanouts: u64, dry_run: bool) {
    if report.days.is_empty() && report.tenants.is_empty() && fanouts == 0 {
        print::line("nothing is older than the retention period");
        return;
    }
    if !report.days.is_empty() {
        let mut days = Table::new();
        days.set_header(["day", "state"]);
        for (day, one) in &report.days {
            days.add_row([day.to_string(), fate(*one, dry_run).to_owned()]);
        }
        print::line(days);
    }
    if !report.tenants.is_empty() {
        let mut tenants = Table::new();
        let gone = if dry_run { "past the term" } else { "removed" };
        tenants.set_header([
            "tenant",
            "days",
            gone,
            "deliveries",
            "dead letters",
            "pending",
        ]);
        for one in &report.tenants {
            tenants.add_row([
                one.tenant.to_string(),
                one.days.to_string(),
                one.removed.notifications.to_string(),
                one.removed.deliveries.to_string(),
                one.removed.dead_letters.to_string(),
                one.pending.to_string(),
            ]);
        }
        print::line(tenants);
    }
    if fanouts > 0 {
        let gone = if dry_run { "past the term" } else { "removed" };
        print::line(format_args!("fan-outs {gone}: {fanouts}"));
    }
}
