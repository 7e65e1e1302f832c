//! Relays that send without end: what they send is bounded in bytes, and a dialogue in time.

use std::time::Duration;

use campanile_channels::email::{EmailChannel, EmailPatience, EmailSettings, EmailTls};
use campanile_domain::OutcomeKind::{Ambiguous, Delivered, Retry};
use campanile_test_support::smtp::{SmtpAct, SmtpOffers, SmtpServer, SmtpStep};

use super::{FROM, of_operator, pipelining, send, settings};

/// What both ends' sockets may hold beside what was read.
const BUFFERS: usize = 32 * 1024 * 1024;

/// Longer than any test.
const NEVER: Duration = Duration::from_secs(3600);

/// The beginning, and what follows it for ever.
const FLOODS: [(&str, &str); 5] = [
    ("", "x"),
    ("", "\r\n"),
    ("250 ", "x"),
    ("", "250-x\r\n"),
    ("550 5.7.1 ", "x"),
];

async fn relay(tls: EmailTls) -> SmtpServer {
    SmtpServer::start(SmtpOffers {
        pipelining: true,
        starttls: tls == EmailTls::StartTls,
        tls: tls == EmailTls::Tls,
        login: Some(("zoe".into(), "hunter2".into())),
        ..SmtpOffers::default()
    })
    .await
}

fn channel(server: &SmtpServer, tls: EmailTls, patience: EmailPatience) -> EmailChannel {
    let settings = EmailSettings::new("localhost", server.port(), tls, FROM)
        .unwrap()
        .trust(server.certificate().as_bytes())
        .unwrap()
        .login(Some("zoe".into()), Some("hunter2".into()))
        .unwrap()
        .patience(patience);
    of_operator(settings).unwrap()
}

#[tokio::test]
async fn no_reply_is_read_beyond_its_bound() {
    use SmtpStep::{Auth, Data, Dot, Ehlo, Greeting, Mail, Rcpt, StartTls};
    for tls in [EmailTls::None, EmailTls::StartTls, EmailTls::Tls] {
        for step in [Greeting, Ehlo, StartTls, Auth, Mail, Rcpt, Data, Dot] {
            if step == StartTls && tls != EmailTls::StartTls {
                continue;
            }
            for (first, again) in FLOODS {
                let case = format!("{tls:?} {step:?} {first:?} {again:?}");
                let server = relay(tls).await;
                let channel = channel(&server, tls, EmailPatience::default());
                server.at(step, [SmtpAct::flood(first, again)]);
                let outcome = send(&channel, "zoe@example.com").await;
                let got = (outcome.kind, outcome.code.as_str());
                match (step, first, again) {
                    // The code was said; what follows it changes nothing.
                    (_, "550 5.7.1 ", _) => assert_eq!(got.1, "550 5.7.1", "{case}"),
                    (Dot, "250 ", _) | (Dot, _, "250-x\r\n") => {
                        assert_eq!(got, (Delivered, "250"), "{case}");
                    }
                    (Dot, ..) => assert_eq!(got, (Ambiguous, "reply"), "{case}"),
                    _ => assert_eq!(got, (Retry, "reply"), "{case}"),
                }
                let ledger = server.wait_until(|ledger| ledger.open == 0).await;
                assert!(ledger.flooded < BUFFERS, "{case}: {}", ledger.flooded);
                assert_eq!(
                    send(&channel, "zoe@example.com").await.kind,
                    Delivered,
                    "{case}"
                );
            }
        }
    }
}

#[tokio::test]
async fn nor_one_to_what_is_said_between_mails() {
    let floods = FLOODS.map(|(first, again)| async move {
        let server = relay(EmailTls::None).await;
        let patience = EmailPatience {
            check_after: Duration::ZERO,
            close_after: Duration::from_secs(2),
            ..EmailPatience::default()
        };
        let channel = channel(&server, EmailTls::None, patience);
        server.for_recipient("gone@example.com", SmtpAct::say("550 5.7.9 No"));
        let between = [SmtpStep::Rset, SmtpStep::Noop, SmtpStep::Quit];
        for step in between {
            server.at(step, [SmtpAct::flood(first, again)]);
            assert_eq!(send(&channel, "gone@example.com").await.code, "550 5.7.9");
            assert_eq!(send(&channel, "zoe@example.com").await.kind, Delivered);
        }
        let ledger = server.wait_until(|ledger| ledger.open == 0).await;
        let most = between.len() * BUFFERS;
        assert!(ledger.flooded < most, "{} bytes", ledger.flooded);
    });
    futures_util::future::join_all(floods).await;
}

#[tokio::test]
async fn a_dialogue_has_an_end_however_steadily_the_relay_speaks() {
    let patience = EmailPatience {
        dialogue: Duration::from_millis(300),
        reply: NEVER,
        last_reply: Duration::from_millis(300),
        ..EmailPatience::default()
    };
    for step in [
        SmtpStep::Greeting,
        SmtpStep::Mail,
        SmtpStep::Rcpt,
        SmtpStep::Data,
        SmtpStep::Dot,
    ] {
        let server = SmtpServer::start(pipelining()).await;
        let settings = settings(server.port()).patience(patience);
        let channel = of_operator(settings).unwrap();
        // A line now and then, well within the wait for a reply.
        let drip = SmtpAct::Flood {
            first: "",
            again: "250-x\r\n",
            pause: Duration::from_millis(20),
        };
        server.at(step, [drip]);
        let outcome = send(&channel, "zoe@example.com").await;
        let kind = if step == SmtpStep::Dot {
            Ambiguous
        } else {
            Retry
        };
        assert_eq!(
            (outcome.kind, outcome.code.as_str()),
            (kind, "timeout"),
            "{step:?}"
        );
        server.wait_until(|ledger| ledger.open == 0).await;
    }
}
