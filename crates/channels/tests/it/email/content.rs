//! The mail as another library reads it.

use campanile_domain::{DeliveryId, NotificationId, OutcomeKind};
use campanile_test_support::smtp::{ReceivedMail, SmtpServer};
use mail_parser::{MessageParser, MimeHeaders};

use super::{channel, of_operator, pipelining, rendered, send_rendered};
use campanile_channels::Rendered;
use campanile_channels::email::{EmailSettings, EmailTls};

async fn sent(rendered: &Rendered) -> (ReceivedMail, NotificationId, DeliveryId) {
    let server = SmtpServer::start(pipelining()).await;
    let (outcome, notification, delivery) =
        send_rendered(&channel(&server), "zoe@bücher.example", rendered).await;
    assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    let mut ledger = server.wait_until(|ledger| !ledger.mails.is_empty()).await;
    (ledger.mails.remove(0), notification, delivery)
}

#[tokio::test]
async fn every_header_and_both_bodies_arrive() {
    let html = "<p>Grüße, 你好 &amp; 👋</p>\r\n";
    let long = format!("Grüße, 你好 👋\r\n{}\r\n", "x".repeat(3000));
    let title = "Grüße aus Köln: 你好 👋, and a subject that is so long that it must be folded";
    let (mail, notification, delivery) = sent(&rendered(title, &long, Some(html))).await;
    assert_eq!(mail.to, ["zoe@xn--bcher-kva.example"]);
    assert!(mail.content.is_ascii());
    let lines = mail.content.split(|byte| *byte == b'\n');
    assert!(lines.clone().all(|line| line.len() <= 999));
    let text = std::str::from_utf8(&mail.content).unwrap();
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());

    let parsed = MessageParser::default().parse(&mail.content).unwrap();
    assert_eq!(parsed.subject().unwrap(), title);
    let from = parsed.from().unwrap().first().unwrap();
    assert_eq!(from.name().unwrap(), "Campanile");
    assert_eq!(from.address().unwrap(), "noreply@campanile.example");
    let to = parsed.to().unwrap().first().unwrap();
    assert_eq!(to.address().unwrap(), "zoe@xn--bcher-kva.example");
    let message_id = format!("{delivery}@campanile.example");
    assert_eq!(parsed.message_id().unwrap(), message_id);
    let header = |name: &'static str| parsed.header(name).unwrap().as_text().unwrap().to_owned();
    assert_eq!(header("X-Notification-Id"), notification.to_string());
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert!(parsed.date().unwrap().to_timestamp() > 1_700_000_000);
    let kind = parsed.content_type().unwrap();
    assert_eq!(
        (kind.ctype(), kind.subtype().unwrap()),
        ("multipart", "alternative")
    );
    let crlf = |text: &str| text.replace("\r\n", "\n");
    assert_eq!(
        crlf(&parsed.body_text(0).unwrap()).trim_end(),
        crlf(&long).trim_end()
    );
    assert_eq!(
        crlf(&parsed.body_html(0).unwrap()).trim_end(),
        crlf(html).trim_end()
    );
}

/// RFC 2047, section 7: what looks like an encoded word and is none has to be encoded.
#[tokio::test]
async fn what_looks_like_an_encoded_word_arrives_as_it_was_written() {
    let long = format!("{} =?utf-8?b?w6Q=?= 你好", "x".repeat(400));
    for title in [
        "=?utf-8?Q?=0D=0ABcc:_evil=40example.com?=",
        "Grüße =?utf-8?Q?=0D=0ABcc:_evil=40example.com?= an alle",
        "=?iso-8859-1?q?a?= =?utf-8?b?w6Q=?=",
        "=?",
        "?= =? ?=",
        &"y".repeat(512),
        &long,
    ] {
        let (mail, ..) = sent(&rendered(title, "", None)).await;
        let lines = mail.content.split(|byte| *byte == b'\n');
        // 76 characters, CR included (section 2).
        assert!(lines.clone().all(|line| line.len() <= 77), "{title}");
        let parsed = MessageParser::default().parse(&mail.content).unwrap();
        assert_eq!(parsed.subject().unwrap(), title);
        assert!(parsed.bcc().is_none(), "{title}");
    }
}

#[tokio::test]
async fn so_does_a_senders_name() {
    let server = SmtpServer::start(pipelining()).await;
    for name in [
        "=?utf-8?Q?=0D=0ABcc:_evil=40example.com?=",
        "Zoë =?utf-8?q?=22_=3Ceve=40example.com=3E?=",
    ] {
        let from = format!("{name} <noreply@campanile.example>");
        let settings =
            EmailSettings::new("127.0.0.1", server.port(), EmailTls::None, &from).unwrap();
        let channel = of_operator(settings).unwrap();
        let (outcome, ..) =
            send_rendered(&channel, "zoe@example.com", &rendered("Title", "", None)).await;
        assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
        let mail = server.ledger().mails.pop().unwrap();
        assert_eq!(mail.from, "noreply@campanile.example");
        let parsed = MessageParser::default().parse(&mail.content).unwrap();
        let from = parsed.from().unwrap();
        assert_eq!(from.as_list().map_or(0, <[_]>::len), 1);
        let from = from.first().unwrap();
        assert_eq!(from.name().unwrap(), name);
        assert_eq!(from.address().unwrap(), "noreply@campanile.example");
        assert!(parsed.bcc().is_none());
    }
}

#[tokio::test]
async fn lines_of_dots_arrive_as_they_are() {
    let text = ".\n..\n.hidden\nQUIT\n.\n\nend.";
    let (mail, ..) = sent(&rendered("Dots", text, None)).await;
    let parsed = MessageParser::default().parse(&mail.content).unwrap();
    assert_eq!(
        parsed
            .body_text(0)
            .unwrap()
            .replace("\r\n", "\n")
            .trim_end(),
        text
    );
}

#[tokio::test]
async fn nothing_gets_into_the_headers() {
    let server = SmtpServer::start(pipelining()).await;
    let channel = channel(&server);
    for title in [
        "a\r\nBcc: eve@example.com",
        "a\nb",
        "a\rb",
        "a\0b",
        "a\u{85}b",
        "a\tb",
        "a\u{1b}b",
    ] {
        let (outcome, ..) =
            send_rendered(&channel, "zoe@example.com", &rendered(title, "", None)).await;
        assert_eq!(
            (outcome.kind, outcome.code.as_str()),
            (OutcomeKind::Rejected, "invalid_content"),
            "{title:?}"
        );
    }
    for address in [
        "",
        "zoe",
        "a@example.com\r\nRCPT TO:<eve@example.com>",
        "a@b@example.com",
        "<a@example.com>",
        "a@example.com,b@example.com",
    ] {
        let (outcome, ..) = send_rendered(&channel, address, &rendered("a", "", None)).await;
        assert_eq!(
            (outcome.kind, outcome.code.as_str()),
            (OutcomeKind::Rejected, "invalid_address"),
            "{address:?}"
        );
    }
    assert_eq!(server.ledger().connections, 0);
}
