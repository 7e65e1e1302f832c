//! The kinds of one process pass what the cluster's do.

use std::sync::Arc;

use campanile_cache::contract::presence::Node;
use campanile_cache::presence_contract;
use campanile_cache::{
    InProcessInboxCache, InProcessInboxSignal, InProcessStreamTickets, InboxCache, InboxSignal,
    LocalTokens, StreamTickets, TokenSource, inbox_cache_contract, inbox_signal_contract,
    stream_tickets_contract, token_source_contract,
};

async fn cache() -> (Arc<dyn InboxCache>, Arc<dyn InboxCache>, ()) {
    let one: Arc<dyn InboxCache> = Arc::new(InProcessInboxCache::new(100));
    (Arc::clone(&one), one, ())
}

async fn tokens() -> (Arc<dyn TokenSource>, Arc<dyn TokenSource>, ()) {
    let one: Arc<dyn TokenSource> = Arc::new(LocalTokens::default());
    (Arc::clone(&one), one, ())
}

async fn signal() -> (Arc<dyn InboxSignal>, Arc<dyn InboxSignal>, ()) {
    let one: Arc<dyn InboxSignal> = Arc::new(InProcessInboxSignal::default());
    (Arc::clone(&one), one, ())
}

async fn tickets() -> (Arc<dyn StreamTickets>, Arc<dyn StreamTickets>, ()) {
    let one: Arc<dyn StreamTickets> = Arc::new(InProcessStreamTickets::default());
    (Arc::clone(&one), one, ())
}

async fn presence() -> (Node, Node, ()) {
    let one = Arc::new(InProcessInboxSignal::default());
    let node = || -> Node { (one.clone(), one.clone()) };
    (node(), node(), ())
}

inbox_cache_contract!(cache);
presence_contract!(presence);
inbox_signal_contract!(signal);
stream_tickets_contract!(tickets);
token_source_contract!(tokens);
