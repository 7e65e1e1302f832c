//! What comes of a relay that refuses, hangs up or says nothing.

use std::time::Duration;

use campanile_channels::email::{EmailSettings, EmailTls};
use campanile_domain::{Blame, OutcomeKind};
use campanile_test_support::smtp::{SmtpAct, SmtpOffers, SmtpServer, SmtpStep};

use super::{FROM, channel, impatient, of_operator, of_tenant, pipelining, send, settings};

#[tokio::test]
async fn what_was_not_sent_is_tried_again_and_what_may_have_arrived_is_ambiguous() {
    use OutcomeKind::{Ambiguous, Retry};
    for offers in [pipelining(), SmtpOffers::default()] {
        let server = SmtpServer::start(offers).await;
        for (step, kind) in [
            (SmtpStep::Greeting, Retry),
            (SmtpStep::Mail, Retry),
            (SmtpStep::Rcpt, Retry),
            (SmtpStep::Data, Retry),
            (SmtpStep::Dot, Ambiguous),
        ] {
            let channel = channel(&server);
            server.at(step, [SmtpAct::Close]);
            let lost = send(&channel, "zoe@example.com").await;
            assert_eq!(
                (lost.kind, lost.code.as_str()),
                (kind, "connection_lost"),
                "{step:?}"
            );
            assert_eq!(lost.floor.is_some(), kind == Retry);

            let settings = settings(server.port()).patience(impatient(Duration::from_millis(100)));
            let channel = of_operator(settings).unwrap();
            server.at(step, [SmtpAct::Hang]);
            let silent = send(&channel, "zoe@example.com").await;
            assert_eq!(
                (silent.kind, silent.code.as_str()),
                (kind, "timeout"),
                "{step:?}"
            );
            assert_eq!(
                send(&channel, "zoe@example.com").await.kind,
                OutcomeKind::Delivered
            );
        }
    }
}

#[tokio::test]
async fn a_refusal_is_classified_by_where_it_came() {
    use OutcomeKind::{Misconfigured, Rejected, Retry};
    let server = SmtpServer::start(pipelining()).await;
    let channel = channel(&server);
    for (step, line, kind, blame, code) in [
        (
            SmtpStep::Greeting,
            "554 5.7.1 Your address is blocked",
            Misconfigured,
            Blame::Account,
            "554 5.7.1",
        ),
        (
            SmtpStep::Mail,
            "451 4.3.0 Busy",
            Retry,
            Blame::Account,
            "451 4.3.0",
        ),
        (
            SmtpStep::Rcpt,
            "450 4.2.0 <zoe@example.com>: Greylisted",
            Retry,
            Blame::Addressee,
            "450 4.2.0",
        ),
        (
            SmtpStep::Rcpt,
            "554 5.7.1 Relay access denied",
            Retry,
            Blame::Unclear,
            "554 5.7.1",
        ),
        (
            SmtpStep::Data,
            "451 4.7.1 Later",
            Retry,
            Blame::Addressee,
            "451 4.7.1",
        ),
        (
            SmtpStep::Dot,
            "552-5.3.4 Too\r\n552 5.3.4 big",
            Rejected,
            Blame::Addressee,
            "552 5.3.4",
        ),
    ] {
        server.at(step, [SmtpAct::say(line)]);
        let outcome = send(&channel, "zoe@example.com").await;
        assert_eq!((outcome.kind, outcome.blame), (kind, blame), "{line}");
        assert_eq!(outcome.code, code);
        assert!(
            !outcome.detail.contains("example.com"),
            "{}",
            outcome.detail
        );
    }
}

#[tokio::test]
async fn a_421_says_more_than_the_end_that_follows_it() {
    let server = SmtpServer::start(pipelining()).await;
    let channel = channel(&server);
    for step in [SmtpStep::Mail, SmtpStep::Rcpt, SmtpStep::Data] {
        // Alone on its connection, so it is not taken for one that grew old.
        server.at(step, [SmtpAct::SayAndClose("421 4.7.0 Slow down".into())]);
        let outcome = send(&channel, "zoe@example.com").await;
        assert_eq!(
            (outcome.kind, outcome.blame),
            (OutcomeKind::Retry, Blame::Account)
        );
        assert_eq!(outcome.code, "421 4.7.0");
        assert_eq!(server.wait_until(|ledger| ledger.open == 0).await.open, 0);
    }
}

#[tokio::test]
async fn a_relay_that_is_not_there_is_tried_again() {
    let gone = SmtpServer::start(pipelining()).await.port();
    let channel = of_operator(settings(gone)).unwrap();
    let refused = send(&channel, "zoe@example.com").await;
    assert_eq!(
        (refused.kind, refused.code.as_str()),
        (OutcomeKind::Retry, "connect")
    );
    let nowhere = EmailSettings::new("campanile.invalid", 25, EmailTls::None, FROM).unwrap();
    let channel = of_operator(nowhere).unwrap();
    let unknown = send(&channel, "zoe@example.com").await;
    assert_eq!(
        (unknown.kind, unknown.code.as_str()),
        (OutcomeKind::Retry, "dns")
    );
    assert!(unknown.floor.is_some());
}

#[tokio::test]
async fn a_tenant_may_not_reach_private_networks() {
    let server = SmtpServer::start(pipelining()).await;
    for host in ["127.0.0.1", "localhost", "2130706433", "::ffff:127.0.0.1"] {
        let settings = EmailSettings::new(host, server.port(), EmailTls::None, FROM).unwrap();
        let channel = of_tenant(settings, Vec::new()).unwrap();
        let outcome = send(&channel, "zoe@example.com").await;
        assert_eq!(
            (outcome.kind, outcome.code.as_str()),
            (OutcomeKind::Misconfigured, "address_forbidden"),
            "{host}"
        );
    }
    assert_eq!(server.ledger().connections, 0);
    let allowed = vec!["127.0.0.0/8".parse().unwrap()];
    let channel = of_tenant(settings(server.port()), allowed).unwrap();
    assert_eq!(
        send(&channel, "zoe@example.com").await.kind,
        OutcomeKind::Delivered
    );
}
