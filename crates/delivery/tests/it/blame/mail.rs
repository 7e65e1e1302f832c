//! Mails, against a relay that says what the test wants.

use campanile_pipeline::put_user;
use std::sync::Arc;

use campanile_channels::Reach;
use campanile_channels::email::{EmailSettings, EmailTls};
use campanile_delivery::{Addresses, BreakerState};
use campanile_domain::{Channel, Clock, DeliveryState, EmailAddress, User, UserId};
use campanile_test_support::smtp::{SmtpAct, SmtpOffers, SmtpServer, SmtpStep};
use chrono::{TimeDelta, Utc};

use super::{accept_for, account, acme, codes, factory, is_held, is_sent, only};
use crate::support::{House, Row};

const USERS: [&str; 7] = ["zoe", "ada", "bob", "cem", "dai", "eve", "fay"];

fn address(user: &str) -> String {
    format!("{user}@example.com")
}

/// A house whose users have a mailbox each.
async fn house(relay: &SmtpServer) -> House {
    let house = House::build(&["acme"]).await;
    for user in USERS {
        let now = Utc::now();
        let user = User {
            tenant: acme(),
            id: UserId::parse(user).unwrap(),
            email: Some(EmailAddress::parse(&address(user)).unwrap()),
            email_gone_at: None,
            locale: None,
            timezone: None,
            attributes: "{}".into(),
            created_at: now,
            updated_at: now,
        };
        put_user(&house.storage, &user).await.unwrap();
    }
    let from = "Campanile <noreply@campanile.example>";
    let settings = EmailSettings::new("127.0.0.1", relay.port(), EmailTls::None, from);
    let settings = settings.unwrap().connections(1).unwrap();
    let sender = factory().email(settings, Reach::Anywhere).unwrap();
    house
        .accounts
        .replace(&[account(Arc::new(sender), Addresses::OfUsers)]);
    house
}

/// Says this whenever somebody is named in RCPT, until it is set otherwise.
fn refuse(relay: &SmtpServer, users: &[&str], line: &str) {
    for user in users {
        relay.for_recipient(&address(user), SmtpAct::say(line));
    }
}

fn serve(relay: &SmtpServer, users: &[&str]) {
    refuse(relay, users, "250 2.1.5 Recipient fine");
}

#[tokio::test]
async fn an_addressees_own_filter_pauses_nobody_else_and_ends_its_mail() {
    let relay = SmtpServer::start(SmtpOffers::default()).await;
    let house = house(&relay).await;
    refuse(
        &relay,
        &["zoe"],
        "554 5.7.1 Recipient address rejected: Access denied",
    );
    let delivery = house.deliver_by(Channel::Email, 64).await;
    let blocked = accept_for(&house, &["zoe", "zoe", "zoe"]).await;
    house.all(&blocked, |row| row.attempts.len() == 1).await;
    let others = accept_for(&house, &USERS[1..]).await;
    let rows = house.all(&others, is_sent).await;
    assert!(rows.iter().all(|row| row.attempts.len() == 1));
    assert_eq!(only(&house.accounts).state().breaker, BreakerState::Closed);
    house.troubles(0).await;
    // Not before others have been asked, and then it is over.
    let is_over = |row: &Row| row.state == DeliveryState::Dead;
    for row in house.in_time(&blocked, is_over).await {
        assert_eq!(row.reason.as_deref(), Some("rejected"));
        assert_eq!(codes(&row), ["554 5.7.1", "554 5.7.1"]);
        let apart = row.attempts[1].started_at - row.attempts[0].started_at;
        assert!(apart >= TimeDelta::minutes(5), "{apart}");
    }
    assert_eq!(only(&house.accounts).state().breaker, BreakerState::Closed);
    delivery.stop().await;
}

#[tokio::test]
async fn a_relay_that_serves_nobody_any_more_pauses_the_account_and_spares_its_mails() {
    let relay = SmtpServer::start(SmtpOffers::default()).await;
    let house = house(&relay).await;
    refuse(&relay, &USERS, "554 5.7.1 Relay access denied");
    let delivery = house.deliver_by(Channel::Email, 64).await;
    let mut ids = Vec::new();
    for user in &USERS[..2] {
        let one = accept_for(&house, &[user]).await;
        house.all(&one, |row| row.attempts.len() == 1).await;
        ids.extend(one);
    }
    let third = accept_for(&house, &[USERS[2]]).await;
    house.all(&third, |row| is_held(row, "misconfigured")).await;
    let rest = accept_for(&house, &USERS[3..]).await;
    house.all(&rest, |row| is_held(row, "breaker_open")).await;
    let reported = house.troubles(1).await.remove(0);
    assert!(
        reported.misconfigured && reported.breaker_open,
        "{reported:?}"
    );
    assert!(reported.detail.contains("554 5.7.1"), "{reported:?}");
    ids.extend(third.into_iter().chain(rest));
    serve(&relay, &USERS);
    let rows = house.in_time(&ids, is_sent).await;
    assert!(rows.iter().all(|row| row.attempts.len() <= 2));
    house.troubles(0).await;
    delivery.stop().await;
}

#[tokio::test]
async fn one_that_failed_the_probe_uses_attempts_and_the_next_probe_is_anothers() {
    let relay = SmtpServer::start(SmtpOffers::default()).await;
    let house = house(&relay).await;
    // A login that only one addressee's mail is asked for.
    refuse(&relay, &["zoe"], "530 5.7.0 Authentication required");
    let delivery = house.deliver_by(Channel::Email, 64).await;
    let blamed = accept_for(&house, &["zoe"]).await;
    house
        .all(&blamed, |row| is_held(row, "misconfigured"))
        .await;
    house.clock.advance(TimeDelta::seconds(376));
    house.all(&blamed, |row| codes(row) == ["530 5.7.0"]).await;
    // All of these wait for the same moment as the blamed one, which lets them go first.
    let others = accept_for(&house, &USERS[1..]).await;
    house.all(&others, |row| is_held(row, "breaker_open")).await;
    let rows = house.in_time(&others, is_sent).await;
    assert!(rows.iter().all(|row| row.attempts.len() == 1));
    delivery.stop().await;
}

#[tokio::test]
async fn a_refused_name_in_ehlo_is_the_accounts_to_mend() {
    let relay = SmtpServer::start(SmtpOffers::default()).await;
    let house = house(&relay).await;
    let line = "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname";
    refuse(&relay, &USERS, line);
    let delivery = house.deliver_by(Channel::Email, 64).await;
    let first = accept_for(&house, &["zoe"]).await;
    house.all(&first, |row| is_held(row, "misconfigured")).await;
    let rest = accept_for(&house, &["ada", "bob"]).await;
    house.all(&rest, |row| is_held(row, "breaker_open")).await;
    let reported = house.troubles(1).await.remove(0);
    assert!(reported.misconfigured, "{reported:?}");
    for said in ["504 5.5.2", "SMTP_HELO"] {
        assert!(reported.detail.contains(said), "{reported:?}");
    }
    serve(&relay, &USERS);
    for ids in [&first, &rest] {
        house.in_time(ids, is_sent).await;
    }
    delivery.stop().await;
}

#[tokio::test]
async fn a_daily_limit_slows_the_account_and_kills_nothing() {
    let relay = SmtpServer::start(SmtpOffers::default()).await;
    let house = house(&relay).await;
    let limit = || SmtpAct::say("550 5.4.5 Daily user sending limit exceeded");
    relay.at(SmtpStep::Mail, (0..4).map(|_| limit()));
    let delivery = house.deliver_by(Channel::Email, 64).await;
    let first = accept_for(&house, &["zoe"]).await;
    house.all(&first, |row| codes(row) == ["550 5.4.5"]).await;
    let rest = accept_for(&house, &USERS[1..]).await;
    house.all(&rest, |row| is_held(row, "breaker_open")).await;
    let reported = house.troubles(1).await.remove(0);
    assert!(
        !reported.misconfigured && reported.breaker_open,
        "{reported:?}"
    );
    let begun = house.clock.now();
    for ids in [&first, &rest] {
        house.in_time(ids, is_sent).await;
    }
    // Three probes fail as well, and each doubles the pause: 1, 2, 4 and 8 minutes.
    let took = house.clock.now() - begun;
    assert!(took >= TimeDelta::minutes(15), "{took}");
    house.troubles(0).await;
    delivery.stop().await;
}
