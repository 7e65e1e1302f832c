//! TLS and logins.

use campanile_channels::email::{EmailSettings, EmailTls};
use campanile_domain::{HeloName, Outcome, OutcomeKind};
use campanile_test_support::smtp::{SmtpOffers, SmtpServer};
use campanile_test_support::sockets::assert_nodelay_to;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::{FROM, of_operator, send};

fn relay(host: &str, port: u16, tls: EmailTls) -> EmailSettings {
    EmailSettings::new(host, port, tls, FROM).unwrap()
}

async fn outcome(settings: EmailSettings) -> Outcome {
    let channel = of_operator(settings).unwrap();
    send(&channel, "zoe@example.com").await
}

fn offers(tls: EmailTls) -> SmtpOffers {
    SmtpOffers {
        pipelining: true,
        starttls: tls == EmailTls::StartTls,
        tls: tls == EmailTls::Tls,
        login: Some(("zoe".into(), "hunter2".into())),
        ..SmtpOffers::default()
    }
}

#[tokio::test]
async fn ehlo_says_what_is_set_else_a_whole_name_or_the_address() {
    let server = SmtpServer::start(offers(EmailTls::StartTls)).await;
    let trusting = || {
        relay("127.0.0.1", server.port(), EmailTls::StartTls)
            .trust(server.certificate().as_bytes())
            .unwrap()
            .login(Some("zoe".into()), Some("hunter2".into()))
            .unwrap()
    };
    outcome(trusting().helo("mail.example.com").unwrap()).await;
    outcome(trusting()).await;
    let said = server
        .wait_until(|ledger| ledger.mails.len() == 2)
        .await
        .hellos;
    // Once before the handshake, and once after it.
    let [before, after, usual @ ..] = &said[..] else {
        panic!("{said:?}")
    };
    assert_eq!([before, after], ["mail.example.com"; 2]);
    assert_eq!(usual.len(), 2);
    for name in usual {
        // RFC 5321, section 4.1.1.1.
        assert!(HeloName::parse(name).is_ok(), "{name}");
    }
}

#[tokio::test]
async fn mail_goes_over_both_kinds_of_tls_to_trusted_relays_only() {
    for tls in [EmailTls::StartTls, EmailTls::Tls] {
        let server = SmtpServer::start(offers(tls)).await;
        let trusting = |host| {
            relay(host, server.port(), tls)
                .trust(server.certificate().as_bytes())
                .unwrap()
                .login(Some("zoe".into()), Some("hunter2".into()))
                .unwrap()
        };
        for host in ["localhost", "127.0.0.1"] {
            let channel = of_operator(trusting(host)).unwrap();
            let sent = send(&channel, "zoe@example.com").await;
            assert_eq!(sent.kind, OutcomeKind::Delivered, "{host} {sent:?}");
            assert_nodelay_to(([127, 0, 0, 1], server.port())).await;
        }
        let mails = server
            .wait_until(|ledger| ledger.mails.len() == 2)
            .await
            .mails;
        assert!(mails.iter().all(|mail| mail.protected));

        let untrusted = outcome(relay("localhost", server.port(), tls)).await;
        assert_eq!(
            (untrusted.kind, untrusted.code.as_str()),
            (OutcomeKind::Misconfigured, "certificate")
        );
        assert_eq!(server.ledger().mails.len(), 2);
    }
}

#[tokio::test]
async fn a_relay_without_starttls_gets_neither_mail_nor_password() {
    let server = SmtpServer::start(offers(EmailTls::None)).await;
    let settings = relay("localhost", server.port(), EmailTls::StartTls)
        .login(Some("zoe".into()), Some("hunter2".into()))
        .unwrap();
    let refused = outcome(settings).await;
    assert_eq!(
        (refused.kind, refused.code.as_str()),
        (OutcomeKind::Misconfigured, "starttls_missing")
    );
    let ledger = server.wait_until(|ledger| ledger.open == 0).await;
    assert_eq!((ledger.count("AUTH"), ledger.count("MAIL")), (0, 0));
}

#[tokio::test]
async fn a_wrong_login_is_the_accounts_fault() {
    let server = SmtpServer::start(offers(EmailTls::None)).await;
    let settings = || relay("localhost", server.port(), EmailTls::None);
    let wrong = settings()
        .login(Some("zoe".into()), Some("hunter3".into()))
        .unwrap();
    for (settings, code) in [(wrong, "535 5.7.8"), (settings(), "530 5.7.0")] {
        let refused = outcome(settings).await;
        assert_eq!(
            (refused.kind, refused.code.as_str()),
            (OutcomeKind::Misconfigured, code)
        );
    }
    let without_auth = SmtpServer::start(SmtpOffers::default()).await;
    let settings = relay("localhost", without_auth.port(), EmailTls::None)
        .login(Some("zoe".into()), Some("hunter2".into()))
        .unwrap();
    assert_eq!(outcome(settings).await.code, "auth_missing");
}

/// Someone on the way appends replies to the relay's plain ones, hoping that they count as
/// protected.
#[tokio::test]
async fn replies_smuggled_in_before_the_handshake_break_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let attacker = async {
        let (tcp, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(tcp);
        stream.write_all(b"220 relay\r\n").await.unwrap();
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        stream
            .write_all(b"250-relay\r\n250 STARTTLS\r\n")
            .await
            .unwrap();
        stream.read_line(&mut line).await.unwrap();
        let smuggled = b"220 go\r\n250-relay\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 taken\r\n";
        stream.write_all(smuggled).await.unwrap();
        // The handshake that follows must not be answered by anything but its end.
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(!String::from_utf8_lossy(&rest).contains("EHLO"));
    };
    let settings = relay("localhost", port, EmailTls::StartTls);
    let (broken, ()) = tokio::join!(outcome(settings), attacker);
    assert_eq!(
        (broken.kind, broken.code.as_str()),
        (OutcomeKind::Retry, "tls")
    );
}
