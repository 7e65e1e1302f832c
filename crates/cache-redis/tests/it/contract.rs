//! Two nodes on a real Redis pass what one process does.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::sync::Arc;

use campanile_cache::contract::presence::Node;
use campanile_cache::presence_contract;
use campanile_cache::{
    InboxCache, InboxSignal, StreamTickets, TokenSource, inbox_cache_contract,
    inbox_signal_contract, stream_tickets_contract, token_source_contract,
};
use campanile_cache_redis::RedisShared;
use uuid::Uuid;

use crate::support;

async fn two() -> (RedisShared, RedisShared) {
    let namespace = Uuid::new_v4().to_string();
    // One after the other: a node that starts voids what was kept before.
    let one = support::serving(&support::url(), &namespace).await;
    let other = support::serving(&support::url(), &namespace).await;
    (one, other)
}

async fn cache() -> (
    Arc<dyn InboxCache>,
    Arc<dyn InboxCache>,
    (RedisShared, RedisShared),
) {
    let (one, other) = two().await;
    (one.inboxes.clone(), other.inboxes.clone(), (one, other))
}

async fn tokens() -> (
    Arc<dyn TokenSource>,
    Arc<dyn TokenSource>,
    (RedisShared, RedisShared),
) {
    let (one, other) = two().await;
    (one.tokens.clone(), other.tokens.clone(), (one, other))
}

async fn tickets() -> (
    Arc<dyn StreamTickets>,
    Arc<dyn StreamTickets>,
    (RedisShared, RedisShared),
) {
    let (one, other) = two().await;
    (one.tickets.clone(), other.tickets.clone(), (one, other))
}

async fn signal() -> (
    Arc<dyn InboxSignal>,
    Arc<dyn InboxSignal>,
    (RedisShared, RedisShared),
) {
    let (one, other) = two().await;
    (one.signal.clone(), other.signal.clone(), (one, other))
}

async fn presence() -> (Node, Node, (RedisShared, RedisShared)) {
    let (one, other) = two().await;
    let node = |of: &RedisShared| -> Node { (of.signal.clone(), of.presence.clone()) };
    (node(&one), node(&other), (one, other))
}

inbox_cache_contract!(cache);
presence_contract!(presence);
inbox_signal_contract!(signal);
stream_tickets_contract!(tickets);
token_source_contract!(tokens);
