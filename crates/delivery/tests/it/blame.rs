//! Whom an answer concerns, and for how long: real senders against servers that say what the test wants, on
//! a real database, by a clock that the test moves.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

mod mail;
mod push;
mod webhook;

use std::sync::Arc;

use crate::support::{House, Row};
use async_trait::async_trait;
use campanile_channels::{ChannelSender, Envelope, SenderFactory};
use campanile_delivery::{AccountSpec, Accounts, Addresses, BreakerSettings, Share};
use campanile_domain::{
    Channel, DeliveryState, Notification, NotificationId, Outcome, SystemClock, TenantId, UserId,
};

fn acme() -> TenantId {
    TenantId::parse("acme").unwrap()
}

/// Accepts one for each of these users.
async fn accept_for(house: &House, users: &[&str]) -> Vec<(TenantId, NotificationId)> {
    let mut ids = Vec::new();
    for user in users {
        let user = UserId::parse(user).unwrap();
        let change = |one: &mut Notification| one.user_id = user.clone();
        ids.extend(house.accept_changed("acme", 1, change).await);
    }
    ids
}

fn factory() -> SenderFactory {
    SenderFactory::new(Arc::new(SystemClock), Vec::new())
}

/// A sender that has fewer calls in flight than it could.
struct AtMost<S>(usize, S);

#[async_trait]
impl<S: ChannelSender> ChannelSender for AtMost<S> {
    fn channel(&self) -> Channel {
        self.1.channel()
    }

    fn concurrency(&self) -> usize {
        self.0
    }

    async fn send(&self, envelope: Envelope<'_>) -> Outcome {
        self.1.send(envelope).await
    }
}

/// The only account of the tenant.
fn account(sender: Arc<dyn ChannelSender>, addresses: Addresses) -> AccountSpec {
    AccountSpec {
        name: "main".into(),
        tenant: acme(),
        version: "1".into(),
        addresses,
        sender,
        breaker: BreakerSettings::default(),
        share: Share::default(),
        fault: None,
    }
}

fn is_sent(row: &Row) -> bool {
    row.state == DeliveryState::Sent
}

/// Deferred for this reason, without an attempt.
fn is_held(row: &Row, reason: &str) -> bool {
    row.state == DeliveryState::Deferred
        && row.reason.as_deref() == Some(reason)
        && row.attempts.is_empty()
}

fn codes(row: &Row) -> Vec<&str> {
    row.attempts.iter().map(|one| one.code.as_str()).collect()
}

fn only(accounts: &Accounts) -> Arc<campanile_delivery::Account> {
    let mut all = accounts.all();
    assert_eq!(all.len(), 1);
    all.remove(0)
}
