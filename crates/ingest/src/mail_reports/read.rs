//! A mail is read as a report.

use campanile_domain::NotificationId;

use super::parts::{headers, parts, split_headers};
use super::{MOST_BYTES, MailReport, Quoted, Said, status};

/// Reads a mail; `None` if it is no report. What comes after [`MOST_BYTES`] is left out.
pub fn read(mail: &[u8]) -> Option<MailReport> {
    let mail = mail.get(..MOST_BYTES).unwrap_or(mail);
    let (mut said, mut quoted) = (None, None);
    for part in parts(mail) {
        match part.kind() {
            ("message", "delivery-status" | "global-delivery-status") => {
                said = said.or_else(|| Some(Said::Status(status::recipients(&part.decoded()))));
            }
            ("message", "feedback-report") => {
                said = said.or_else(|| Some(feedback(&part.decoded())));
            }
            ("message", "rfc822" | "global")
            | ("text", "rfc822-headers")
            | ("message", "global-headers") => {
                quoted = quoted.or_else(|| mail_of(part.body));
            }
            _ => {}
        }
    }
    Some(MailReport {
        quoted,
        said: said?,
    })
}

/// RFC 5965, section 7.3: `abuse` and `fraud` are complaints about the mail.
fn feedback(text: &[u8]) -> Said {
    let fields = headers(text);
    let kind = fields
        .as_ref()
        .and_then(|fields| fields.header("Feedback-Type")?.as_text());
    let kind = kind.unwrap_or_default().trim();
    let is_complaint = ["abuse", "fraud"]
        .iter()
        .any(|one| kind.eq_ignore_ascii_case(one));
    if is_complaint {
        Said::Complaint
    } else {
        Said::Other
    }
}

/// What the headers of a quoted mail say of it.
fn mail_of(quoted: &[u8]) -> Option<Quoted> {
    let head = headers(split_headers(quoted.trim_ascii_start()).0)?;
    let notification = head.header("X-Notification-Id")?.as_text()?;
    let stamp = head.header("X-Notification-Stamp")?.as_text()?;
    Some(Quoted {
        notification: NotificationId(notification.trim().parse().ok()?),
        stamp: stamp.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use campanile_domain::Random;
    use uuid::Uuid;

    use super::*;
    use crate::mail_reports::{Fate, RecipientStatus};

    const NOTIFICATION: &str = "0193a1b2-0000-7000-8000-000000000001";
    const STAMP: &str = "XxtvdwAAgACAAAAAAAAACnXxtvdwAAgACAAAAAAAAAA";

    fn quoted() -> Quoted {
        let id = |text: &str| text.parse::<Uuid>().expect("an id");
        Quoted {
            notification: NotificationId(id(NOTIFICATION)),
            stamp: STAMP.to_owned(),
        }
    }

    fn original() -> String {
        format!(
            "Received: by mail.example.com\r\nFrom: Shop <shop@example.com>\r\nTo: ada@example.net\r\n\
             Subject: Your order\r\nMessage-ID: <1@example.com>\r\nX-Notification-Stamp:\r\n {STAMP}\r\n\
             x-notification-id: {NOTIFICATION}\r\nMIME-Version: 1.0\r\n\r\nThank you.\r\n"
        )
    }

    /// As Postfix writes it, or as another server does.
    fn bounce(encoding: &str, status: &str, quoted: &str) -> Vec<u8> {
        format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net (Mail Delivery System)\r\n\
             Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"4F1.17/mx.example.net\"\r\n\r\n\
             This is a MIME-encapsulated message.\r\n\r\n--4F1.17/mx.example.net\r\n\
             Content-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry to have to inform you…\r\n\
             --4F1.17/mx.example.net\r\nContent-Description: Delivery report\r\n\
             Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{status}\r\n\
             --4F1.17/mx.example.net\r\n{quoted}\r\n--4F1.17/mx.example.net--\r\n"
        )
        .into_bytes()
    }

    const STATUS: &str = "Reporting-MTA: dns; mx.example.net\r\nArrival-Date: Mon, 30 Nov 2026 10:00:00 +0000\r\n\r\n\
        Final-Recipient: rfc822; ada@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Diagnostic-Code: smtp; 550 5.1.1 <ada@example.net>:\r\n    Recipient address rejected\r\n";

    fn gone() -> Said {
        Said::Status(vec![RecipientStatus {
            addresses: vec!["ada@example.net".to_owned()],
            fate: Fate::Gone,
        }])
    }

    #[test]
    fn a_bounce_names_the_mail_and_the_recipient() {
        let whole = format!("Content-Type: message/rfc822\r\n\r\n{}", original());
        let head = format!("Content-Type: text/rfc822-headers\r\n\r\n{}", original());
        let encoded = {
            use base64::Engine;
            base64::engine::general_purpose::STANDARD.encode(STATUS)
        };
        for mail in [
            bounce("7bit", STATUS, &whole),
            bounce("7bit", STATUS, &head),
            bounce("base64", &encoded, &head),
            // Cut off within the mail that was returned.
            bounce(
                "7bit",
                STATUS,
                &format!("{whole}{}", "x".repeat(MOST_BYTES)),
            ),
            // With the line endings of a mailbox, and the line that begins one.
            String::from_utf8(
                [
                    &b"From MAILER-DAEMON Mon Nov 30 10:00:00 2026\r\n"[..],
                    &bounce("7bit", STATUS, &whole),
                ]
                .concat(),
            )
            .expect("text")
            .replace("\r\n", "\n")
            .into_bytes(),
        ] {
            let report = read(&mail).expect("a report");
            assert_eq!(report.said, gone(), "{}", String::from_utf8_lossy(&mail));
            assert_eq!(report.quoted, Some(quoted()));
        }
    }

    #[test]
    fn a_relay_may_have_changed_the_message_id_and_a_stranger_quotes_nothing_of_ours() {
        let changed = original().replace("<1@example.com>", "0102018abc");
        let whole = format!("Content-Type: message/rfc822\r\n\r\n{changed}");
        let report = read(&bounce("7bit", STATUS, &whole)).expect("a report");
        assert_eq!(report.quoted, Some(quoted()));
        for strange in [
            original().replace(NOTIFICATION, "none"),
            original().replace("X-Notification-Stamp", "X-Other"),
        ] {
            let whole = format!("Content-Type: message/rfc822\r\n\r\n{strange}");
            let report = read(&bounce("7bit", STATUS, &whole)).expect("a report");
            assert_eq!(report.quoted, None);
        }
    }

    #[test]
    fn a_complaint_is_one_of_abuse_or_fraud() {
        for (kind, expected) in [
            ("abuse", Said::Complaint),
            ("Fraud", Said::Complaint),
            ("not-spam", Said::Other),
            ("virus", Said::Other),
        ] {
            let mail = format!(
                "From: <abusedesk@example.net>\nSubject: FW: Your order\nMIME-Version: 1.0\n\
                 Content-Type: multipart/report; report-type=feedback-report; boundary=\"part1\"\n\n\
                 --part1\nContent-Type: text/plain\n\nThis is an email abuse report.\n\
                 --part1\nContent-Type: message/feedback-report\n\n\
                 Feedback-Type: {kind}\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n\
                 --part1\nContent-Type: message/rfc822\nContent-Disposition: inline\n\n{}\n--part1--\n",
                original().replace("\r\n", "\n")
            );
            let report = read(mail.as_bytes()).expect("a report");
            assert_eq!(report.said, expected, "{kind}");
            assert_eq!(report.quoted, Some(quoted()));
        }
    }

    #[test]
    fn other_mails_are_no_reports() {
        let whole = format!("Content-Type: message/rfc822\r\n\r\n{}", original());
        // A report that was forwarded within another mail says nothing.
        let inner = String::from_utf8(bounce("7bit", STATUS, &whole)).expect("text");
        let forwarded = format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--\r\n"
        );
        for mail in [
            "",
            "\r\n\r\n",
            "Subject: Out of office\r\n\r\nI am away.",
            &original(),
            &forwarded,
        ] {
            assert_eq!(read(mail.as_bytes()), None, "{mail}");
        }
    }

    #[test]
    fn damaged_and_nested_mails_are_survived() {
        let whole = format!("Content-Type: message/rfc822\r\n\r\n{}", original());
        let mail = bounce("quoted-printable", STATUS, &whole);
        for end in 0..mail.len() {
            read(&mail[..end]);
        }
        let random = Random::seeded(18);
        for _ in 0..2_000 {
            let mut mail = mail.clone();
            for byte in random.uuid().as_bytes().chunks(4) {
                let place = usize::from(u16::from_be_bytes([byte[0], byte[1]])) % mail.len();
                mail[place] = byte[2];
            }
            read(&mail);
        }
        let deep = "Content-Type: multipart/digest; boundary=b\n\n--b\n\n".repeat(MOST_BYTES / 48);
        let rfc822 = "Content-Type: message/rfc822\n\n".repeat(MOST_BYTES / 30);
        let within = bounce("7bit", STATUS, &rfc822);
        for mail in [deep.as_bytes(), rfc822.as_bytes(), &within] {
            let report = read(mail);
            assert!(report.is_none_or(|report| report.quoted.is_none()));
        }
    }
}
