//! Guards the direction of dependencies: which crate may know which, who may use the drivers, what the command line may
//! import from the API, and that handlers and commands write through `app`.
//!
//! Development dependencies are exempt: tests may wire anything together.

mod imports;
mod rules;
mod writes;

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command;
use rules::{FEATURES, LIBRARIES, WORKSPACE};

/// An edge of the dependency graph: `from` needs `to` outside its tests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    from: String,
    to: String,
}

/// Reads the workspace's manifests through cargo and holds them against the rules; then the sources.
///
/// # Errors
/// Names every edge that the rules forbid.
pub fn check() -> Result<()> {
    let metadata = command::output(command::cargo().args([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
    ]))?;
    let (members, edges) = read(&metadata)?;
    let violations = violations(&members, &edges);
    if !violations.is_empty() {
        bail!(
            "dependencies against the direction (rules: xtask/src/direction/rules.rs):\n  {}",
            violations.join("\n  ")
        );
    }
    imports::check()?;
    writes::check()
}

fn read(metadata: &str) -> Result<(BTreeSet<String>, BTreeSet<Edge>)> {
    let metadata: Value = serde_json::from_str(metadata).context("cargo metadata is not JSON")?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata lists no packages")?;
    let mut members = BTreeSet::new();
    let mut edges = BTreeSet::new();
    for package in packages {
        let from = package["name"].as_str().context("a package has no name")?;
        members.insert(from.to_owned());
        if from == FEATURES {
            continue;
        }
        let dependencies = package["dependencies"]
            .as_array()
            .context("a package has no list of dependencies")?;
        for dependency in dependencies {
            let to = dependency["name"]
                .as_str()
                .context("a dependency has no name")?;
            // The kind is null for a plain one.
            if dependency["kind"].as_str() != Some("dev") {
                edges.insert(Edge {
                    from: from.to_owned(),
                    to: to.to_owned(),
                });
            }
        }
    }
    Ok((members, edges))
}

fn violations(members: &BTreeSet<String>, edges: &BTreeSet<Edge>) -> Vec<String> {
    let mut found: Vec<String> = members
        .iter()
        .filter(|member| !WORKSPACE.iter().any(|(name, _)| name == member))
        .map(|member| format!("{member} has no rule: say what it may know"))
        .collect();
    for Edge { from, to } in edges {
        let allowed = if members.contains(to) {
            WORKSPACE
                .iter()
                .find(|(name, _)| name == from)
                // Complained about above.
                .is_none_or(|(_, may_know)| may_know.contains(&to.as_str()))
        } else {
            LIBRARIES
                .iter()
                .find(|(library, _)| library == to)
                .is_none_or(|(_, owners)| owners.contains(&from.as_str()))
        };
        if !allowed {
            found.push(format!("{from} may not depend on {to}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Value {
        let dependencies: Vec<Value> = dependencies
            .iter()
            .map(|(name, kind)| serde_json::json!({ "name": name, "kind": kind }))
            .collect();
        serde_json::json!({ "name": name, "dependencies": dependencies })
    }

    fn check(packages: &[Value]) -> Vec<String> {
        let metadata = serde_json::json!({ "packages": packages }).to_string();
        let (members, edges) = read(&metadata).expect("well formed");
        violations(&members, &edges)
    }

    #[test]
    fn a_violation_is_found() {
        let found = check(&[
            package("campanile-domain", &[("campanile-storage", None)]),
            package(
                "campanile-storage",
                &[("campanile-domain", None), ("sqlx", None)],
            ),
            package("campanile-attic", &[]),
        ]);
        assert_eq!(
            found,
            [
                "campanile-attic has no rule: say what it may know",
                "campanile-domain may not depend on campanile-storage",
                "campanile-storage may not depend on sqlx",
            ]
        );
    }

    #[test]
    fn tests_may_wire_anything_but_build_scripts_may_not() {
        let found = check(&[
            package(
                "campanile-intake",
                &[("sqlx", Some("dev")), ("lapin", Some("build"))],
            ),
            package(
                "campanile-storage-postgres",
                &[("sqlx", None), ("uuid", None)],
            ),
        ]);
        assert_eq!(found, ["campanile-intake may not depend on lapin"]);
    }

    #[test]
    fn deny_toml_names_the_same_owners() {
        let deny = std::fs::read_to_string(command::workspace_root().join("deny.toml"))
            .expect("deny.toml at the top level");
        for (library, owners) in LIBRARIES {
            let start = deny
                .find(&format!("crate = \"{library}\""))
                .unwrap_or_else(|| panic!("deny.toml has no ban for {library}"));
            let ban = &deny[start..];
            let ban = &ban[..ban.find('}').expect("the ban's closing brace")];
            for owner in *owners {
                assert!(ban.contains(&format!("\"{owner}\"")), "{library}: {owner}");
            }
        }
    }
}
