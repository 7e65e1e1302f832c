//! Alert rules and dashboards: they parse, rules do what their tests say, and every metric they name exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{command, skips, tools};

/// The rules as Prometheus reads them.
const RULES: &str = "k8s/components/monitoring/rules.yaml";
/// What they do, as `promtool test rules` reads it.
const TESTS: &str = "k8s/components/monitoring/rules.test.yaml";
/// The same rules for the Prometheus operator.
const RESOURCE: &str = "k8s/components/monitoring/prometheus-rule.yaml";
const DASHBOARDS: &str = "k8s/components/monitoring/dashboards";
/// The autoscaler that reads a metric of ours.
const AUTOSCALER: &str = "k8s/components/autoscaling/api.yaml";
const RUNBOOK: &str = "docs/runbook.md";
const METRIC_NAMES: &str = "crates/telemetry/src/metric_names.rs";
/// What stands before the rules in the operator's resource.
const HEAD: &str = "\
# Made of rules.yaml by `cargo xtask top-level --write`.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: campanile
spec:
";

/// Checks all of it; `write` makes the operator's resource anew.
///
/// # Errors
/// A rule or query that does not parse or does not do what its test says, a metric that does not exist, an alert without
/// a test or without an entry in the runbook.
pub fn check(write: bool) -> Result<()> {
    let rules = read(RULES)?;
    let made = resource(&rules);
    if write {
        fs::write(command::workspace_root().join(RESOURCE), &made).context(RESOURCE)?;
    } else if made != read(RESOURCE)? {
        bail!("{RESOURCE} differs from {RULES}: run `cargo xtask top-level --write`");
    }
    let tests = read(TESTS)?;
    let alerts = after(&rules, "- alert: ");
    every_alert_has(&alerts, &after(&tests, "- name: "), TESTS)?;
    every_alert_has(&alerts, &after(&read(RUNBOOK)?, "### "), RUNBOOK)?;
    let (queries, dashboards) = dashboards()?;
    let known = metrics(&read(METRIC_NAMES)?);
    let mut faults = Vec::new();
    let autoscaler = read(AUTOSCALER)?;
    let texts = [
        (RULES, &rules),
        (TESTS, &tests),
        (DASHBOARDS, &dashboards),
        (AUTOSCALER, &autoscaler),
    ];
    for (file, text) in texts {
        for name in named(text) {
            if !known.contains(base(&name)) && !known.contains(&name) {
                faults.push(format!("{file}: there is no metric {name}"));
            }
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    let Some(promtool) = tools::promtool()? else {
        return skips::skip(
            "the tests of alert rules",
            "promtool, or apt-get to fetch it",
        );
    };
    let rules_of_dashboards = command::workspace_root().join(".tools/dashboards.yaml");
    fs::write(&rules_of_dashboards, as_rules(&queries)).context("cannot write .tools")?;
    let call = |arguments: &[&str], file: &Path| {
        let mut command = Command::new(&promtool);
        command.current_dir(command::workspace_root());
        command::output(command.args(arguments).arg(file)).map(drop)
    };
    call(&["check", "rules"], Path::new(RULES))?;
    call(&["check", "rules"], &rules_of_dashboards)?;
    call(&["test", "rules"], Path::new(TESTS))?;
    println!(
        "{} alerts tested, {} queries of dashboards parsed, {} metrics known",
        alerts.len(),
        queries.len(),
        known.len()
    );
    Ok(())
}

fn read(file: &str) -> Result<String> {
    let path = command::workspace_root().join(file);
    fs::read_to_string(path).with_context(|| format!("cannot read {file}"))
}

/// The rules as the operator's resource: the same text, two columns to the right.
fn resource(rules: &str) -> String {
    let lines = rules.lines().filter(|line| !line.starts_with('#'));
    let indented = lines.map(|line| match line {
        "" => "\n".to_owned(),
        line => format!("  {line}\n"),
    });
    HEAD.to_owned() + &indented.collect::<String>()
}

/// What follows a mark on its lines.
fn after(text: &str, mark: &str) -> BTreeSet<String> {
    let found = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix(mark));
    found.map(|rest| rest.trim().to_owned()).collect()
}

fn every_alert_has(
    alerts: &BTreeSet<String>,
    entries: &BTreeSet<String>,
    file: &str,
) -> Result<()> {
    let missing: Vec<_> = alerts.difference(entries).cloned().collect();
    if !missing.is_empty() {
        bail!("{file} has no entry for {}", missing.join(", "));
    }
    Ok(())
}

/// All queries of all dashboards, and the texts of all files.
fn dashboards() -> Result<(Vec<String>, String)> {
    let (mut queries, mut texts) = (Vec::new(), String::new());
    let folder = command::workspace_root().join(DASHBOARDS);
    for file in fs::read_dir(folder).context("cannot list the dashboards")? {
        let path = file.context("cannot list the dashboards")?.path();
        let text = fs::read_to_string(&path).context("cannot read a dashboard")?;
        let dashboard: Value = serde_json::from_str(&text)
            .with_context(|| format!("{} is not JSON", path.display()))?;
        let panels = dashboard["panels"]
            .as_array()
            .context("a dashboard has no panels")?;
        let targets = panels
            .iter()
            .filter_map(|panel| panel["targets"].as_array())
            .flatten();
        let of_file = targets.filter_map(|target| target["expr"].as_str());
        queries.extend(of_file.map(|query| query.replace("$__rate_interval", "5m")));
        texts.push_str(&text);
    }
    if queries.is_empty() {
        bail!("no dashboard has a query");
    }
    Ok((queries, texts))
}

/// A file of recording rules with these queries, because promtool parses rules.
fn as_rules(queries: &[String]) -> String {
    let rules = queries.iter().enumerate().map(|(number, query)| {
        format!(
            "  - record: dashboards:query{number}\n    expr: {}\n",
            Value::from(query.as_str())
        )
    });
    "groups:\n- name: dashboards\n  rules:\n".to_owned() + &rules.collect::<String>()
}

/// The metrics that the code declares.
fn metrics(code: &str) -> BTreeSet<String> {
    let lines = code
        .lines()
        .filter_map(|line| line.trim().split_once(" = \""));
    let names = lines.filter_map(|(_, rest)| rest.split_once('"'));
    names.map(|(name, _)| format!("campanile_{name}")).collect()
}

/// The metrics that a text names.
fn named(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let words = text.split(|c: char| !is_part(c));
    let names = words.filter(|word| word.starts_with("campanile_") && !word.contains(':'));
    names.map(str::to_owned).collect()
}

/// The metric that a series of a histogram belongs to.
fn base(name: &str) -> &str {
    let ends = ["_bucket", "_sum", "_count"];
    ends.iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_found_in_code_and_in_queries() {
        let known = metrics("    QUEUE_UP = \"queue_up\", \"1 while the queue answers.\";\n");
        assert_eq!(known, BTreeSet::from(["campanile_queue_up".to_owned()]));
        let query = "rate(campanile_http_request_duration_seconds_bucket{a=\"b\"}[5m]) > campanile:dead:ratio";
        let found = named(query);
        assert_eq!(found.len(), 1);
        let only = found.first().expect("one");
        assert_eq!(base(only), "campanile_http_request_duration_seconds");
    }

    #[test]
    fn the_resource_of_the_operator_has_the_same_rules() {
        let made = resource("# Why.\ngroups:\n  - name: a\n\n  - name: b\n");
        assert!(
            made.ends_with("spec:\n  groups:\n    - name: a\n\n    - name: b\n"),
            "{made}"
        );
    }

    #[test]
    fn an_alert_without_an_entry_is_named() {
        let alerts = after("  - alert: One\n  - alert: Two\n", "- alert: ");
        let fault =
            every_alert_has(&alerts, &after("### One\n", "### "), "runbook").expect_err("Two");
        assert_eq!(fault.to_string(), "runbook has no entry for Two");
    }
}
