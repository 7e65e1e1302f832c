//! Who has a live stream open, on any node.

use std::collections::HashSet;

use async_trait::async_trait;

use crate::Mailbox;

/// Knows it approximately: a node that dies counts for up to 30 s. Never fails: who is not known to be active is not.
#[async_trait]
pub trait Presence: Send + Sync + 'static {
    /// Those of these users who have a stream open.
    async fn active(&self, whose: &[Mailbox]) -> HashSet<Mailbox>;

    /// Whether this user has one open.
    async fn is_active(&self, whose: &Mailbox) -> bool {
        !self.active(std::slice::from_ref(whose)).await.is_empty()
    }
}
