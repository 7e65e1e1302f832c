//! Everything that a user's inbox shows unread is marked as read.

use std::sync::Arc;

use campanile_cache::{AllRead, Mailbox, Read};
use campanile_domain::{NotificationType, TenantId, UserId};
use campanile_pipeline::{ReadSteps, read_step};
use campanile_storage::{ReadStep, StorageError, Unread, UnreadOf};

use super::{Inboxes, count_cancelled, count_write};

impl Inboxes {
    /// Marks everything as read, or everything of one type; says how many were unread. It goes on when
    /// its caller hangs up. If it fails half-way, what was marked stays marked, and a repetition goes on
    /// with the rest.
    ///
    /// # Errors
    /// [`StorageError`].
    ///
    /// # Panics
    /// Goes on with the panic of a step.
    pub async fn read_all(
        &self,
        tenant: &TenantId,
        user: &UserId,
        notification_type: Option<NotificationType>,
    ) -> Result<u64, StorageError> {
        let reading = Reading {
            inboxes: self.clone(),
            unread: UnreadOf {
                tenant: tenant.clone(),
                user: user.clone(),
                notification_type,
                now: self.now(),
            },
        };
        let read = tokio::spawn(reading.all()).await.unwrap_or_else(|failed| {
            // Nothing aborts it.
            std::panic::resume_unwind(failed.into_panic())
        })?;
        count_write("read_all", &read.cancelled);
        Ok(read.updated)
    }
}

/// What is read, of whose inbox.
struct Reading {
    inboxes: Inboxes,
    unread: UnreadOf,
}

impl Reading {
    /// Writes to the inbox step by step, each with its own write mark in the cache: a mark expires sooner than all
    /// steps together may take.
    async fn all(self) -> Result<ReadStep, StorageError> {
        let mut all = ReadStep::default();
        let ended = self.steps(&mut all).await;
        if let Err(error) = ended {
            // Earlier steps are committed, and the failing one may be.
            self.announce(Read::Some);
            count_cancelled(&all.cancelled);
            return Err(error);
        }
        if all.updated > 0 {
            self.announce(Read::All(AllRead {
                notification_type: self.unread.notification_type.clone(),
                before: self.unread.now,
            }));
        }
        Ok(all)
    }

    async fn steps(&self, all: &mut ReadStep) -> Result<(), StorageError> {
        let mut steps = ReadSteps::begin(self.unread.now);
        let storage = self.inboxes.storage.as_ref();
        while let Some(which) = steps.next(storage, &self.unread).await? {
            let step = self.step(which).await?;
            steps.done(&step);
            all.updated += step.updated;
            all.cancelled.merge(step.cancelled);
        }
        Ok(())
    }

    fn announce(&self, read: Read) {
        let whose = Mailbox::new(&self.unread.tenant, &self.unread.user);
        self.inboxes.signal.read(&whose, read);
    }

    async fn step(&self, which: Unread) -> Result<ReadStep, StorageError> {
        let (storage, unread) = (Arc::clone(&self.inboxes.storage), self.unread.clone());
        let write = async move { read_step(storage.as_ref(), &unread, which).await };
        let UnreadOf { tenant, user, .. } = &self.unread;
        self.inboxes.write(tenant, user, write).await
    }
}
