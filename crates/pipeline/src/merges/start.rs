//! A merge is asked for.

use async_trait::async_trait;
use campanile_domain::{TenantId, UserId, UserMerge};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

/// Why two users are not merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeRefusal {
    /// Both are the same user.
    SameUser,
    /// Nothing is stored about the user who would be removed.
    UnknownUser,
    /// Nothing is stored about the user who would be kept.
    UnknownKeptUser,
    /// Another merge runs that one of them takes part in.
    Running,
}

/// Begins to move everything of the user `from` to the user `into`. While a merge of the same two runs, it is given as it
/// stands. Workers do the rest ([`super::merge_step`]).
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn merge_users<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    (from, into): (&UserId, &UserId),
    now: DateTime<Utc>,
) -> Result<Result<UserMerge, MergeRefusal>, StorageError> {
    if from == into {
        return Ok(Err(MergeRefusal::SameUser));
    }
    let start = Start {
        tenant: tenant.clone(),
        from: from.clone(),
        into: into.clone(),
        now,
    };
    transact(storage, Scope::caller(tenant), start).await
}

struct Start {
    tenant: TenantId,
    from: UserId,
    into: UserId,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Start {
    type Done = Result<UserMerge, MergeRefusal>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        let (tenant, from, into) = (&self.tenant, &self.from, &self.into);
        // So that of two merges that cross, and of a merge and an erasure, one sees the other.
        tx.exclude_plans(tenant).await?;
        let earlier = tx.merge_of(tenant, from).await?;
        if let Some(earlier) = earlier.filter(|one| one.is_running() && one.into == *into) {
            tx.nothing_written();
            return Ok(Ok(earlier));
        }
        let refusal = if tx.runs_merge_with(tenant, [from, into]).await? {
            Some(MergeRefusal::Running)
        } else if !tx.is_known_user(tenant, from).await? {
            Some(MergeRefusal::UnknownUser)
        } else if !tx.is_known_user(tenant, into).await? {
            Some(MergeRefusal::UnknownKeptUser)
        } else {
            None
        };
        if let Some(refusal) = refusal {
            tx.nothing_written();
            return Ok(Err(refusal));
        }
        let total = tx.notifications_of(tenant, from).await?;
        let both = (from.clone(), into.clone());
        let merge = UserMerge::new(tenant.clone(), both, total, self.now);
        tx.put_merge(&merge).await?;
        Ok(Ok(merge))
    }
}
