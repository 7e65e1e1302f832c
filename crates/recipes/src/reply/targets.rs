//! What a service that passes a message on says of its targets: the names of those that got it, and of those that did not.

use std::collections::BTreeMap;

use serde_json::Value;

use super::code::at;
use crate::file::TargetsFile;

/// Names that are told of at most; of the others, how many there are.
const MOST_NAMES: usize = 8;
/// Entries of the list that are read.
const MOST_ENTRIES: usize = 1_000;
/// A name of a service is shorter. What is longer, or has other characters, may be about a person and is not kept.
const MAX_NAME_BYTES: usize = 24;
/// The part of a pattern that is the name.
const NAME: &str = "{}";

/// Where the list is, and which of its sentences say what.
#[derive(Debug)]
pub(super) struct Targets {
    list: String,
    text: String,
    sent: Vec<Pattern>,
    failed: Vec<Pattern>,
}

/// What stands before and after a name.
#[derive(Debug)]
struct Pattern(String, String);

impl Pattern {
    fn parse(written: &str) -> Result<Self, String> {
        let halves = written
            .split_once(NAME)
            .filter(|(before, after)| !before.is_empty() && !after.is_empty());
        let wrong = || {
            format!(
                "targets: {written:?} must have {NAME} for the name, with text before and after it"
            )
        };
        halves
            .map(|(before, after)| Self(before.to_owned(), after.to_owned()))
            .ok_or_else(wrong)
    }

    fn name<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (name, _) = text
            .strip_prefix(self.0.as_str())?
            .split_once(self.1.as_str())?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || " .+&-".contains(c);
        let is_name =
            !name.is_empty() && name.len() <= MAX_NAME_BYTES && name.chars().all(is_plain);
        is_name.then_some(name)
    }
}

impl Targets {
    pub(super) fn of(file: TargetsFile) -> Result<Self, String> {
        let patterns = |written: &[String]| {
            let patterns = written.iter().map(|one| Pattern::parse(one));
            patterns.collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            sent: patterns(&file.sent)?,
            failed: patterns(&file.failed)?,
            list: file.list,
            text: file.text,
        })
    }

    /// In sentences; empty where the list says nothing.
    pub(super) fn told(&self, json: &Value) -> String {
        let entries = at(json, &self.list).and_then(Value::as_array);
        let entries = entries.map_or(&[][..], Vec::as_slice);
        let texts = entries.iter().take(MOST_ENTRIES);
        let texts: Vec<&str> = texts
            .filter_map(|entry| at(entry, &self.text)?.as_str())
            .collect();
        let told = [("Sent", &self.sent), ("Failed", &self.failed)];
        let told = told.iter().filter_map(|(what, patterns)| {
            let mut names: BTreeMap<&str, usize> = BTreeMap::new();
            for text in &texts {
                let name = patterns.iter().find_map(|pattern| pattern.name(text));
                if let Some(name) = name {
                    *names.entry(name).or_default() += 1;
                }
            }
            (!names.is_empty()).then(|| format!(" {what}: {}.", listed(&names)))
        });
        told.collect()
    }
}

/// `Discord (2), JSON POST`.
fn listed(names: &BTreeMap<&str, usize>) -> String {
    let counted = names.iter().map(|(name, count)| match count {
        1 => (*name).to_owned(),
        count => format!("{name} ({count})"),
    });
    let mut shown: Vec<String> = counted.take(MOST_NAMES).collect();
    if names.len() > MOST_NAMES {
        shown.push(format!("{} more", names.len() - MOST_NAMES));
    }
    shown.join(", ")
}
