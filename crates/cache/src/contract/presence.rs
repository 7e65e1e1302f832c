//! Promises of presence.

use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_domain::{TenantId, UserId};

use crate::{InboxSignal, Mailbox, Presence};

/// A node: what its streams watch, and what it knows of all nodes.
pub type Node = (Arc<dyn InboxSignal>, Arc<dyn Presence>);

/// Longer than any of this takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn mailbox(tenant: &str, user: &str) -> Mailbox {
    let (tenant, user) = (TenantId::parse(tenant), UserId::parse(user));
    Mailbox::new(&tenant.expect("a tenant"), &user.expect("a user"))
}

async fn until(presence: &Arc<dyn Presence>, whose: &Mailbox, is_active: bool) {
    let until = Instant::now() + PATIENCE;
    while presence.is_active(whose).await != is_active {
        assert!(
            Instant::now() < until,
            "{whose:?} is active: {}",
            !is_active
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// And not before, and no longer.
pub async fn a_user_is_active_on_all_nodes_while_a_stream_is_open(one: Node, other: Node) {
    let anna = mailbox("acme", "anna");
    assert!(!other.1.is_active(&anna).await);
    for _ in 0..2 {
        one.0.watch(&anna).await;
    }
    for node in [&one, &other] {
        until(&node.1, &anna, true).await;
    }
    one.0.unwatch(&anna);
    assert!(one.1.is_active(&anna).await, "one stream is left");
    one.0.unwatch(&anna);
    for node in [&one, &other] {
        until(&node.1, &anna, false).await;
    }
}

/// Tenants, and ids with odd characters.
pub async fn users_of_the_same_name_are_distinguished(one: Node, other: Node) {
    let all = [
        mailbox("acme", "anna"),
        mailbox("other", "anna"),
        mailbox("acme", "1:anna"),
        mailbox("acme", "anna "),
    ];
    one.0.watch(&all[0]).await;
    one.0.watch(&all[2]).await;
    for whose in [&all[0], &all[2]] {
        until(&other.1, whose, true).await;
    }
    let active = other.1.active(&all).await;
    let expected = [all[0].clone(), all[2].clone()];
    assert_eq!(active, expected.into());
    assert!(other.1.active(&[]).await.is_empty());
}
