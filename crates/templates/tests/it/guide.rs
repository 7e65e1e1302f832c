//! The examples of the guide are true.

use campanile_templates::{Context, User};

use crate::fixture::template::text;

const GUIDE: &str = include_str!("../../../../docs/reference/template-language.md");

/// The code blocks of a kind.
fn blocks(kind: &str) -> Vec<&'static str> {
    let fence = format!("```{kind}\n");
    let after = GUIDE
        .match_indices(&*fence)
        .map(|(at, _)| &GUIDE[at + fence.len()..]);
    after
        .map(|rest| rest.split_once("\n```").expect("a block ends").0)
        .collect()
}

#[test]
fn every_example_shows_what_the_guide_says() {
    let context = Context {
        content: blocks("json")[0].into(),
        user: User {
            locale: Some("en-US".into()),
            timezone: Some("Europe/Berlin".into()),
            ..User::default()
        },
        now: "2026-03-01T12:00:00Z".parse().expect("a time"),
        ..Context::default()
    };
    let mut examples = 0;
    for line in blocks("template").into_iter().flat_map(str::lines) {
        let (source, expected) = line.rsplit_once(" → ").expect("source and result");
        let compiled = text("en", source).unwrap_or_else(|faults| panic!("{source}: {faults:?}"));
        let rendered = compiled
            .render(&context)
            .unwrap_or_else(|fault| panic!("{source}: {fault}"));
        let shown = rendered["text"].replace(['\u{202f}', '\u{a0}'], " ");
        assert_eq!(shown, expected, "{source}");
        examples += 1;
    }
    assert!(examples >= 20, "{examples}");
}
