//! A database whose reads of changed inboxes fail on demand.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use campanile_domain::UserId;
use campanile_storage::{
    InboxUpdates, Storage, StorageError, UpdatesFound, UpdatesSize, UpdatesWanted,
};
use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::support::PATIENCE;

/// Which reads fail, and how.
#[derive(Debug, Clone)]
pub enum Fault {
    /// All: the database cannot be reached.
    Away,
    /// Those about this user, for ever.
    Lasting(UserId),
    /// All, for ever.
    LastingForAll,
}

impl Fault {
    fn of(&self, wanted: &[UpdatesWanted]) -> Option<StorageError> {
        let lasting = || StorageError::Refused("a test wants it so".to_owned());
        match self {
            Self::Away => Some(StorageError::Away("a test wants it so".to_owned())),
            Self::Lasting(user) => wanted.iter().any(|one| one.user == *user).then(lasting),
            Self::LastingForAll => Some(lasting()),
        }
    }
}

/// Passes on what does not fail.
pub struct FaultyReads {
    storage: Arc<dyn Storage>,
    fault: Mutex<Option<Fault>>,
    failures: watch::Sender<usize>,
    /// Of each read: its questions, and those of them that asked for the numbers.
    questions: Mutex<Vec<(usize, usize)>>,
}

impl FaultyReads {
    pub fn new(storage: Arc<dyn Storage>, fault: Option<Fault>) -> Self {
        Self {
            storage,
            fault: Mutex::new(fault),
            failures: watch::Sender::new(0),
            questions: Mutex::default(),
        }
    }

    /// What was asked since the last call.
    pub fn questions(&self) -> Vec<(usize, usize)> {
        std::mem::take(&mut self.questions.lock().unwrap())
    }

    pub fn set(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap() = fault;
    }

    /// Until so many more reads have failed.
    pub async fn fail(&self, number: usize) {
        let mut failures = self.failures.subscribe();
        let before = *failures.borrow();
        let many = failures.wait_for(|now| *now >= before + number);
        let failed = tokio::time::timeout(PATIENCE, many).await;
        failed.expect("the reads are repeated").unwrap();
    }
}

#[async_trait]
impl InboxUpdates for FaultyReads {
    async fn inbox_updates(
        &self,
        wanted: &[UpdatesWanted],
        size: UpdatesSize,
        now: DateTime<Utc>,
    ) -> Result<Vec<UpdatesFound>, StorageError> {
        let counts = wanted.iter().filter(|one| one.counts).count();
        self.questions.lock().unwrap().push((wanted.len(), counts));
        let fault = self.fault.lock().unwrap().clone();
        if let Some(error) = fault.and_then(|fault| fault.of(wanted)) {
            self.failures.send_modify(|number| *number += 1);
            return Err(error);
        }
        self.storage.inbox_updates(wanted, size, now).await
    }
}
