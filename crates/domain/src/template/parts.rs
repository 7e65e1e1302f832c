//! The parts of a template, by channel, and what is wrong with a set of them.

use std::collections::BTreeMap;

use super::TemplateLimits;
use crate::Channel;

/// Sources by the name of the part. In the type `_shared` the names are those of partials and layouts.
pub type TemplateParts = BTreeMap<String, String>;

/// The parts that a channel's template may have; none where a channel has no templates.
///
/// A webhook carries the texts of the inbox, so it has no templates.
pub const fn part_names(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::InApp => &["title", "body", "link", "actions"],
        Channel::Push | Channel::WebPush | Channel::Apns => &["title", "body", "image"],
        Channel::Email => &["subject", "preheader", "html", "mjml", "text"],
        Channel::Slack
        | Channel::Discord
        | Channel::Pushover
        | Channel::Apprise
        | Channel::Recipe(_) => &["text"],
        Channel::Webhook => &[],
    }
}

/// What is wrong with one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartFlawKind {
    /// The channel has no part of this name.
    Unknown,
    /// There is no part at all.
    None,
    /// There are more than allowed.
    TooMany,
    /// Its source is too long.
    TooLong,
    /// It cannot stand beside another.
    Contradictory,
    /// Its name has characters that no partial's name may have.
    Name,
}

/// A part and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartFlaw {
    /// The part; `None` for all of them.
    pub part: Option<String>,
    /// What is wrong.
    pub kind: PartFlawKind,
    /// One readable sentence.
    pub detail: String,
}

/// What is wrong with the names and sizes of parts. `is_shared` if they are partials and layouts.
pub fn part_flaws(channel: Channel, is_shared: bool, parts: &TemplateParts) -> Vec<PartFlaw> {
    let mut flaws = Vec::new();
    let mut note = |part: Option<&str>, kind, detail: String| {
        let part = part.map(str::to_owned);
        flaws.push(PartFlaw { part, kind, detail });
    };
    if parts.is_empty() {
        note(
            None,
            PartFlawKind::None,
            "must have at least one part".into(),
        );
    }
    if is_shared && parts.len() > TemplateLimits::PARTIALS {
        let most = TemplateLimits::PARTIALS;
        note(
            None,
            PartFlawKind::TooMany,
            format!("must have at most {most} partials"),
        );
    }
    let known = part_names(channel);
    for (name, source) in parts {
        if is_shared && !is_partial_name(name) {
            let most = TemplateLimits::PARTIAL_NAME;
            let detail =
                format!("a partial's name must be 1 to {most} characters of a-z, 0-9, _ and -");
            note(Some(name), PartFlawKind::Name, detail);
        } else if !is_shared && !known.contains(&name.as_str()) {
            let detail = format!("{channel} has the parts {}", known.join(", "));
            note(Some(name), PartFlawKind::Unknown, detail);
        } else if source.len() > TemplateLimits::PART_BYTES {
            let most = TemplateLimits::PART_BYTES;
            note(
                Some(name),
                PartFlawKind::TooLong,
                format!("must be at most {most} bytes"),
            );
        }
    }
    if !is_shared && parts.contains_key("html") && parts.contains_key("mjml") {
        let detail = "a mail has html or mjml, not both".to_owned();
        note(Some("mjml"), PartFlawKind::Contradictory, detail);
    }
    flaws
}

fn is_partial_name(name: &str) -> bool {
    let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    (1..=TemplateLimits::PARTIAL_NAME).contains(&name.len()) && name.bytes().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(channel: Channel, is_shared: bool, parts: &[(&str, &str)]) -> Vec<PartFlawKind> {
        let parts = parts
            .iter()
            .map(|(name, source)| ((*name).to_owned(), (*source).to_owned()));
        let flaws = part_flaws(channel, is_shared, &parts.collect());
        flaws.into_iter().map(|flaw| flaw.kind).collect()
    }

    #[test]
    fn each_channel_has_its_parts() {
        assert_eq!(
            kinds(Channel::Push, false, &[("title", "a"), ("body", "b")]),
            []
        );
        assert_eq!(
            kinds(Channel::Push, false, &[("html", "a")]),
            [PartFlawKind::Unknown]
        );
        assert_eq!(
            kinds(Channel::Webhook, false, &[("title", "a")]),
            [PartFlawKind::Unknown]
        );
        let both = [("html", "a"), ("mjml", "b"), ("subject", "c")];
        assert_eq!(
            kinds(Channel::Email, false, &both),
            [PartFlawKind::Contradictory]
        );
        assert_eq!(kinds(Channel::Email, false, &[]), [PartFlawKind::None]);
    }

    #[test]
    fn sizes_are_bounded() {
        let fits = "x".repeat(TemplateLimits::PART_BYTES);
        assert_eq!(kinds(Channel::InApp, false, &[("body", &fits)]), []);
        let over = format!("{fits}x");
        assert_eq!(
            kinds(Channel::InApp, false, &[("body", &over)]),
            [PartFlawKind::TooLong]
        );
    }

    #[test]
    fn partials_are_named_freely_within_bounds() {
        assert_eq!(kinds(Channel::Email, true, &[("base-2_x", "a")]), []);
        assert_eq!(
            kinds(Channel::Email, true, &[("../x", "a")]),
            [PartFlawKind::Name]
        );
        let names: Vec<_> = (0..=TemplateLimits::PARTIALS)
            .map(|n| format!("p{n}"))
            .collect();
        let many: Vec<_> = names.iter().map(|name| (name.as_str(), "a")).collect();
        assert_eq!(kinds(Channel::Email, true, &many), [PartFlawKind::TooMany]);
    }
}
