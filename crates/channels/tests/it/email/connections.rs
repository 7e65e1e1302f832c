//! How few connections, and how few round trips.

use std::sync::Arc;
use std::time::Duration;

use campanile_channels::email::EmailPatience;
use campanile_channels::{ChannelSender, Envelope, Rendered};
use campanile_domain::{Channel, DeliveryId, OutcomeKind};
use campanile_test_support::smtp::{SmtpAct, SmtpOffers, SmtpServer, SmtpStep};
use campanile_test_support::sockets::assert_nodelay_to;

use super::{channel, notification, of_operator, pipelining, send, settings};

#[tokio::test]
async fn a_connection_carries_a_hundred_mails() {
    let server = SmtpServer::start(pipelining()).await;
    let channel = channel(&server);
    for _ in 0..250 {
        assert_eq!(
            send(&channel, "zoe@example.com").await.kind,
            OutcomeKind::Delivered
        );
    }
    let ledger = server
        .wait_until(|ledger| ledger.open == 1 && ledger.mails.len() == 250)
        .await;
    assert_nodelay_to(([127, 0, 0, 1], server.port())).await;
    assert_eq!(ledger.mails_per_connection(), [100, 100, 50]);
    assert_eq!(ledger.count("QUIT"), 2);
    assert_eq!(ledger.count("NOOP"), 0);
    assert!(ledger.mails.iter().all(|mail| mail.pipelined));
}

#[tokio::test]
async fn a_relay_without_pipelining_is_asked_step_by_step() {
    let server = SmtpServer::start(SmtpOffers::default()).await;
    let channel = channel(&server);
    assert_eq!(
        send(&channel, "zoe@example.com").await.kind,
        OutcomeKind::Delivered
    );
    let mail = server
        .wait_until(|ledger| !ledger.mails.is_empty())
        .await
        .mails
        .remove(0);
    assert!(!mail.pipelined);
    assert_eq!(
        (mail.from.as_str(), mail.to),
        (
            "noreply@campanile.example",
            vec!["zoe@example.com".to_owned()]
        )
    );
}

#[tokio::test]
async fn a_refusal_costs_no_connection() {
    for offers in [pipelining(), SmtpOffers::default()] {
        let server = SmtpServer::start(offers).await;
        let channel = channel(&server);
        server.for_recipient("gone@example.com", SmtpAct::say("550 5.1.1 No such user"));
        for _ in 0..20 {
            assert_eq!(
                send(&channel, "gone@example.com").await.kind,
                OutcomeKind::AddressGone
            );
            assert_eq!(
                send(&channel, "zoe@example.com").await.kind,
                OutcomeKind::Delivered
            );
        }
        // The end of the mail refuses as well.
        server.at(SmtpStep::Dot, [SmtpAct::say("550 5.7.1 Spam")]);
        assert_eq!(
            send(&channel, "zoe@example.com").await.kind,
            OutcomeKind::Rejected
        );
        // A relay that says 354 although nobody is to get the mail.
        server.at(SmtpStep::Data, [SmtpAct::say("354 Go on")]);
        assert_eq!(
            send(&channel, "gone@example.com").await.kind,
            OutcomeKind::AddressGone
        );
        assert_eq!(
            send(&channel, "zoe@example.com").await.kind,
            OutcomeKind::Delivered
        );
        let ledger = server.wait_until(|ledger| ledger.mails.len() >= 21).await;
        assert_eq!((ledger.connections, ledger.mails.len()), (1, 21));
    }
}

#[tokio::test]
async fn connections_are_never_more_than_allowed() {
    let server = SmtpServer::start(pipelining()).await;
    let settings = settings(server.port()).connections(3).unwrap();
    let channel = Arc::new(of_operator(settings).unwrap());
    assert_eq!(channel.concurrency(), 3);
    let slow = SmtpAct::Slow(Duration::from_millis(2));
    server.at(SmtpStep::Dot, vec![slow; 600]);
    let sends = (0..600).map(|_| {
        let channel = Arc::clone(&channel);
        tokio::spawn(async move { send(&channel, "zoe@example.com").await.kind })
    });
    for sent in futures_util::future::join_all(sends).await {
        assert_eq!(sent.unwrap(), OutcomeKind::Delivered);
    }
    let ledger = server.wait_until(|ledger| ledger.mails.len() == 600).await;
    assert!(ledger.most_open <= 3, "{} at once", ledger.most_open);
    assert!(
        ledger
            .mails_per_connection()
            .iter()
            .all(|mails| *mails <= 100)
    );
}

#[tokio::test]
async fn an_idle_connection_is_checked_and_then_closed() {
    let server = SmtpServer::start(pipelining()).await;
    let patience = EmailPatience {
        check_after: Duration::ZERO,
        close_after: Duration::from_secs(2),
        ..EmailPatience::default()
    };
    let settings = settings(server.port()).patience(patience);
    let channel = of_operator(settings).unwrap();
    for _ in 0..2 {
        assert_eq!(
            send(&channel, "zoe@example.com").await.kind,
            OutcomeKind::Delivered
        );
    }
    let ledger = server
        .wait_until(|ledger| ledger.open == 0 && ledger.mails.len() == 2)
        .await;
    assert_eq!((ledger.count("NOOP"), ledger.count("QUIT")), (1, 1));
    assert_eq!(ledger.connections, 1);
    assert_eq!(
        send(&channel, "zoe@example.com").await.kind,
        OutcomeKind::Delivered
    );
}

#[tokio::test]
async fn a_relay_that_hung_up_in_between_costs_no_attempt() {
    let server = SmtpServer::start(pipelining()).await;
    let channel = channel(&server);
    for farewell in [
        SmtpAct::Close,
        SmtpAct::SayAndClose("421 4.4.2 Idle for too long".into()),
    ] {
        assert_eq!(
            send(&channel, "zoe@example.com").await.kind,
            OutcomeKind::Delivered
        );
        server.at(SmtpStep::Mail, [farewell]);
        assert_eq!(
            send(&channel, "zoe@example.com").await.kind,
            OutcomeKind::Delivered
        );
    }
    let ledger = server.wait_until(|ledger| ledger.mails.len() == 4).await;
    assert_eq!(ledger.connections, 3);
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_no_half_mail_and_no_gap_in_the_pool() {
    let server = SmtpServer::start(pipelining()).await;
    let settings = settings(server.port()).connections(1).unwrap();
    let channel = of_operator(settings).unwrap();
    server.at(SmtpStep::Data, [SmtpAct::Hang]);
    let given_up = async {
        server.wait_until(|ledger| ledger.count("DATA") == 1).await;
    };
    tokio::select! {
        outcome = send(&channel, "first@example.com") => panic!("{outcome:?}"),
        () = given_up => {}
    }
    assert_eq!(
        send(&channel, "zoe@example.com").await.kind,
        OutcomeKind::Delivered
    );
    // A panic is the same as giving up: what was in use is closed, and its place is free again.
    let sent = notification();
    let panicking = async {
        server.wait_until(|ledger| ledger.count("DATA") == 3).await;
        panic!("on purpose");
    };
    server.at(SmtpStep::Data, [SmtpAct::Hang]);
    let rendered = Rendered::default();
    let both = async {
        let envelope = Envelope {
            delivery_id: DeliveryId::of(sent.id, Channel::Email, "a@example.com"),
            address: "a@example.com",
            notification: &sent,
            rendered: &rendered,
        };
        tokio::join!(channel.send(envelope), panicking)
    };
    let caught = futures_util::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(both)).await;
    assert!(caught.is_err());
    assert_eq!(
        send(&channel, "zoe@example.com").await.kind,
        OutcomeKind::Delivered
    );
    let ledger = server.wait_until(|ledger| ledger.mails.len() == 2).await;
    assert!(
        ledger
            .mails
            .iter()
            .all(|mail| mail.to == ["zoe@example.com"])
    );
}
