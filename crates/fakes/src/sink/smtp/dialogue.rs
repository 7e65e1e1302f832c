//! What a sender says, taken from the bytes that came, without a copy of the mail.

use bytes::{Buf, BytesMut};
use uuid::Uuid;

/// Where a connection stands.
#[derive(Debug, Default)]
pub(super) struct Dialogue {
    in_mail: bool,
    /// So much of the mail was searched for its end.
    searched: usize,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Say this.
    Say(&'static str),
    /// A mail is complete.
    Mail(Ids),
    /// The sender goes.
    Bye,
}

/// What is read of a mail.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ids {
    /// What stands before the `@` of its `Message-ID`; the same on every attempt.
    pub(super) delivery: String,
    /// Its `X-Notification-Id`.
    pub(super) notification: Option<Uuid>,
}

const HELLO: &str = "250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n";
const FINE: &str = "250 2.0.0 Fine\r\n";
const END: &[u8] = b"\r\n.\r\n";

impl Dialogue {
    /// Takes the next line or mail from what came; nothing if it is not complete.
    pub(super) fn next(&mut self, input: &mut BytesMut) -> Option<Step> {
        if self.in_mail {
            return self.mail(input).map(Step::Mail);
        }
        let end = input.iter().position(|byte| *byte == b'\n')?;
        let line = input.split_to(end + 1);
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        Some(match verb.as_slice() {
            b"EHLO" | b"HELO" => Step::Say(HELLO),
            b"MAIL" | b"RCPT" | b"RSET" | b"NOOP" => Step::Say(FINE),
            b"DATA" => {
                self.in_mail = true;
                Step::Say("354 End with a dot\r\n")
            }
            b"QUIT" => Step::Bye,
            _ => Step::Say("502 5.5.1 Not implemented\r\n"),
        })
    }

    fn mail(&mut self, input: &mut BytesMut) -> Option<Ids> {
        // An empty mail has no line before its end.
        if self.searched == 0 && input.starts_with(&END[2..]) {
            input.advance(END.len() - 2);
            self.in_mail = false;
            return Some(Ids::default());
        }
        let unsearched = &input[self.searched..];
        let Some(found) = unsearched.windows(END.len()).position(|bytes| bytes == END) else {
            // The end may have come in part.
            self.searched = input.len().saturating_sub(END.len() - 1);
            return None;
        };
        let end = self.searched + found;
        let ids = ids(&input[..end]);
        input.advance(end + END.len());
        (self.in_mail, self.searched) = (false, 0);
        Some(ids)
    }
}

fn ids(mail: &[u8]) -> Ids {
    let mut ids = Ids::default();
    let mut lines = mail.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let line = line.trim_ascii();
        if line.is_empty() {
            break;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (name, mut value) = (&line[..colon], line[colon + 1..].trim_ascii());
        // A long value stands in the next line.
        if value.is_empty() {
            value = lines
                .peek()
                .map(|next| next.trim_ascii())
                .unwrap_or_default();
        }
        let value = || String::from_utf8_lossy(value);
        if name.eq_ignore_ascii_case(b"Message-ID") {
            let id = value();
            let id = id.trim_start_matches('<');
            id.split('@')
                .next()
                .unwrap_or_default()
                .clone_into(&mut ids.delivery);
        } else if name.eq_ignore_ascii_case(b"X-Notification-Id") {
            ids.notification = value().parse().ok();
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "EHLO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n\
        Subject: x\r\nMessage-ID:\r\n <first@b.c>\r\n\
        X-Notification-Id: 0190b6f0-0000-7000-8000-000000000001\r\n\r\n\
        Message-ID: <not@this>\r\n..\r\n.\r\nMAIL FROM:<a@b.c>\r\nrcpt to:<d@e.f>\r\nDATA\r\n\
        message-id: <second@b.c>\r\n\r\n.\r\nDATA\r\n.\r\nNOOP\r\nQUIT\r\n";

    #[test]
    fn it_does_not_matter_in_which_pieces_the_bytes_come() {
        let expected = {
            let first = Ids {
                delivery: "first".into(),
                notification: Some(
                    "0190b6f0-0000-7000-8000-000000000001"
                        .parse()
                        .expect("an id"),
                ),
            };
            let second = Ids {
                delivery: "second".into(),
                notification: None,
            };
            let go_ahead = || Step::Say("354 End with a dot\r\n");
            let mail = |ids| {
                [
                    Step::Say(FINE),
                    Step::Say(FINE),
                    go_ahead(),
                    Step::Mail(ids),
                ]
            };
            let mut steps = vec![Step::Say(HELLO)];
            steps.extend(mail(first));
            steps.extend(mail(second));
            steps.extend([go_ahead(), Step::Mail(Ids::default())]);
            steps.extend([Step::Say(FINE), Step::Bye]);
            steps
        };
        for size in [1, 2, 3, 5, 7, 64, 10_000] {
            let (mut dialogue, mut input) = (Dialogue::default(), BytesMut::new());
            let mut steps = Vec::new();
            for piece in MAIL.as_bytes().chunks(size) {
                input.extend_from_slice(piece);
                while let Some(step) = dialogue.next(&mut input) {
                    steps.push(step);
                }
            }
            assert_eq!(steps, expected, "in pieces of {size}");
        }
    }
}
