//! What the registry promises: order, failover, and what survives a replacement.

use async_trait::async_trait;
use campanile_channels::{ChannelSender, Envelope};
use campanile_domain::{Outcome, OutcomeKind};
use chrono::TimeDelta;

use super::super::breaker::Admit;
use super::*;

struct Silent;

#[async_trait]
impl ChannelSender for Silent {
    fn channel(&self) -> Channel {
        Channel::Push
    }

    fn concurrency(&self) -> usize {
        4
    }

    async fn send(&self, _: Envelope<'_>) -> Outcome {
        Outcome::new(OutcomeKind::Delivered, "", "")
    }
}

fn acme() -> TenantId {
    TenantId::parse("acme").unwrap()
}

fn spec(name: &str, version: &str) -> AccountSpec {
    AccountSpec {
        name: name.into(),
        tenant: acme(),
        version: version.into(),
        addresses: Addresses::OfUsers,
        sender: Arc::new(Silent),
        breaker: Default::default(),
    }
}

fn chosen(accounts: &Accounts, last: &LastTry) -> Result<String, &'static str> {
    match accounts.choose(&acme(), Channel::Push, last, Utc::now()) {
        Choice::Call(account) => Ok(account.name().to_owned()),
        Choice::Wait(deferral) => Err(deferral.reason),
    }
}

fn open(accounts: &Accounts, name: &str) {
    let all = accounts.all();
    let account = all.iter().find(|a| a.name() == name).unwrap();
    let Admit::Yes(ticket) = account.admit(Utc::now()) else {
        panic!("open already")
    };
    let broken = Outcome::new(OutcomeKind::Misconfigured, "401", "who are you");
    account.report(ticket, &broken, Utc::now());
}

#[test]
fn the_second_is_asked_only_where_nothing_may_be_sent_twice() {
    let accounts = Accounts::new(&[spec("a", "1"), spec("b", "1")]);
    let ambiguous = |account: &str| LastTry::Ambiguous {
        account: account.into(),
    };
    let refused = |account: &str| LastTry::Refused {
        account: account.into(),
    };
    let both_closed = [
        (LastTry::None, "a"),
        (LastTry::Unknown, "a"),
        (ambiguous("a"), "a"),
        (ambiguous("b"), "b"),
        (refused("a"), "b"),
        (refused("b"), "a"),
    ];
    for (last, expected) in both_closed {
        assert_eq!(chosen(&accounts, &last), Ok(expected.into()), "{last:?}");
    }
    open(&accounts, "a");
    let first_open = [
        (LastTry::None, Ok("b".into())),
        (LastTry::Unknown, Err("breaker_open")),
        (ambiguous("a"), Err("breaker_open")),
        (ambiguous("b"), Ok("b".into())),
        (refused("b"), Ok("b".into())),
    ];
    for (last, expected) in first_open {
        assert_eq!(chosen(&accounts, &last), expected, "{last:?}");
    }
    assert_eq!(accounts.breakers_open(Channel::Push), 1);
}

#[test]
fn an_unchanged_account_keeps_its_breaker_and_a_mended_one_starts_anew() {
    let accounts = Accounts::new(&[spec("a", "1")]);
    open(&accounts, "a");
    accounts.replace(&[spec("a", "1")]);
    assert_eq!(chosen(&accounts, &LastTry::None), Err("breaker_open"));
    let failure = accounts.all()[0].state().last_failure.unwrap();
    assert_eq!(failure.code, "401");
    accounts.replace(&[spec("a", "2")]);
    assert_eq!(chosen(&accounts, &LastTry::None), Ok("a".into()));
    accounts.replace(&[]);
    assert_eq!(chosen(&accounts, &LastTry::None), Err("no_account"));
    let later = Utc::now() + TimeDelta::minutes(4);
    match accounts.choose(&acme(), Channel::Push, &LastTry::None, Utc::now()) {
        Choice::Wait(deferral) => assert!(deferral.until > later),
        Choice::Call(_) => panic!("nobody is there"),
    }
}

#[test]
fn ways_follow_the_accounts() {
    let accounts = Accounts::new(&[spec("a", "1"), spec("b", "1")]);
    assert!(accounts.ways().serves_users(&acme(), Channel::Push));
    accounts.replace(&[]);
    assert!(!accounts.ways().serves_users(&acme(), Channel::Push));
}
