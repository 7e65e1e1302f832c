//! What the registry promises: order, failover, and what survives a replacement.

use async_trait::async_trait;
use campanile_channels::{ChannelSender, Envelope};
use campanile_domain::{Blame, Outcome, OutcomeKind};
use chrono::{TimeDelta, Utc};

use campanile_domain::DeliveryId;

use super::*;
use crate::account::AccountFault;

fn asking(platform: Option<Platform>) -> Asking<'static> {
    Asking {
        delivery: DeliveryId(uuid::Uuid::nil()),
        address: "token:a",
        platform,
    }
}

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
    chosen_for(None, accounts, bound)
}

fn chosen_for(
    platform: Option<Platform>,
    accounts: &Accounts,
    bound: Bound<'_>,
) -> Result<String, &'static str> {
    let asking = asking(platform);
    match accounts.choose(&acme(), Channel::Push, &asking, bound, Utc::now()) {
        Choice::Call { account, .. } => Ok(account.name().to_owned()),
        Choice::Wait(deferral) => Err(deferral.reason),
    }
}

fn account(accounts: &Accounts, name: &str) -> Arc<Account> {
    let all = accounts.all();
    let found = all.iter().find(|account| account.name() == name);
    Arc::clone(found.unwrap())
}

/// One call for a delivery to this address.
fn call(account: &Account, asking: &Asking<'_>, outcome: Outcome) -> Outcome {
    let leave = account.admit(asking, Utc::now()).expect("open already");
    account.report(leave, asking, outcome, Utc::now())
}

fn open(accounts: &Accounts, name: &str) {
    let broken = Outcome::new(OutcomeKind::Misconfigured, "401", "who are you");
    call(&account(accounts, name), &asking(None), broken);
}

fn no_apns_key() -> Outcome {
    Outcome::new(OutcomeKind::Misconfigured, "THIRD_PARTY_AUTH_ERROR", "")
        .blamed_on(Blame::Platform)
}

#[test]
fn a_failover_takes_over_while_the_breaker_is_open_or_no_sender_can_be_made() {
    let with_spare = |fault: Option<&str>| {
        let mut first = spec("a", "1");
        first.share.failover_to = Some("b".into());
        first.fault = fault.map(|detail| AccountFault {
            since: Utc::now(),
            detail: detail.into(),
        });
        Accounts::new(&[first, spec("b", "1")])
    };
    let accounts = with_spare(None);
    assert_eq!(chosen(&accounts, Bound::Free), Ok("a".into()));
    open(&accounts, "a");
    assert_eq!(chosen(&accounts, Bound::Free), Ok("b".into()));
    assert_eq!(chosen(&accounts, Bound::To("a")), Err("breaker_open"));
    assert_eq!(accounts.breakers_open(Channel::Push), 1);
    assert_eq!(accounts.misconfigured(Channel::Push), 1);
    let broken = with_spare(Some("its secrets cannot be decrypted"));
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
    let asked = asking(None);
    match accounts.choose(&acme(), Channel::Push, &asked, Bound::Free, Utc::now()) {
        Choice::Wait(deferral) => assert!(deferral.until > later),
        Choice::Call { .. } => panic!("nobody is there"),
    }
}

#[test]
fn routes_follow_the_accounts() {
    let accounts = Accounts::new(&[spec("a", "1"), spec("b", "1")]);
    assert!(accounts.routes().serves_users(&acme(), Channel::Push));
    accounts.replace(&[]);
    assert!(!accounts.routes().serves_users(&acme(), Channel::Push));
}

#[test]
fn a_platforms_credential_holds_back_that_platform_alone() {
    use Platform::{Android, Ios, Web};
    let accounts = Accounts::new(&[spec("a", "1")]);
    let account = account(&accounts, "a");
    let reported = call(&account, &asking(Some(Ios)), no_apns_key());
    assert_eq!(
        (reported.kind, reported.blame),
        (OutcomeKind::Misconfigured, Blame::Platform)
    );
    let free = Bound::Free;
    let held = Err("platform_misconfigured");
    for (platform, chosen) in [
        (Some(Ios), held.clone()),
        (Some(Android), Ok("a".to_owned())),
        (Some(Web), Ok("a".to_owned())),
        (None, Ok("a".to_owned())),
    ] {
        assert_eq!(
            chosen_for(platform, &accounts, free),
            chosen,
            "{platform:?}"
        );
    }
    assert!(account.admit(&asking(Some(Ios)), Utc::now()).is_none());
    let state = account.state();
    assert_eq!(state.breaker, BreakerState::Closed);
    assert!(state.misconfigured && state.since.is_some());
    assert_eq!(state.held[0].platform, Ios);
    assert_eq!((accounts.holding(Ios), accounts.holding(Web)), (1, 0));
    assert_eq!(accounts.misconfigured(Channel::Push), 1);
    // An app that gives itself out for Android holds back nobody, and one of no known platform neither.
    for platform in [Some(Android), None] {
        let reported = call(&account, &asking(platform), no_apns_key());
        assert_eq!(
            (reported.kind, reported.blame),
            (OutcomeKind::Retry, Blame::Addressee)
        );
        assert_eq!(chosen_for(platform, &accounts, free), Ok("a".into()));
    }
    // What is wrong with the whole account is reported first.
    open(&accounts, "a");
    assert_eq!(chosen_for(Some(Ios), &accounts, free), Err("breaker_open"));
}

#[test]
fn a_platforms_failover_is_the_accounts() {
    let mut first = spec("a", "1");
    first.share.failover_to = Some("b".into());
    let accounts = Accounts::new(&[first, spec("b", "1")]);
    let ios = Some(Platform::Ios);
    call(&account(&accounts, "a"), &asking(ios), no_apns_key());
    assert_eq!(chosen_for(ios, &accounts, Bound::Free), Ok("b".into()));
    assert_eq!(chosen(&accounts, Bound::Free), Ok("a".into()));
}

#[test]
fn several_addressees_in_a_row_are_needed_to_blame_the_account() {
    let accounts = Accounts::new(&[spec("a", "1")]);
    let account = account(&accounts, "a");
    let refused = |address| {
        let denied = Outcome::new(OutcomeKind::Retry, "554 5.7.1", "").blamed_on(Blame::Unclear);
        let asking = Asking {
            address,
            ..asking(None)
        };
        let reported = call(&account, &asking, denied);
        (reported.kind, reported.blame)
    };
    let unclear = (OutcomeKind::Retry, Blame::Unclear);
    for address in ["zoe", "zoe", "zoe", "ada"] {
        assert_eq!(refused(address), unclear, "{address}");
        assert_eq!(chosen(&accounts, Bound::Free), Ok("a".into()));
    }
    let served = Outcome::new(OutcomeKind::Delivered, "250", "");
    call(&account, &asking(None), served);
    assert_eq!(refused("zoe"), (OutcomeKind::Rejected, Blame::Addressee));
    assert_eq!((refused("bob"), refused("eve")), (unclear, unclear));
    assert_eq!(
        refused("ada"),
        (OutcomeKind::Rejected, Blame::Addressee),
        "others were served"
    );
    assert_eq!(refused("kim"), (OutcomeKind::Misconfigured, Blame::Account));
    assert_eq!(chosen(&accounts, Bound::Free), Err("breaker_open"));
    assert!(account.state().misconfigured);
}

#[test]
fn a_paused_account_is_not_called_until_it_is_resumed() {
    let hook = |version| AccountSpec {
        addresses: Addresses::OfTenant("https://example.com/".into()),
        ..spec("a", version)
    };
    let accounts = Accounts::new(&[hook("1")]);
    let gone = Outcome::new(OutcomeKind::AddressGone, "410", "");
    call(&account(&accounts, "a"), &asking(None), gone.clone());
    assert_eq!(chosen(&accounts, Bound::Free), Err("endpoint_gone"));
    assert!(
        account(&accounts, "a")
            .admit(&asking(None), Utc::now())
            .is_none()
    );
    assert_eq!(accounts.paused(Channel::Push), 1);
    assert!(account(&accounts, "a").state().misconfigured);
    // Not stored yet, so nobody can have resumed it.
    accounts.take_over_pauses(|_| None);
    assert_eq!(chosen(&accounts, Bound::Free), Err("endpoint_gone"));
    account(&accounts, "a").pausing().saved();
    accounts.take_over_pauses(|_| None);
    assert_eq!(chosen(&accounts, Bound::Free), Ok("a".into()));
    // Set again, it is another one.
    call(&account(&accounts, "a"), &asking(None), gone.clone());
    accounts.replace(&[hook("2")]);
    assert_eq!(chosen(&accounts, Bound::Free), Ok("a".into()));
    // An address of the user's from before the account had its own: the delivery goes there, and the account is not paused.
    let accounts = Accounts::new(&[hook("3")]);
    let of_user = Asking {
        address: "user:4711",
        ..asking(None)
    };
    let hooked = account(&accounts, "a");
    assert_eq!(hooked.address("user:4711"), "user:4711");
    assert_eq!(hooked.address("https://other/"), "https://example.com/");
    call(&hooked, &of_user, gone.clone());
    assert_eq!(chosen(&accounts, Bound::Free), Ok("a".into()));
    // An address of the users' that is gone pauses nobody.
    let accounts = Accounts::new(&[spec("a", "1")]);
    call(&account(&accounts, "a"), &asking(None), gone);
    assert_eq!(chosen(&accounts, Bound::Free), Ok("a".into()));
}
