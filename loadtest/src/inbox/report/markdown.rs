//! The report as a page.

use std::fmt::Write;

use super::{Report, Scene};
use crate::inbox::deep::Deep;
use crate::inbox::freshness::Freshness;
use crate::report::{cells, cost_rows, verdict};

/// The page; its picture lies beside it.
pub(crate) fn markdown(report: &Report) -> String {
    let (scene, mut page) = (&report.scene, String::new());
    let mut line = |text: String| {
        let _ = writeln!(page, "{text}");
    };
    line(format!(
        "# Inboxes: {} reads and {} writes a second for {:.0} s\n",
        scene.reads, scene.writes, scene.duration_s
    ));
    line(verdict(&report.missed));
    line(where_it_ran(scene));
    line("| what | figure |\n|---|---|".to_owned());
    for (what, figure) in figures(report) {
        line(format!("| {what} | {figure} |"));
    }
    line("\n| request | answered | latency, ms: p50 | p90 | p99 | max | limit of p99 |\n|---|---|---|---|---|---|---|".to_owned());
    for kind in &report.tally.kinds {
        let limit = match kind.name {
            "list" | "page" => format!("{:.0}", scene.max_list_p99_ms),
            "count" => format!("{:.0}", scene.max_count_p99_ms),
            _ => "–".to_owned(),
        };
        let (name, answered) = (kind.name, kind.answered);
        line(format!(
            "| {name} | {answered} | {} | {limit} |",
            cells(&kind.latencies)
        ));
    }
    line("\n![Latency by percentile, and answers over time](report.svg)".to_owned());
    if let Some(deep) = &report.deep {
        line(pages(deep));
    }
    if let Some(freshness) = &report.freshness {
        line(fresh(freshness));
    }
    line(
        "\n| process | CPU µs per request | memory, MiB | at most, MiB |\n|---|---|---|---|"
            .to_owned(),
    );
    let costs = report.costs.iter();
    line(cost_rows(
        costs.map(|cost| (&cost.cost, cost.cpu_us_per_request)),
        "ours, and the load",
    ));
    line("\nMachine-wide figures count all processes of that name, whoever they work for. Latency counts from the\nmoment a request was due (open loop). A list is the newest twenty, a page the next twenty by cursor.".to_owned());
    page
}

fn where_it_ran(scene: &Scene) -> String {
    let mut text = format!(
        "{}: {} notifications of {} users ({}), who poll list and count every {:.0} s;\nwhat is written goes to {} of them. {} API",
        scene.at,
        scene.notifications,
        scene.users,
        match scene.tenants {
            1 => "one tenant".to_owned(),
            many => format!("{many} tenants"),
        },
        scene.poll_every_s,
        scene.busy_users,
        scene.api_count,
    );
    if let Some(workers) = scene.worker_count {
        let _ = write!(text, " and {workers} worker");
    }
    let _ = write!(text, " processes, {} cores here.", scene.cores);
    if scene.is_debug_build {
        text += " The load is a debug build\nand took more CPU than it needs.";
    }
    text + "\n"
}

fn figures(report: &Report) -> Vec<(String, String)> {
    let percent = |rate: Option<f64>| {
        rate.map_or("nobody asked".to_owned(), |rate| {
            format!("{:.1}%", rate * 100.0)
        })
    };
    let (tally, limit) = (&report.tally, report.scene.min_hit_rate * 100.0);
    let hit_rate = percent(report.hits.total().rate());
    let mut figures = vec![
        (
            "reads reached".to_owned(),
            format!("{:.1}/s", tally.rate(true)),
        ),
        (
            "writes reached".to_owned(),
            format!("{:.1}/s", tally.rate(false)),
        ),
        (
            "cache hit rate".to_owned(),
            format!("{hit_rate} (at least {limit:.0}%)"),
        ),
    ];
    for (kind, hits) in &report.hits.0 {
        let figure = format!(
            "{} ({} hit, {} miss, {} bypass)",
            percent(hits.rate()),
            hits.hit,
            hits.miss,
            hits.bypass
        );
        figures.push((format!("of {kind}"), figure));
    }
    for kind in &tally.kinds {
        for (why, count) in &kind.failed {
            figures.push((format!("failed: {}, {why}", kind.name), count.to_string()));
        }
    }
    figures
}

fn pages(deep: &Deep) -> String {
    let Deep {
        pages,
        limit,
        first,
        last,
        ratio,
    } = deep;
    format!(
        "\n| page of {limit}, uncached | latency, ms: p50 | p90 | p99 | max |\n|---|---|---|---|---|\n| 1 | {} |\n| {pages} | {} |\n\nBy its median the last page takes {ratio:.2} times as long as the first.",
        cells(first),
        cells(last)
    )
}

fn fresh(freshness: &Freshness) -> String {
    let mut text = "\n| written on one process, read on another | rounds | stale | failed |\n|---|---|---|---|".to_owned();
    let stretches = [
        ("with Redis", freshness.with_redis),
        ("Redis out of reach", freshness.without_redis),
        ("after Redis came back", freshness.after_recovery),
    ];
    let count = if freshness.outages > 0 { 3 } else { 1 };
    for (what, seen) in &stretches[..count] {
        let _ = write!(
            text,
            "\n| {what} | {} | {} | {} |",
            seen.rounds, seen.stale, seen.errors
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_page_says_how_it_went_and_what_it_cost() {
        let page = markdown(&sample::report());
        for part in [
            "# Inboxes: 1000 reads and 500 writes a second for 2 s\n\n**Passed**",
            "1000000 notifications of 10000 users (one tenant), who poll list and count every 30 s",
            "| reads reached | 1000.0/s |\n| writes reached | 500.0/s |\n| cache hit rate | 85.0% (at least 80%) |",
            "| of list | 90.0% (1200 hit, 133 miss, 0 bypass) |",
            "| list | 667 | 2.0 | 4.0 | 8.0 | 16.0 | 10 |",
            "| count | 667 | 1.0 | 2.0 | 4.0 | 8.0 | 5 |",
            "the last page takes 1.12 times as long as the first",
            "| Redis out of reach | 3 | 0 | 0 |",
            "| api 1 | 200 | 20.0 | 40.0 |",
        ] {
            assert!(page.contains(part), "{part} is missing in:\n{page}");
        }
    }

    #[test]
    fn a_page_names_what_was_missed_and_what_failed() {
        let mut report = sample::report();
        report.missed = vec!["stale answers: 1, the limit is 0".to_owned()];
        report.tally.kinds[0].failed.insert("503".to_owned(), 7);
        let page = markdown(&report);
        assert!(page.contains("**Failed**:\n\n- stale answers: 1"), "{page}");
        assert!(page.contains("| failed: list, 503 | 7 |"), "{page}");
    }
}
