//! The mail itself.

use campanile_domain::{EmailAddress, Outcome, OutcomeKind};
use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::dkim::DkimKey;
use super::encoded;
use super::sender::mailbox;
use crate::Envelope;

/// A mail, ready for the wire.
#[derive(Debug)]
pub(super) struct Mail {
    /// The envelope's sender.
    pub(super) from: String,
    /// The envelope's only recipient.
    pub(super) to: EmailAddress,
    /// Headers and body in ASCII, their leading dots doubled, and the last dot.
    pub(super) content: String,
}

/// Writes it.
///
/// # Errors
/// With the outcome where the address is none or the title would break the headers.
pub(super) fn mail(
    envelope: &Envelope<'_>,
    from: &Mailbox,
    dkim: Option<&DkimKey>,
    now: DateTime<Utc>,
) -> Result<Mail, Outcome> {
    let to = EmailAddress::parse(envelope.address)
        .map_err(|why| rejected("invalid_address", format!("The stored address: {why}.")))?;
    let rendered = envelope.rendered;
    // Lettre panics at some of them and passes others on.
    if rendered.title.chars().any(char::is_control) {
        let detail = "The title has a control character, which is not allowed in a subject.";
        return Err(rejected("invalid_content", detail));
    }
    let recipient =
        mailbox(&to).map_err(|why| rejected("invalid_address", format!("The email {why}.")))?;
    let message_id = format!("<{}@{}>", envelope.delivery_id, from.email.domain());
    let builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, recipient))
        .raw_header(encoded::text("Subject", &rendered.title))
        .date(now.into())
        .message_id(Some(message_id))
        .raw_header(header(
            "X-Notification-Id",
            envelope.notification.id.to_string(),
        ))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
    // Both headers, and both are signed (RFC 8058, section 3.1 and 4).
    let builder = match &rendered.unsubscribe {
        Some(url) => builder
            .raw_header(header("List-Unsubscribe", format!("<{url}>")))
            .raw_header(header(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".to_owned(),
            )),
        None => builder,
    };
    let builder = match &rendered.stamp {
        Some(stamp) => builder.raw_header(header("X-Notification-Stamp", stamp.clone())),
        None => builder,
    };
    let builder = match encoded::mailbox("From", from) {
        Some(header) => builder.raw_header(header),
        None => builder,
    };
    let text = part(ContentType::TEXT_PLAIN, &rendered.text);
    let built = match &rendered.html {
        Some(html) => builder.multipart(
            MultiPart::alternative()
                .singlepart(text)
                .singlepart(part(ContentType::TEXT_HTML, html)),
        ),
        None => builder.singlepart(text),
    };
    let unwritable = || rejected("invalid_content", "The email could not be composed.");
    let written = built.map_err(|_| unwritable())?.formatted();
    // Lettre encodes whatever is not ASCII, so relays without 8BITMIME and SMTPUTF8 take it.
    let written = String::from_utf8(written).map_err(|_| unwritable())?;
    let signature = match dkim {
        Some(key) => key
            .sign(&written, now.timestamp())
            .map_err(|_| unwritable())?,
        None => String::new(),
    };
    Ok(Mail {
        from: from.email.to_string(),
        content: on_the_wire(&[&signature, &written]),
        to,
    })
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).body(text.to_owned())
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

fn rejected(code: &str, detail: impl Into<String>) -> Outcome {
    Outcome::new(OutcomeKind::Rejected, code, detail)
}

/// Doubles leading dots (RFC 5321, section 4.5.2) and adds the last one, so that all of it can go
/// out in one write: a dot of its own would wait for a round trip.
fn on_the_wire(pieces: &[&str]) -> String {
    let length: usize = pieces.iter().map(|piece| piece.len()).sum();
    let mut wire = String::with_capacity(length + length / 64 + 5);
    for line in pieces
        .iter()
        .flat_map(|piece| piece.split_inclusive("\r\n"))
    {
        if line.starts_with('.') {
            wire.push('.');
        }
        wire.push_str(line);
    }
    if !wire.ends_with("\r\n") {
        wire.push_str("\r\n");
    }
    wire.push_str(".\r\n");
    wire
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_mail_ends_it() {
        for (mail, wire) in [
            ("a\r\n", "a\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            ("", "\r\n.\r\n"),
            (".\r\n", "..\r\n.\r\n"),
            ("a\r\n.\r\nb\r\n..c\r\n", "a\r\n..\r\nb\r\n...c\r\n.\r\n"),
        ] {
            assert_eq!(on_the_wire(&[mail]), wire);
        }
    }
}
