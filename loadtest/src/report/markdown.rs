//! The report as a page.

use std::fmt::Write;

use super::Report;
use crate::cluster::Cost;
use crate::summary::Latencies;

/// The page; its picture lies beside it.
pub(crate) fn markdown(report: &Report) -> String {
    let (scene, mut page) = (&report.scene, String::new());
    let mut line = |text: String| {
        let _ = writeln!(page, "{text}");
    };
    line(format!(
        "# Load test: {} at {}/s for {:.0} s\n",
        scene.channel, scene.rate, scene.duration_s
    ));
    line(verdict(&report.missed));
    line(where_it_ran(report));
    line("| what | figure |\n|---|---|".to_owned());
    for (what, figure) in figures(report) {
        line(format!("| {what} | {figure} |"));
    }
    line(
        "\n| latency, ms | p50 | p90 | p99 | max | limit of p99 |\n|---|---|---|---|---|---|"
            .to_owned(),
    );
    let joined = &report.joined;
    for (what, latencies, limit) in [
        (
            "due → 202 (accept)",
            report.run.accept.as_ref(),
            Some(scene.max_accept_p99_ms),
        ),
        (
            "202 → provider",
            Some(&joined.accept_to_receipt),
            Some(scene.max_delivery_p99_ms),
        ),
        ("due → provider", Some(&joined.due_to_receipt), None),
    ] {
        let limit = limit.map_or("–".to_owned(), |limit| format!("{limit:.0}"));
        if let Some(latencies) = latencies {
            line(format!("| {what} | {} | {limit} |", cells(latencies)));
        }
    }
    by_tenant(report, &mut line);
    line("\n![Latency by percentile, rate and backlog over time](report.svg)\n".to_owned());
    line(
        "| process | CPU µs per notification | memory, MiB | at most, MiB |\n|---|---|---|---|"
            .to_owned(),
    );
    let costs = report.costs.iter();
    line(cost_rows(
        costs.map(|cost| (cost, cost.cpu_us_per_notification)),
        "ours, the sink and the load",
    ));
    line("\nMachine-wide figures count all processes of that name, whoever they work for. Latency counts from the\nmoment a request was due (open loop), so nothing that a stall kept waiting is left out.".to_owned());
    page
}

/// Whether it passed, and if not, why.
pub(crate) fn verdict(missed: &[String]) -> String {
    if missed.is_empty() {
        return "**Passed**: every limit was kept.\n".to_owned();
    }
    let lines = missed.iter().map(|missed| format!("- {missed}\n"));
    format!("**Failed**:\n\n{}", lines.collect::<String>())
}

/// A row for each process, with what it took each time, and the sums.
pub(crate) fn cost_rows<'a>(
    costs: impl Iterator<Item = (&'a Cost, Option<f64>)>,
    ours: &str,
) -> String {
    let (mut rows, mut sums) = (String::new(), [0.0, 0.0]);
    for (cost, each) in costs {
        let name = match cost.is_machine_wide {
            true => format!("{} (machine-wide)", cost.name),
            false => cost.name.clone(),
        };
        sums[usize::from(cost.is_machine_wide)] += each.unwrap_or(0.0);
        let each = each.map_or("–".to_owned(), |each| format!("{each:.0}"));
        let mib = |kib: u64| format!("{:.1}", kib as f64 / 1_024.0);
        let (memory, peak) = (
            mib(cost.memory_kib),
            cost.peak_kib.map_or("–".to_owned(), mib),
        );
        let _ = writeln!(rows, "| {name} | {each} | {memory} | {peak} |");
    }
    let [ours_us, servers_us] = sums;
    let _ = writeln!(rows, "| **{ours}** | {ours_us:.0} | | |");
    rows + &format!("| **servers** | {servers_us:.0} | | |")
}

/// What each tenant noticed, where there are several.
fn by_tenant(report: &Report, line: &mut impl FnMut(String)) {
    let shares = &report.joined.by_tenant;
    if shares.len() < 2 {
        return;
    }
    line("\n| tenant | accepted | delivered | 202 → provider, ms: p50 | p90 | p99 | max |\n|---|---|---|---|---|---|---|".to_owned());
    for share in shares {
        line(format!(
            "| {} | {} | {} | {} |",
            share.tenant,
            share.accepted,
            share.delivered,
            cells(&share.accept_to_receipt)
        ));
    }
    if let Some(script) = &report.scene.script {
        line(format!(
            "\nThe provider's faults, in seconds since the first request:\n\n```json\n{}\n```",
            script.trim()
        ));
    }
}

fn where_it_ran(report: &Report) -> String {
    let scene = &report.scene;
    let mut text = format!(
        "{}: {} users of {}, {} API and {} worker processes, {} cores for everything: the service,\nits servers, the load and the fake provider.",
        scene.at,
        scene.users,
        match scene.tenants {
            1 => "one tenant".to_owned(),
            many => format!("{many} tenants"),
        },
        scene.api_count,
        scene.worker_count,
        scene.cores,
    );
    if let Some(connections) = scene.smtp_connections {
        let _ = write!(text, " Up to {connections} connections to the relay.");
    }
    if scene.idempotency_keys {
        text += " Every request had an idempotency key.";
    }
    if scene.is_debug_build {
        text +=
            " The load and the fake provider are\ndebug builds and took more CPU than they need.";
    }
    text + "\n"
}

fn figures(report: &Report) -> Vec<(String, String)> {
    let (run, joined) = (&report.run, &report.joined);
    let backlog = report.moments.iter().map(|moment| moment.backlog()).max();
    let mut figures = [
        ("rate reached", format!("{:.1}/s", run.rate_reached)),
        ("accepted", joined.accepted.to_string()),
        ("delivered", joined.delivered.to_string()),
        (
            "lost, or under way when time was up",
            report.ends.lost.len().to_string(),
        ),
        ("doubled", joined.doubled.to_string()),
        ("largest backlog seen", backlog.unwrap_or(0).to_string()),
        (
            "empty after the last 202",
            format!("{:.1} s", report.drained_s),
        ),
    ]
    .map(|(what, figure)| (what.to_owned(), figure))
    .to_vec();
    for (end, count) in &report.ends.told {
        figures.push((format!("undelivered, {end}"), count.to_string()));
    }
    if report.scene.script.is_some() {
        let early = joined.early.to_string();
        figures.push(("calls before their Retry-After".to_owned(), early));
    }
    for (why, count) in &run.failed {
        figures.push((format!("failed: {why}"), count.to_string()));
    }
    figures
}

/// Four cells of a row.
pub(crate) fn cells(latencies: &Latencies) -> String {
    let Latencies {
        p50_ms,
        p90_ms,
        p99_ms,
        max_ms,
    } = latencies;
    format!("{p50_ms:.1} | {p90_ms:.1} | {p99_ms:.1} | {max_ms:.1}")
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_page_says_how_it_went_and_what_it_cost() {
        let page = markdown(&sample::report());
        for part in [
            "# Load test: push at 1000/s for 2 s\n\n**Passed**",
            "10000 users of one tenant, 1 API and 1 worker processes, 2 cores",
            "| accepted | 2000 |\n| delivered | 2000 |\n| lost, or under way when time was up | 0 |\n| doubled | 0 |",
            "| due → 202 (accept) | 4.0 | 8.0 | 40.0 | 80.0 | 50 |",
            "| 202 → provider | 3.0 | 6.0 | 30.0 | 60.0 | 100 |",
            "](report.svg)",
            "| api 1 | 60 | 20.0 | 40.0 |",
            "| Postgres (machine-wide) | 150 | 20.0 | – |",
        ] {
            assert!(page.contains(part), "{part} is missing in:\n{page}");
        }
    }

    #[test]
    fn a_page_names_every_limit_that_was_missed() {
        let mut report = sample::report();
        report.missed = vec!["lost: 1, the limit is 0".to_owned()];
        report.run.failed.insert("503".to_owned(), 7);
        let page = markdown(&report);
        assert!(
            page.contains("**Failed**:\n\n- lost: 1, the limit is 0\n"),
            "{page}"
        );
        assert!(page.contains("| failed: 503 | 7 |"), "{page}");
        assert!(!page.contains("Passed"), "{page}");
    }
}
