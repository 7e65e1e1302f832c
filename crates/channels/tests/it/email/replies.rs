//! Replies in every shape, to every command: only the code counts.

use std::time::Duration;

use campanile_channels::email::{EmailPatience, EmailSettings, EmailTls};
use campanile_domain::OutcomeKind;
use campanile_test_support::smtp::{Dress, SmtpAct, SmtpOffers, SmtpServer, SmtpStep};

use super::{FROM, of_operator, send};

/// Code and separator of a line, and its text.
fn parts(line: &str) -> (&str, &str, &str) {
    (&line[..3], &line[3..4], &line[4..])
}

/// Ways to write a line of a reply, each with its source.
#[rustfmt::skip]
const SHAPES: &[(&str, Dress)] = &[
    ("as usual", |line| format!("{line}\r\n").into()),
    ("no text and no space: RFC 5321, section 4.2, asks clients to take it", |line| {
        let (code, separator, _) = parts(line);
        format!("{code}{}\r\n", separator.trim()).into()
    }),
    ("no text: RFC 5321, section 4.2", |line| {
        let (code, separator, _) = parts(line);
        format!("{code}{separator}\r\n").into()
    }),
    ("the finer code alone: RFC 2034, section 4", |line| {
        let (code, separator, text) = parts(line);
        let finer = text.split(' ').next().unwrap_or_default();
        format!("{code}{separator}{finer}\r\n").into()
    }),
    ("ISO 8859-1: a client acts on the code, not on the text (RFC 5321, section 4.2)", |line| {
        [line.as_bytes(), b" \xe4\xf6\xfc\r\n"].concat()
    }),
    ("UTF-8 as RFC 6531, section 3.7.4.2, allows", |line| format!("{line} für 你好\r\n").into()),
    ("controls and a NUL", |line| [line.as_bytes(), b" \x00\x1b[2J\x7f\r\n"].concat()),
    ("a bare LF as line end", |line| format!("{line}\n").into()),
    ("the code once more in lines before it: RFC 5321, section 4.2.1", |line| {
        format!("{}-first\r\n{}-\r\n{line}\r\n", &line[..3], &line[..3]).into()
    }),
    ("other codes in the lines before: the last line's counts", |line| {
        format!("450-4.2.0 first\r\n550-5.1.1\r\n{line}\r\n").into()
    }),
    ("lines without a code between", |line| {
        format!("{}-first\r\nand more\r\n\r\n{line}\r\n", &line[..3]).into()
    }),
    ("2,000 bytes: more than the 512 of RFC 5321, section 4.5.3.1.5", |line| {
        format!("{line} {}\r\n", "x".repeat(2_000)).into()
    }),
];

#[tokio::test]
async fn no_command_depends_on_a_replys_text() {
    let settings = [
        (EmailTls::None, true, false),
        (EmailTls::None, false, true),
        (EmailTls::StartTls, true, true),
        (EmailTls::Tls, false, false),
    ];
    let cases = SHAPES
        .iter()
        .flat_map(|shape| settings.map(|(tls, pipelining, login)| (shape, tls, pipelining, login)))
        .map(|((shape, dress), tls, pipelining, login_only)| async move {
            let case = format!("{shape}; {tls:?}, pipelining {pipelining}, LOGIN {login_only}");
            let offers = SmtpOffers {
                pipelining,
                starttls: tls == EmailTls::StartTls,
                tls: tls == EmailTls::Tls,
                login: Some(("zoe".into(), "hunter2 ä".into())),
                login_only,
                dress: Some(*dress),
            };
            every_command(&case, SmtpServer::start(offers).await, tls).await;
        });
    futures_util::future::join_all(cases).await;
}

/// A refusal, two mails that are taken, one that is not, and everything between and around them.
async fn every_command(case: &str, server: SmtpServer, tls: EmailTls) {
    let patience = EmailPatience {
        check_after: Duration::ZERO,
        close_after: Duration::from_secs(5),
        ..EmailPatience::default()
    };
    let settings = EmailSettings::new("localhost", server.port(), tls, FROM)
        .unwrap()
        .trust(server.certificate().as_bytes())
        .unwrap()
        .login(Some("zoe".into()), Some("hunter2 ä".into()))
        .unwrap()
        .patience(patience);
    let channel = of_operator(settings).unwrap();
    server.for_recipient("gone@example.com", SmtpAct::say("550 5.7.9 No"));
    let refused = send(&channel, "gone@example.com").await;
    assert!(refused.code.starts_with("550"), "{case}: {refused:?}");
    for _ in 0..2 {
        let taken = send(&channel, "zoe@example.com").await;
        assert_eq!(taken.kind, OutcomeKind::Delivered, "{case}: {taken:?}");
        assert!(taken.code.starts_with("250"), "{case}: {taken:?}");
    }
    server.at(SmtpStep::Dot, [SmtpAct::say("450 4.7.0 Later")]);
    let later = send(&channel, "zoe@example.com").await;
    assert_eq!(later.kind, OutcomeKind::Retry, "{case}: {later:?}");
    assert!(later.code.starts_with("450"), "{case}: {later:?}");
    // All of it, RSET, NOOP and QUIT too, was understood on one connection.
    let ledger = server.wait_until(|ledger| ledger.open == 0).await;
    let seen = ["RSET", "NOOP", "QUIT"].map(|verb| ledger.count(verb) > 0);
    assert_eq!((ledger.connections, seen), (1, [true; 3]), "{case}");
    assert_eq!(ledger.mails.len(), 2, "{case}");
}

#[tokio::test]
async fn a_last_reply_that_breaks_off_after_its_code_was_said() {
    for (last, kind, code) in [
        ("250", OutcomeKind::Delivered, "250"),
        ("250 2.0.0 O", OutcomeKind::Delivered, "250 2.0.0"),
        ("250-2.0.0 a\r\n25", OutcomeKind::Delivered, "250 2.0.0"),
        ("550 5.7.1 N", OutcomeKind::Rejected, "550 5.7.1"),
        ("25", OutcomeKind::Ambiguous, "connection_lost"),
        ("", OutcomeKind::Ambiguous, "connection_lost"),
        // Nobody takes a mail by asking for more of it.
        ("354 Go on\r\n", OutcomeKind::Ambiguous, "reply"),
    ] {
        let server = SmtpServer::start(super::pipelining()).await;
        let channel = super::channel(&server);
        server.at(SmtpStep::Dot, [SmtpAct::SayBytesAndClose(last.into())]);
        let outcome = send(&channel, "zoe@example.com").await;
        assert_eq!(
            (outcome.kind, outcome.code.as_str()),
            (kind, code),
            "{last:?}"
        );
        let next = send(&channel, "zoe@example.com").await;
        assert_eq!(next.kind, OutcomeKind::Delivered);
        assert_eq!(server.ledger().connections, 2, "{last:?}");
    }
}

#[tokio::test]
async fn a_reason_given_before_the_relay_hangs_up_in_the_middle_of_a_mail_counts() {
    let server = SmtpServer::start(super::pipelining()).await;
    let channel = super::channel(&server);
    // It says so after DATA and reads no more, while a mail that no buffer holds is under way.
    let too_big = "354 Go on\r\n552 5.3.4 Too big\r\n";
    server.at(SmtpStep::Data, [SmtpAct::SayBytesAndClose(too_big.into())]);
    let large = super::rendered("Large", &"x".repeat(24 * 1024 * 1024), None);
    let (outcome, ..) = super::send_rendered(&channel, "zoe@example.com", &large).await;
    assert_eq!(
        (outcome.kind, outcome.code.as_str()),
        (OutcomeKind::Rejected, "552 5.3.4")
    );
}
