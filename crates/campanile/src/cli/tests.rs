//! Every command has examples, and they can be pasted.

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
