//! Whether each user has received what is in their inbox.

use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::ours::Ours;
use super::received::Received;

/// Inboxes that are read at once.
const AT_ONCE: usize = 32;

/// How many notifications are in an inbox and did not come through its stream.
pub(super) async fn missed(ours: &Ours, received: &Received, users: u32) -> anyhow::Result<u64> {
    let missed = |user| async move {
        let ids = ours
            .inbox(user)
            .await
            .with_context(|| format!("the inbox of user {user}"))?;
        let missed = ids.into_iter().filter(|id| !received.has(user, *id));
        anyhow::Ok(missed.count() as u64)
    };
    let inboxes = stream::iter(0..users).map(missed).buffer_unordered(AT_ONCE);
    inboxes
        .try_fold(0, |sum, missed| async move { Ok(sum + missed) })
        .await
}
