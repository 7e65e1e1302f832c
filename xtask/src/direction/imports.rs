//! The command line calls `app`, as the API does: of the API's crate it may use what starts the HTTP server
//! and what prints the OpenAPI document.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command;

/// Where the rule holds: options and commands. `wiring` puts the API together.
const ROOMS: [&str; 3] = [
    "crates/campanile/src/cli.rs",
    "crates/campanile/src/cli",
    "crates/campanile/src/commands",
];

/// What they may use of the API's crate.
const ALLOWED: [&str; 6] = [
    "ApiState",
    "Draining",
    "ServerLimits",
    "openapi_json",
    "operations_router",
    "serve",
];

/// Reads their sources.
///
/// # Errors
/// Names every import that the rule forbids.
pub fn check() -> Result<()> {
    let violations = violations(&ROOMS, "campanile_api::", forbidden)?;
    if !violations.is_empty() {
        bail!(
            "commands share use cases with the API through campanile-app, not through campanile-api:\n  {}",
            violations.join("\n  ")
        );
    }
    Ok(())
}

/// Each name that `forbidden` finds in the sources of `rooms`, with its file; `before` stands before the name.
pub(super) fn violations(
    rooms: &[&str],
    before: &str,
    forbidden: impl Fn(&str) -> Vec<&str>,
) -> Result<Vec<String>> {
    let mut violations = Vec::new();
    for room in rooms {
        for file in sources(&command::workspace_root().join(room))? {
            let text = fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            for name in forbidden(&text) {
                violations.push(format!("{}: {before}{name}", file.display()));
            }
        }
    }
    Ok(violations)
}

fn sources(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let entries = fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))?;
    for entry in entries {
        let entry = entry?.path();
        if entry.is_dir() || entry.extension().is_some_and(|extension| extension == "rs") {
            files.extend(sources(&entry)?);
        }
    }
    Ok(files)
}

/// The names after each `campanile_api::` that are not allowed.
fn forbidden(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for rest in text.split("campanile_api::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or(list),
            None => rest
                .split(|sign: char| !sign.is_alphanumeric() && sign != '_')
                .next()
                .unwrap_or(rest),
        };
        let names = names.split(',').map(str::trim);
        found.extend(names.filter(|name| !name.is_empty() && !ALLOWED.contains(name)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_uses_nothing_of_the_api_but_its_server() {
        check().expect("no forbidden import");
    }

    #[test]
    fn a_forbidden_import_is_found() {
        let text = "use campanile_api::{Draining, Sweep,\n    serve};\nuse campanile_api::problem::Problem;\n\
                    let text = campanile_api::openapi_json();";
        assert_eq!(forbidden(text), ["Sweep", "problem"]);
    }
}
