//! Dead letters in memory. Nothing dies by itself here: a test says what is dead.

use async_trait::async_trait;
use campanile_domain::TenantId;
use campanile_storage::{
    BuriedMessage, DeadLetter, DeadLetterCursor, DeadLetterFilter, DeadLetterPage, DeadLetters,
    StorageError,
};
use chrono::{DateTime, Utc};

use super::{MemoryStorage, workers_only};

fn matches(letter: &DeadLetter, filter: &DeadLetterFilter) -> bool {
    let code = filter.code.as_ref();
    filter
        .ids
        .as_ref()
        .is_none_or(|ids| ids.contains(&letter.id))
        && filter
            .channel
            .is_none_or(|channel| letter.channel == Some(channel))
        && code.is_none_or(|code| letter.code == *code)
        && filter.from.is_none_or(|from| letter.died_at >= from)
        && filter.to.is_none_or(|to| letter.died_at < to)
}

impl MemoryStorage {
    /// Removes the oldest that match.
    fn take(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        limit: u32,
    ) -> Result<u64, StorageError> {
        self.up()?;
        let mut dead = self.dead.lock().unwrap();
        dead.sort_by_key(|(_, letter)| (letter.died_at, letter.id));
        let mut taken = 0;
        dead.retain(|(whose, letter)| {
            let goes = taken < u64::from(limit) && whose == tenant && matches(letter, filter);
            taken += u64::from(goes);
            !goes
        });
        Ok(taken)
    }
}

#[async_trait]
impl DeadLetters for MemoryStorage {
    async fn dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        after: Option<DeadLetterCursor>,
        limit: u32,
    ) -> Result<DeadLetterPage, StorageError> {
        self.up()?;
        let dead = self.dead.lock().unwrap();
        let mut all: Vec<_> = dead
            .iter()
            .filter(|(whose, letter)| whose == tenant && matches(letter, filter))
            .map(|(_, letter)| letter.clone())
            .collect();
        all.sort_by_key(|letter| std::cmp::Reverse((letter.died_at, letter.id)));
        let total = all.len() as u64;
        all.retain(|letter| after.is_none_or(|after| (letter.died_at, letter.id) < after));
        let has_more = all.len() > limit as usize;
        all.truncate(limit as usize);
        Ok(DeadLetterPage {
            items: all,
            total,
            has_more,
        })
    }

    async fn replay_dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        _now: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StorageError> {
        self.take(tenant, filter, limit)
    }

    async fn purge_dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        limit: u32,
    ) -> Result<u64, StorageError> {
        self.take(tenant, filter, limit)
    }

    async fn bury_messages(&self, _messages: &[BuriedMessage]) -> Result<u64, StorageError> {
        workers_only()
    }
}
