//! Plain words in public text: the documentation, descriptions and help must say who does what.
//!
//! It reads files only, so it costs milliseconds. Comments of code that no reader outside sees are not checked.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command;
use text::{comments, literals, prose};

mod text;

/// Phrases that hide who acts, or that the glossary replaces, and what to write instead.
const RIDDLES: &[(&str, &str)] = &[
    ("nobody", "name who does not"),
    ("whoever", "name who"),
    ("somebody", "a user, an operator, another process"),
    ("is told", "say who reports it to whom"),
    ("are told", "say who reports it to whom"),
    ("be told", "say who reports it to whom"),
    ("told of", "say who reports it to whom"),
    ("told by", "say who reports it to whom"),
    ("tells of", "reports, notifies"),
    ("of its own", "its own, a separate"),
    ("of their own", "their own, separate"),
    ("of ours", "the service's"),
    ("mend", "correct, fix"),
    ("mends", "corrects, fixes"),
    ("mended", "corrected, fixed"),
    ("call back", "cancel, recall"),
    ("called back", "cancelled, recalled"),
    ("call off", "cancel"),
    ("called off", "cancelled"),
    ("doorbell", "message"),
    ("rings again", "is published again"),
    ("epitaph", "failure summary"),
    ("retime", "reschedule"),
    ("restraints", "rate rules"),
    ("ways out", "channels"),
    ("way out", "channel"),
    ("retry ladder", "retry schedule"),
];

/// Pages whose prose is checked; reports are generated, and the glossary names the words that it replaces.
const PAGES: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "docs",
    "k8s",
    "loadtest/README.md",
    "crates/client/README.md",
];
const NOT_CHECKED: &[&str] = &["docs/reports", "docs/glossary.md"];
/// Rust code whose texts are read outside: its literals, and its doc comments where they become public.
const CODE: &[&str] = &[
    "crates/api/src",
    "crates/app/src",
    "crates/campanile/src",
    "crates/channels/src",
    "crates/client/src",
    "crates/config/src",
    "crates/delivery/src",
    "crates/domain/src",
    "crates/fields/src",
    "crates/ingest/src",
    "crates/intake/src",
    "crates/providers/src",
    "crates/queue-rabbitmq/src",
    "crates/telemetry/src",
    "loadtest/src/cli",
];
/// What makes doc comments of a file public: the OpenAPI document and the command-line help are made of them.
const PUBLIC_DOCS: &[&str] = &["ToSchema", "request_body!", "utoipa::path", "clap::"];

/// Refuses riddles in public text.
pub fn check() -> Result<()> {
    let root = command::workspace_root();
    let mut faults = Vec::new();
    for page in files(&root, PAGES, &["md", "yaml", "yml", "env"])? {
        let text = read(&root, &page)?;
        let lines = match page.extension().and_then(|end| end.to_str()) {
            Some("md") => prose(&text),
            _ => comments(&text, "#"),
        };
        note(&mut faults, &page, lines);
    }
    for file in files(&root, CODE, &["rs"])? {
        let text = read(&root, &file)?;
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        note(&mut faults, &file, literals(code));
        if PUBLIC_DOCS.iter().any(|mark| code.contains(mark)) {
            note(&mut faults, &file, comments(code, "///"));
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!(
        "riddles in public text (see docs/glossary.md):\n{}",
        faults.join("\n")
    )
}

fn note(faults: &mut Vec<String>, file: &Path, lines: Vec<(usize, String)>) {
    for (number, line) in lines {
        for (riddle, instead) in RIDDLES {
            if has(&line, riddle) {
                faults.push(format!(
                    "{}:{number}: `{riddle}`: {instead}",
                    file.display()
                ));
            }
        }
    }
}

/// Whether a phrase stands in a text as words of their own, in any case.
fn has(text: &str, phrase: &str) -> bool {
    let text = text.to_lowercase();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(phrase).any(|(at, found)| {
        !text[..at].ends_with(is_word) && !text[at + found.len()..].starts_with(is_word)
    })
}

/// The files below some paths with one of these endings, without tests.
fn files(root: &Path, below: &[&str], ends: &[&str]) -> Result<Vec<PathBuf>> {
    let mut waiting: Vec<_> = below.iter().map(PathBuf::from).collect();
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        let name = path.to_string_lossy();
        if NOT_CHECKED.iter().any(|skipped| name == *skipped) || name.contains("tests") {
            continue;
        }
        let whole = root.join(&path);
        if whole.is_dir() {
            let entries = fs::read_dir(&whole).with_context(|| format!("cannot list {name}"))?;
            for entry in entries {
                waiting.push(
                    path.join(
                        entry
                            .with_context(|| format!("cannot list {name}"))?
                            .file_name(),
                    ),
                );
            }
        } else if path
            .extension()
            .is_some_and(|end| ends.iter().any(|wanted| end == *wanted))
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read(root: &Path, file: &Path) -> Result<String> {
    fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_text_has_no_riddles() {
        check().expect("public text is plain");
    }

    #[test]
    fn a_phrase_is_found_as_words_only() {
        assert!(has("Nobody sees it", "nobody"));
        assert!(has("what is told, and to whom", "is told"));
        assert!(!has("a recommended value", "mend"));
        assert!(!has("rings_again", "rings again"));
        assert!(!has("this told", "is told"));
    }
}
