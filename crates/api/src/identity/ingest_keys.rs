//! Which ingest address a key belongs to, remembered for a moment so that not every call asks the database.

use std::sync::Arc;
use std::time::Duration;

use campanile_app::ingest::secret_of;
use campanile_domain::{Clock, IngestAddress, IngestKey};
use campanile_providers::{ProviderError, ProviderService};
use campanile_storage::{Storage, StorageError};
use secrecy::SecretString;
use tokio::time::Instant;

use super::answers::{Answers, Said};

/// A key that was revoked is known for at most so long.
const KNOWN: Duration = Duration::from_secs(5);
/// A key that was just made is refused for at most so long.
const UNKNOWN: Duration = Duration::from_secs(1);
/// While the database does not answer, a key stays known for so long since it was last seen there: a caller hears
/// that nothing can be accepted, not that the key is wrong.
const KNOWN_WITHOUT_DATABASE: Duration = Duration::from_secs(300);
/// More keys than this are not remembered at a time, of those that exist and of others: those that were asked for least make
/// way.
const CAPACITY: u64 = 10_000;

/// An address as calls are checked with it.
pub(super) struct KnownIngest {
    pub(super) address: IngestAddress,
    /// The secret that signs its calls, or why it cannot be read.
    pub(super) secret: Result<Option<SecretString>, ProviderError>,
}

/// Answers from memory where it may.
pub(super) struct IngestKeys {
    storage: Arc<dyn Storage>,
    secrets: ProviderService,
    clock: Arc<dyn Clock>,
    answers: Answers<[u8; 32], Answer>,
}

/// What the database said.
#[derive(Clone)]
struct Answer {
    found: Option<Arc<KnownIngest>>,
    at: Instant,
    until: Instant,
}

impl Said for Answer {
    fn is_there(&self) -> bool {
        self.found.is_some()
    }

    fn at(&self) -> Instant {
        self.at
    }
}

impl IngestKeys {
    pub(super) fn new(
        storage: Arc<dyn Storage>,
        secrets: ProviderService,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            storage,
            secrets,
            clock,
            answers: Answers::new(CAPACITY),
        }
    }

    /// The address of a key, if it is in use.
    pub(super) async fn find(
        &self,
        key: &IngestKey,
    ) -> Result<Option<Arc<KnownIngest>>, StorageError> {
        let (now, digest) = (Instant::now(), key.digest());
        let last = self.answers.get(&digest);
        if let Some(last) = &last
            && last.until > now
        {
            return Ok(last.found.clone());
        }
        let found = match self.storage.ingest_address(key.tenant(), &digest).await {
            Ok(found) => found,
            Err(error @ (StorageError::Away(_) | StorageError::Unavailable(_))) => {
                let stands_in = last.filter(|last| last.at + KNOWN_WITHOUT_DATABASE > now);
                return match stands_in.and_then(|last| last.found) {
                    Some(known) => Ok(Some(known)),
                    None => Err(error),
                };
            }
            Err(error) => return Err(error),
        };
        let found = match found {
            Some(address) => {
                let secret = secret_of(&self.secrets, &address, self.clock.now()).await;
                Some(Arc::new(KnownIngest { address, secret }))
            }
            None => None,
        };
        // The moment before the question counts: the answer may be as old as that.
        let answer = Answer {
            at: now,
            until: now + if found.is_some() { KNOWN } else { UNKNOWN },
            found: found.clone(),
        };
        self.answers.remember(&digest, answer);
        Ok(found)
    }
}
