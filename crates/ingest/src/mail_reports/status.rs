//! What a delivery status says of each recipient (RFC 3464, section 2.3).

use campanile_domain::mailbox_is_gone;
use mail_parser::Message;

use super::parts::{headers, split_headers};
use super::{Fate, RecipientStatus};

/// Recipients of a report at most: each mail of this service has one.
const MOST_RECIPIENTS: usize = 20;
/// Words of a diagnostic text among which the finer code may be: `smtp; 550 5.1.1 …`.
const WORDS: usize = 4;

/// Reads the groups of fields: one about the mail, then one for each recipient.
pub(super) fn recipients(text: &[u8]) -> Vec<RecipientStatus> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && found.len() < MOST_RECIPIENTS {
        let (group, after) = split_headers(rest);
        rest = after;
        found.extend(headers(group).as_ref().and_then(recipient));
    }
    found
}

fn recipient(fields: &Message<'_>) -> Option<RecipientStatus> {
    let field = |name: &'static str| fields.header(name)?.as_text();
    let action = field("Action")?;
    let named = ["Original-Recipient", "Final-Recipient"];
    let addresses = named.into_iter().filter_map(|name| address(field(name)?));
    let code = field("Status").and_then(|text| enhanced(text.split_whitespace().next()?));
    let said = field("Diagnostic-Code").and_then(said);
    Some(RecipientStatus {
        addresses: addresses.collect(),
        fate: fate(action, code, said),
    })
}

pub(super) type Code = (u16, u16, u16);

fn fate(action: &str, status: Option<Code>, said: Option<Code>) -> Fate {
    // The field may begin with the word and go on with a comment.
    let action = action.split(|c: char| !c.is_ascii_alphabetic()).next();
    let action = action.unwrap_or_default().to_ascii_lowercase();
    match &*action {
        "failed" => {}
        "delayed" => return Fate::Failed,
        _ => return Fate::Fine,
    }
    // Many servers write 5.0.0 and leave the finer code to the text of the server that refused.
    let coarse = status.is_none_or(|(_, subject, detail)| (subject, detail) == (0, 0));
    match if coarse { said.or(status) } else { status } {
        Some((5, subject, detail)) if mailbox_is_gone(subject, detail) => Fate::Gone,
        _ => Fate::Failed,
    }
}

/// The address of `rfc822; ada@example.com`.
fn address(field: &str) -> Option<String> {
    let (_, address) = field.split_once(';')?;
    let address = address.trim().trim_matches(['<', '>']);
    (!address.is_empty()).then(|| address.to_owned())
}

/// The finer code of `smtp; 550 5.1.1 no such user`, also written as `550-5.1.1`.
fn said(field: &str) -> Option<Code> {
    among_words(field.split_once(';')?.1)
}

/// The finer code among the first words of what a server said.
pub(super) fn among_words(text: &str) -> Option<Code> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '#' | '<' | '>'));
    let mut words = words.filter(|word| !word.is_empty()).take(WORDS);
    words.find_map(enhanced)
}

/// The finer code that a word is.
pub(super) fn enhanced(word: &str) -> Option<Code> {
    let mut parts = word.split('.').map(|part| {
        let digits = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    });
    let code = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_code_that_says_so_ends_an_address() {
        for (action, status, said, expected) in [
            (
                "failed",
                "5.1.1",
                "smtp; 550 5.1.1 no such user",
                Fate::Gone,
            ),
            ("Failed", "5.1.1 (bad mailbox)", "", Fate::Gone),
            ("failed", "5.1.10", "smtp; 556 5.1.10 null MX", Fate::Gone),
            (
                "failed",
                "5.0.0",
                "smtp; 550-5.1.1 The email account",
                Fate::Gone,
            ),
            (
                "failed (expired)",
                "",
                "smtp; 550 #5.1.1 no mailbox",
                Fate::Gone,
            ),
            ("failed", "5.0.0", "smtp; 550 user unknown", Fate::Failed),
            ("failed", "5.2.2", "smtp; 552 5.1.1 odd", Fate::Failed),
            ("failed", "5.7.1", "smtp; 550 5.7.1 spam", Fate::Failed),
            ("failed", "4.4.7", "smtp; 450 4.1.1 later", Fate::Failed),
            ("delayed", "4.1.1", "", Fate::Failed),
            ("delayed", "5.1.1", "", Fate::Failed),
            ("delivered", "5.1.1", "", Fate::Fine),
            ("relayed", "2.0.0", "", Fate::Fine),
            ("failed", "5.1.1.1", "", Fate::Failed),
            ("failed", "5.1.x", "", Fate::Failed),
        ] {
            let text = format!(
                "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; <Ada@example.com>\r\n\
                 Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {said}\r\n"
            );
            let found = recipients(text.as_bytes());
            let one = RecipientStatus {
                addresses: vec!["Ada@example.com".to_owned()],
                fate: expected,
            };
            assert_eq!(found, [one], "{text}");
        }
    }

    #[test]
    fn both_names_of_a_recipient_are_kept_and_only_so_many_recipients() {
        let group = "Original-Recipient: rfc822;ada@example.com\n\
                     Final-Recipient: utf-8; a.l@forwarded.example\nAction: failed\nStatus: 5.1.1\n\n";
        let found = recipients(group.repeat(100).as_bytes());
        assert_eq!(found.len(), MOST_RECIPIENTS);
        assert_eq!(
            found[0].addresses,
            ["ada@example.com", "a.l@forwarded.example"]
        );
    }
}
