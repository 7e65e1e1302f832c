//! Every command has examples, and they can be pasted. The README names every command, and none that there is not.

use std::collections::BTreeSet;

use clap::{CommandFactory, Parser};

use super::Cli;

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

/// Words as a shell would read them, as far as examples go: single quotes, and a variable before the command.
fn words(line: &str) -> Vec<String> {
    let pieces = line.split('\'').enumerate();
    let words = pieces.flat_map(|(at, piece)| match at % 2 {
        0 => piece.split_whitespace().map(str::to_owned).collect(),
        _ => vec![piece.to_owned()],
    });
    words
        .skip_while(|word: &String| word.contains('='))
        .collect()
}

fn check(command: &clap::Command, path: &str) {
    let help = command.get_after_help().map(ToString::to_string);
    let help = help.unwrap_or_else(|| panic!("{path} has no example"));
    let examples: Vec<_> = help
        .lines()
        .filter(|line| line.contains("campanile "))
        .collect();
    assert!(!examples.is_empty(), "{path}: {help}");
    for line in examples {
        // What stands behind a pipe is another program's, and what stands behind `<` or `>` is a file.
        let ours = [" | ", " > ", " < "].into_iter().fold(line, |ours, mark| {
            ours.split(mark).next().unwrap_or_default()
        });
        let words = words(ours);
        assert_eq!(words[0], "campanile", "{line}");
        if let Err(error) = Cli::try_parse_from(&words) {
            panic!("{path}: {line}: {error}");
        }
    }
    for one in command.get_subcommands() {
        check(one, &format!("{path} {}", one.get_name()));
    }
}

#[test]
fn every_command_has_examples_that_can_be_pasted() {
    check(&Cli::command(), "campanile");
}

/// What a row of the README names: `campanile user export`, `merge` are two commands of one parent. Its options do not count.
fn named(cell: &str) -> Vec<Vec<String>> {
    let codes: Vec<_> = cell.split('`').skip(1).step_by(2).collect();
    let Some((first, others)) = codes.split_first() else {
        return Vec::new();
    };
    let words = first.split_whitespace().skip(1).map(str::to_owned);
    let path: Vec<_> = words.take_while(|word| !word.starts_with('-')).collect();
    let parent = &path[..path.len() - 1];
    let others = others
        .iter()
        .map(|name| [parent, &[(*name).to_owned()]].concat());
    std::iter::once(path.clone()).chain(others).collect()
}

/// Commands that are not in `listed`, nor any command above them.
fn missing(
    command: &clap::Command,
    path: &[String],
    listed: &BTreeSet<Vec<String>>,
) -> Vec<String> {
    let mut found = Vec::new();
    for one in command.get_subcommands() {
        let path = [path, &[one.get_name().to_owned()]].concat();
        if listed.contains(&path) {
            continue;
        }
        match one.has_subcommands() {
            true => found.extend(missing(one, &path, listed)),
            false => found.push(path.join(" ")),
        }
    }
    found
}

#[test]
fn the_readme_lists_every_command() {
    let readme = include_str!("../../../../README.md");
    let section = readme
        .split("\n## ")
        .find(|one| one.starts_with("Commands"));
    let rows = section.expect("a section").lines();
    let mut listed = BTreeSet::new();
    for cell in rows.filter_map(|row| row.strip_prefix("| `campanile ")) {
        let cell = format!("`campanile {}", cell.split(" | ").next().expect("a cell"));
        for path in named(&cell) {
            let mut command = &Cli::command();
            for name in &path {
                let found = command.find_subcommand(name);
                command =
                    found.unwrap_or_else(|| panic!("there is no `campanile {}`", path.join(" ")));
            }
            // The row leaves out the rarer ones.
            if cell.contains('…') {
                listed.insert(path[..path.len() - 1].to_vec());
            }
            listed.insert(path);
        }
    }
    let none: [String; 0] = [];
    assert_eq!(missing(&Cli::command(), &[], &listed), none);
}
