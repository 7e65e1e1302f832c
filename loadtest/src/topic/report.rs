//! What is told: for programs, and for people.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use super::place::Used;
use super::told::Told;
use crate::cli::TopicOptions;

/// What was played.
#[derive(Debug, Serialize)]
pub(crate) struct Scene {
    shape: &'static str,
    users: u32,
    kills: u32,
    workers: u32,
}

impl Scene {
    pub(super) fn of(options: &TopicOptions) -> Self {
        Self {
            shape: options.shape.name(),
            users: options.users,
            kills: options.kills,
            workers: options.worker_count,
        }
    }
}

/// A worker's sudden end.
#[derive(Debug, Serialize)]
pub(crate) struct Kill {
    /// Since the send.
    pub(super) at_s: f64,
    /// How many had their notification then.
    pub(super) expanded: u64,
}

/// All figures of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) missed: Vec<String>,
    pub(super) scene: Scene,
    pub(super) accepted: u64,
    pub(super) expanded: u64,
    pub(super) subscribe_s: f64,
    pub(super) accept_ms: f64,
    pub(super) fanout_s: f64,
    pub(super) first_push_ms: f64,
    pub(super) last_push_s: f64,
    pub(super) told: Told,
    pub(super) kills: Vec<Kill>,
    /// In the outbox and the queue together; only of a cluster.
    pub(super) most_waiting: Option<u64>,
    pub(super) processes: BTreeMap<String, Used>,
}

/// As a page with tables.
pub(crate) fn markdown(report: &Report) -> String {
    let mut page = String::new();
    write_page(&mut page, report).expect("a text takes any text");
    page
}

fn write_page(page: &mut String, report: &Report) -> std::fmt::Result {
    let scene = &report.scene;
    let verdict = if report.missed.is_empty() {
        "passed"
    } else {
        "missed"
    };
    writeln!(page, "# A topic of {} users: {verdict}\n", scene.users)?;
    for line in &report.missed {
        writeln!(page, "- {line}")?;
    }
    let per_second = |seconds: f64| report.accepted as f64 / seconds.max(0.001);
    writeln!(page, "| | |\n|---|---|")?;
    writeln!(
        page,
        "| shape | {}, {} worker(s) |",
        scene.shape, scene.workers
    )?;
    writeln!(
        page,
        "| subscribing, 1,000 a call | {:.1} s |",
        report.subscribe_s
    )?;
    writeln!(page, "| the send's 202 | {:.1} ms |", report.accept_ms)?;
    writeln!(page, "| the first push | {:.0} ms |", report.first_push_ms)?;
    writeln!(
        page,
        "| all notifications made | {:.1} s ({:.0}/s) |",
        report.fanout_s,
        per_second(report.fanout_s)
    )?;
    writeln!(
        page,
        "| the last push | {:.1} s ({:.0}/s) |",
        report.last_push_s,
        per_second(report.last_push_s)
    )?;
    writeln!(
        page,
        "| users told | {} of {} |",
        report.told.users, report.accepted
    )?;
    writeln!(page, "| users told twice | {} |", report.told.twice)?;
    writeln!(page, "| repeated calls | {} |", report.told.repeated)?;
    if let Some(most) = report.most_waiting {
        writeln!(page, "| in outbox and queue at most | {most} |")?;
    }
    for kill in &report.kills {
        let (at, expanded) = (kill.at_s, kill.expanded);
        writeln!(page, "| killed | after {at:.1} s, at {expanded} |")?;
    }
    writeln!(
        page,
        "\n| process | peak memory | CPU per user |\n|---|---|---|"
    )?;
    for (name, used) in &report.processes {
        writeln!(
            page,
            "| {name} | {:.1} MiB | {:.0} µs |",
            used.peak_kib as f64 / 1_024.0,
            used.cpu_us as f64 / report.accepted.max(1) as f64
        )?;
    }
    Ok(())
}

/// Writes `report.json` and `report.md`.
pub(super) fn write(report: &Report, out: &Path) -> anyhow::Result<()> {
    let json = serde_json::to_string_pretty(report)?;
    for (name, text) in [("report.json", json), ("report.md", markdown(report))] {
        let path = out.join(name);
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
