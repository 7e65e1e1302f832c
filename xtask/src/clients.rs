//! The clients in TypeScript: built from their lock file, compared with what is committed, and tested against the real
//! server, in Node and in a browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::skips::{self, skip};
use crate::{command, tools};

/// The oldest Node that the clients support.
const OLDEST_NODE: u32 = 20;
/// Where Chromium is looked for, and the package that brings it.
const BROWSERS: [&str; 2] = ["chromium", "google-chrome"];
const BROWSER_PACKAGE: &str = "chromium";
/// What a build writes and a commit holds.
const BUILT: [&str; 2] = [
    "clients/web/dist/campanile-inbox.js",
    "docs/guides/inbox.md",
];

/// Checks both clients.
///
/// # Errors
/// A build or test fails, or what is committed differs from what the sources make.
pub fn run() -> Result<()> {
    println!("== clients");
    if !has_node() {
        let needs = format!("Node {OLDEST_NODE} or later with npm");
        return skip("the clients in TypeScript", &needs);
    }
    let root = command::workspace_root();
    check_lock_file(&root)?;
    let program = build_program()?;
    let npm = |arguments: &[&str]| {
        let mut command = Command::new("npm");
        command
            .args(arguments)
            .current_dir(root.join("clients"))
            .env("BIN_CAMPANILE", &program)
            // The servers that the tests start would take it for a misspelled setting of theirs.
            .env_remove(skips::REFUSED);
        command
    };
    step("npm ci", || {
        tools::retry("npm ci", || {
            command::output(&mut npm(&["ci", "--ignore-scripts"])).map(drop)
        })
    })?;
    step("types", || {
        command::output(&mut npm(&["run", "generate", "--", "--check"])).map(drop)
    })?;
    step("build", || {
        let committed = read(&root)?;
        command::output(&mut npm(&["run", "build"]))?;
        compare(&committed, &read(&root)?)
    })?;
    command::run(&mut npm(&["test", "--workspace", "@campanile/client"]))?;
    let Some(browser) = browser()? else {
        return skip("the inbox in a browser", "Chromium");
    };
    let mut tests = npm(&["test", "--workspace", "@campanile/inbox"]);
    command::run(tests.env("BIN_CHROMIUM", &browser))?;
    let pages = root.join("target/mail-pages");
    write_mail_pages(&pages)?;
    let mut mails = npm(&["run", "mails", "--workspace", "@campanile/inbox", "--"]);
    command::run(mails.arg(&pages).env("BIN_CHROMIUM", &browser))
}

/// Writes the built-in mail pages of all types and languages.
fn write_mail_pages(folder: &Path) -> Result<()> {
    let arguments = [
        "run",
        "--quiet",
        "--package",
        "campanile-templates",
        "--example",
        "mail_page",
        "--",
        "all",
    ];
    command::run(command::cargo().args(arguments).arg(folder))
}

fn step(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let begun = Instant::now();
    work()?;
    println!("{name}: ok ({:.1} s)", begun.elapsed().as_secs_f32());
    Ok(())
}

fn has_node() -> bool {
    let version = command::output(Command::new("node").arg("--version"));
    version.is_ok_and(|text| is_new_enough(&text)) && command::find("npm").is_some()
}

/// `v20.1.0` and later.
fn is_new_enough(version: &str) -> bool {
    let major = version.trim().trim_start_matches('v').split('.').next();
    major
        .and_then(|major| major.parse::<u32>().ok())
        .is_some_and(|major| major >= OLDEST_NODE)
}

/// A lock file that names a registry would send everyone there.
fn check_lock_file(root: &Path) -> Result<()> {
    let text = fs::read_to_string(root.join("clients/package-lock.json"))
        .context("cannot read clients/package-lock.json")?;
    if names_a_registry(&text) {
        bail!(
            "clients/package-lock.json names a registry: npm must run in clients, where .npmrc forbids it"
        );
    }
    Ok(())
}

fn names_a_registry(lock_file: &str) -> bool {
    lock_file.contains("\"resolved\": \"http")
}

/// Builds the program that the tests start.
fn build_program() -> Result<PathBuf> {
    let arguments = ["build", "--quiet", "--package", "campanile"];
    let printed = command::output(
        command::cargo()
            .args(arguments)
            .arg("--message-format=json"),
    )?;
    let mut programs = printed.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let is_it = message["target"]["name"] == "campanile";
        message["executable"]
            .as_str()
            .filter(|_| is_it)
            .map(PathBuf::from)
    });
    programs.next_back().context("cargo built no program")
}

/// Chromium, installed from Debian's packages where that is possible.
fn browser() -> Result<Option<PathBuf>> {
    let installed = || BROWSERS.iter().find_map(|name| command::find(name));
    if installed().is_none() && command::is_root() && command::find("apt-get").is_some() {
        println!("installing {BROWSER_PACKAGE}");
        tools::retry("the installation of Chromium", || {
            command::apt_install(&[BROWSER_PACKAGE])
        })?;
    }
    Ok(installed())
}

fn read(root: &Path) -> Result<Vec<String>> {
    let read = |file: &&str| {
        fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))
    };
    BUILT.iter().map(read).collect()
}

fn compare(committed: &[String], built: &[String]) -> Result<()> {
    let pairs = BUILT.iter().zip(committed.iter().zip(built));
    let changed: Vec<&str> = pairs
        .filter(|(_, (committed, built))| committed != built)
        .map(|(file, _)| *file)
        .collect();
    if !changed.is_empty() {
        bail!(
            "the build has changed {}: commit what `npm run build` in clients writes",
            changed.join(" and ")
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_of_node_are_distinguished_from_new_ones() {
        for (version, is_new) in [
            ("v20.1.0\n", true),
            ("v24.0.1", true),
            ("v18.19.0", false),
            ("", false),
        ] {
            assert_eq!(is_new_enough(version), is_new, "{version}");
        }
    }

    #[test]
    fn a_lock_file_that_names_a_registry_is_found() {
        assert!(names_a_registry(
            r#""resolved": "https://registry.example/a.tgz""#
        ));
        assert!(!names_a_registry(
            r#""resolved": "typescript", "url": "https://example.com""#
        ));
    }

    #[test]
    fn a_file_that_the_build_changes_is_named() {
        let files = |first: &str| vec![first.to_owned(), "guide".to_owned()];
        compare(&files("a"), &files("a")).expect("nothing has changed");
        let error = compare(&files("a"), &files("b")).expect_err("a change");
        assert!(error.to_string().contains(BUILT[0]), "{error}");
    }
}
