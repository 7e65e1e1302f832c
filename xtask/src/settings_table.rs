//! What deployments pass on, against the table of settings: a setting that compose forgets is a setting that does nothing.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::command;

/// The generated table; a test of `campanile-config` keeps it equal to the code.
const TABLE: &str = "docs/reference/settings.md";
/// Not passed on by the compose file, and why.
const NOT_IN_COMPOSE: &[(&str, &str)] = &[
    (
        "CAMPANILE_LISTEN",
        "its ports and health checks go by the default",
    ),
    (
        "CAMPANILE_METRICS_LISTEN",
        "its health checks go by the default",
    ),
    (
        "LOG_FILE",
        "file systems are read-only, and logs are collected from standard error",
    ),
];
/// What people copy to set them.
const EXAMPLE: &str = ".env.example";
/// Its owner can make any token: for the api alone.
const TOKEN_KEY: &str = "JWT_SECRET";
/// Variables of the compose file that begin like settings.
const COMPOSE_ONLY: &[&str] = &[
    "CAMPANILE_PORT",
    "RABBITMQ_PASSWORD",
    "RABBITMQ_PORT",
    "REDIS_PORT",
];
/// Where Kubernetes' containers get theirs from. All of them are passed on, so their names must be right.
const KUBERNETES: &[&str] = &["k8s/base/settings.env", "k8s/secret.example.yaml"];
/// Keys of manifests that look like variables to this check alone.
const PREFIXES: &[&str] = &[
    "CAMPANILE_",
    "DATABASE_",
    "EMAIL_",
    "FCM_",
    "JWT_",
    "LOG_",
    "OTEL_",
    "RABBITMQ_",
    "REDIS_",
    "RETENTION_",
    "RUST_",
    "SMTP_",
    "STREAM_",
    "WEBHOOK_",
];

/// Every documented setting is passed on by compose, and no deployment names one that there is not.
pub fn check() -> Result<()> {
    let settings = variables(&read(TABLE)?);
    let compose = read("docker-compose.yml")?;
    let (shared, of_api) = (
        keys(block(&compose, "x-settings:")),
        keys(block(&compose, "x-api-settings:")),
    );
    let mut faults = Vec::new();
    if shared.contains(TOKEN_KEY) {
        faults.push(format!("docker-compose.yml gives {TOKEN_KEY} to workers"));
    }
    let compose: BTreeSet<_> = shared.union(&of_api).cloned().collect();
    for setting in &settings {
        let reason = NOT_IN_COMPOSE.iter().find(|(name, _)| name == setting);
        match (compose.contains(setting), reason) {
            (false, None) => faults.push(format!("docker-compose.yml does not pass on {setting}")),
            (true, Some((_, reason))) => {
                faults.push(format!(
                    "docker-compose.yml passes on {setting}, although {reason}"
                ));
            }
            (true, None) | (false, Some(_)) => {}
        }
    }
    for unknown in compose.difference(&settings) {
        faults.push(format!("docker-compose.yml: there is no setting {unknown}"));
    }
    let example = read(EXAMPLE)?;
    let offered: String = example
        .lines()
        .map(|line| format!("{}\n", line.trim_start_matches('#')))
        .collect();
    let offered = keys(&offered);
    for missing in compose.difference(&offered) {
        faults.push(format!("{EXAMPLE} does not offer {missing}"));
    }
    // Its other lines are of the compose file: ports and passwords.
    for unknown in offered.difference(&settings) {
        if !COMPOSE_ONLY.contains(&unknown.as_str()) {
            faults.push(format!("{EXAMPLE}: there is no setting {unknown}"));
        }
    }
    for file in KUBERNETES {
        for unknown in keys(&read(file)?).difference(&settings) {
            faults.push(format!("{file}: there is no setting {unknown}"));
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

fn read(file: &str) -> Result<String> {
    let path = command::workspace_root().join(file);
    fs::read_to_string(path).with_context(|| format!("cannot read {file}"))
}

/// The first cells of the table's rows.
fn variables(table: &str) -> BTreeSet<String> {
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let names = rows.filter_map(|row| row.split_once('`'));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// The indented lines after a head.
fn block<'t>(text: &'t str, head: &str) -> &'t str {
    let start = text.find(head).map_or(text.len(), |at| at + head.len());
    let rest = &text[start..];
    rest.split("\n\n").next().unwrap_or_default()
}

/// The settings that a file gives values to: `NAME: …` or `NAME=…`.
fn keys(text: &str) -> BTreeSet<String> {
    let names = text.lines().filter_map(|line| {
        let line = line.trim_start();
        let end = line.find([':', '='])?;
        let name = &line[..end];
        let name = name
            .strip_suffix("_FILE")
            .filter(|base| *base != "LOG")
            .unwrap_or(name);
        PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
            .then(|| name.to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deployments_name_every_setting_and_no_other() {
        check().expect("deployments and the table of settings agree");
    }

    #[test]
    fn names_are_found_in_each_form() {
        let table = "| variable | key |\n|---|---|\n| `REDIS_URL` | `url` |\n";
        assert_eq!(variables(table), BTreeSet::from(["REDIS_URL".to_owned()]));
        let compose = "name: x\nx-settings: &s\n  REDIS_URL: redis://r\n  SMTP_HOST:\n\nx-other:\n  JWT_SECRET: no\n";
        let found = keys(block(compose, "x-settings:"));
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            ["REDIS_URL", "SMTP_HOST"]
        );
        let found = keys("# LOG_FORMAT is text\nRUST_LOG=info\nJWT_SECRET_FILE: /x\n");
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            ["JWT_SECRET", "RUST_LOG"]
        );
    }
}
