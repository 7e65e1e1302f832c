//! The kinds of one process pass what the cluster's do.

use std::sync::Arc;

use campanile_cache::{
    InProcessInboxCache, InProcessInboxSignal, InboxCache, InboxSignal, LocalTokens, TokenSource,
    inbox_cache_contract, inbox_signal_contract, token_source_contract,
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

inbox_cache_contract!(cache);
inbox_signal_contract!(signal);
token_source_contract!(tokens);
