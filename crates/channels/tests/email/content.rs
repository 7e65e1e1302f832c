//! The mail as another library reads it.

use campanile_domain::{DeliveryId, NotificationId, OutcomeKind};
use campanile_test_support::smtp::{ReceivedMail, SmtpServer};
use mail_parser::{MessageParser, MimeHeaders};

use super::{channel, pipelining, rendered, send_rendered};
use campanile_channels::Rendered;

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
