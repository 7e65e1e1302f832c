//! A user's inbox, newest first.
//!
//! `shown` says which rows it has, `answer` asks for a page or a count of them in one statement,
//! `search` opens them one after the other.

mod answer;
mod search;
mod shown;

use async_trait::async_trait;
use campanile_domain::{TenantId, UserId};
use campanile_sealing::KeyRing;
use campanile_storage::{
    Inbox, InboxCount, InboxFilter, InboxPage, PageSize, PageStart, StorageError, page_of,
};
use chrono::{DateTime, Utc};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, alone, transact};
pub(crate) use answer::{FITTING, LINES, TEXT_BYTES, read as read_line, states};
pub(crate) use shown::{AHEAD, push_before, push_days_before, push_shown};

/// Whose inbox, and what of it.
struct Question<'a> {
    tenant: &'a TenantId,
    user: &'a UserId,
    filter: &'a InboxFilter,
    now: DateTime<Utc>,
    keys: &'a KeyRing,
}

#[async_trait]
impl Inbox for PostgresStorage {
    async fn inbox_page(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        start: PageStart,
        size: PageSize,
        now: DateTime<Utc>,
    ) -> Result<InboxPage, StorageError> {
        let question = Question {
            tenant,
            user,
            filter,
            now,
            keys: self.pools.app.keys(),
        };
        let (pool, scope) = (&self.pools.app, Scope::one(tenant));
        let page = match &filter.search {
            None => alone!(pool, Kind::Read, |connection| {
                answer::page(connection, &question, start, size).await
            }),
            Some(search) => transact!(pool, Kind::Read, &scope, |connection| {
                let found = search::found(connection, &question, search).await?;
                let (ids, has_more) = page_of(&found, start, size);
                Ok(InboxPage {
                    items: search::items(connection, &question, &ids).await?,
                    total: found.len() as u64,
                    has_more,
                    // What was found is not kept.
                    changes_at: None,
                })
            }),
        };
        Ok(page?)
    }

    async fn inbox_count(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        now: DateTime<Utc>,
    ) -> Result<InboxCount, StorageError> {
        let question = Question {
            tenant,
            user,
            filter,
            now,
            keys: self.pools.app.keys(),
        };
        // A worker asks for it as well, for the badge of a push.
        let (pool, scope) = (self.pools.of(self.role), Scope::one(tenant));
        let count = match &filter.search {
            None => alone!(pool, Kind::Read, |connection| {
                answer::count(connection, &question).await
            }),
            Some(search) => transact!(pool, Kind::Read, &scope, |connection| {
                let found = search::found(connection, &question, search).await?;
                Ok(InboxCount {
                    count: found.len() as u64,
                    changes_at: None,
                })
            }),
        };
        Ok(count?)
    }
}
