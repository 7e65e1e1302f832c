//! What the registry promises: order, failover, and what survives a replacement.

use async_trait::async_trait;
use campanile_channels::{ChannelSender, Envelope};
use campanile_domain::{Outcome, OutcomeKind};
use chrono::TimeDelta;

use super::super::breaker::Admit;
use super::*;

const DELIVERY: DeliveryId = DeliveryId(uuid::Uuid::nil());

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
        share: Default::default(),
        fault: None,
    }
}

fn chosen(accounts: &Accounts, bound: Bound<'_>) -> Result<String, &'static str> {
    match accounts.choose(&acme(), Channel::Push, DELIVERY, bound, Utc::now()) {
        Choice::Call { account, .. } => Ok(account.name().to_owned()),
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
fn a_failover_takes_over_while_the_breaker_is_open_or_no_sender_can_be_made() {
    let with_spare = |fault: Option<&str>| {
        let mut first = spec("a", "1");
        first.share.failover_to = Some("b".into());
        first.fault = fault.map(str::to_owned);
        Accounts::new(&[first, spec("b", "1")])
    };
    let accounts = with_spare(None);
    assert_eq!(chosen(&accounts, Bound::Free), Ok("a".into()));
    open(&accounts, "a");
    assert_eq!(chosen(&accounts, Bound::Free), Ok("b".into()));
    assert_eq!(chosen(&accounts, Bound::To("a")), Err("breaker_open"));
    assert_eq!(accounts.breakers_open(Channel::Push), 1);
    assert_eq!(accounts.misconfigured(Channel::Push), 1);
    let broken = with_spare(Some("its secrets cannot be opened"));
    assert_eq!(chosen(&broken, Bound::Free), Ok("b".into()));
    assert_eq!(chosen(&broken, Bound::Own), Err("misconfigured"));
    assert_eq!(broken.misconfigured(Channel::Push), 1);
}

#[test]
fn an_unchanged_account_keeps_its_breaker_and_a_mended_one_starts_anew() {
    let accounts = Accounts::new(&[spec("a", "1")]);
    open(&accounts, "a");
    accounts.replace(&[spec("a", "1")]);
    assert_eq!(chosen(&accounts, Bound::Free), Err("breaker_open"));
    let failure = accounts.all()[0].state().last_failure.unwrap();
    assert_eq!(failure.code, "401");
    let since = accounts.all()[0].state().since;
    assert!(since.is_some_and(|since| since <= Utc::now()), "{since:?}");
    accounts.replace(&[spec("a", "2")]);
    assert_eq!(chosen(&accounts, Bound::Free), Ok("a".into()));
    accounts.replace(&[]);
    assert_eq!(chosen(&accounts, Bound::Free), Err("no_account"));
    let later = Utc::now() + TimeDelta::minutes(4);
    match accounts.choose(&acme(), Channel::Push, DELIVERY, Bound::Free, Utc::now()) {
        Choice::Wait(deferral) => assert!(deferral.until > later),
        Choice::Call { .. } => panic!("nobody is there"),
    }
}

#[test]
fn ways_follow_the_accounts() {
    let accounts = Accounts::new(&[spec("a", "1"), spec("b", "1")]);
    assert!(accounts.ways().serves_users(&acme(), Channel::Push));
    accounts.replace(&[]);
    assert!(!accounts.ways().serves_users(&acme(), Channel::Push));
}
