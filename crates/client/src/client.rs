//! The client itself.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::value::to_raw_value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::call::{GivenUp, call};
use crate::http::Http;
use crate::replay::Replay;
use crate::request::Request;
use crate::spool::{Entry, Spool};
use crate::{
    Accepted, Builder, Error, FriendRequest, IdempotencyKey, MessageCreated, Notification, Outcome,
    Problem, RetryPolicy, RoomInvitation, SpoolStatus, Timeline,
};

/// Calls one Campanile on behalf of one service. Clones share everything, the spool too.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: Arc<Http>,
    retry: RetryPolicy,
    spooling: Option<Spooling>,
}

/// The spool and the task that empties it.
pub(crate) struct Spooling {
    spool: Arc<Spool>,
    /// Dropped with the last client, which ends the task too.
    stop: watch::Sender<bool>,
    replay: Mutex<Option<JoinHandle<()>>>,
}

impl Spooling {
    pub(crate) fn start(spool: Arc<Spool>, replay: Replay) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self {
            spool,
            stop,
            replay: Mutex::new(Some(tokio::spawn(replay.run(stopped)))),
        }
    }
}

impl Client {
    /// Begins to set one up, for the address of the service.
    pub fn builder(url: impl Into<String>) -> Builder {
        Builder::new(url.into())
    }

    pub(crate) fn new(http: Arc<Http>, retry: RetryPolicy, spooling: Option<Spooling>) -> Self {
        let inner = Inner {
            http,
            retry,
            spooling,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Notifies everyone in a room except the sender of a message.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn create_message_notification(
        &self,
        message: &MessageCreated,
    ) -> Result<Outcome, Error> {
        self.create(message).await
    }

    /// Notifies a user of an invitation to a room.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn create_room_invite_notification(
        &self,
        invitation: &RoomInvitation,
    ) -> Result<Outcome, Error> {
        self.create(invitation).await
    }

    /// Notifies a user of a friend request or its acceptance.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn create_friend_request_notification(
        &self,
        request: &FriendRequest,
    ) -> Result<Outcome, Error> {
        self.create(request).await
    }

    /// Sends any notification.
    ///
    /// A call that is dropped before it returns may have been made, and may still be spooled.
    ///
    /// # Errors
    /// If the service refuses it, or cannot be reached and there is no spool or the spool does not take it.
    pub async fn send(&self, notification: &Notification) -> Result<Outcome, Error> {
        self.create(notification).await
    }

    /// Asks what became of a notification.
    ///
    /// # Errors
    /// If there is none of that id, or the service cannot be reached.
    pub async fn timeline(&self, id: Uuid) -> Result<Timeline, Error> {
        let path = format!("/api/v1/notifications/{id}/timeline");
        let ask = || self.inner.http.get(&path);
        let asked = call(self.inner.retry, ask, |_| None, || false).await?;
        asked.map_err(|given_up| unavailable(IdempotencyKey::random(), given_up))
    }

    /// How many calls wait in the spool.
    pub fn spooled(&self) -> u64 {
        self.spool_status().entries
    }

    /// How the spool stands; all zeros without one.
    pub fn spool_status(&self) -> SpoolStatus {
        let spooling = self.inner.spooling.as_ref();
        spooling.map_or_else(SpoolStatus::default, |spooling| spooling.spool.status())
    }

    /// Waits until the spool is empty, however long that takes.
    pub async fn flush(&self) {
        let Some(Spooling { spool, .. }) = &self.inner.spooling else {
            return;
        };
        let mut changes = spool.changes();
        while !spool.is_empty() && changes.changed().await.is_ok() {}
    }

    /// Takes no more calls into the spool, lets the replay's attempts under way end, and lets go of the directory.
    ///
    /// What is in the spool stays there for the next start. Without this, the end of the process does no harm either: at
    /// most what was under way is replayed again, under the same keys.
    pub async fn close(&self) {
        let Some(spooling) = &self.inner.spooling else {
            return;
        };
        spooling.stop.send_replace(true);
        let replay = spooling.replay.lock();
        let replay = replay.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(replay) = replay
            && let Err(error) = replay.await
        {
            tracing::error!(%error, "the replay did not end well");
        }
        spooling.spool.close().await;
    }

    async fn create<R: Request>(&self, request: &R) -> Result<Outcome, Error> {
        let key = request
            .key()
            .cloned()
            .unwrap_or_else(IdempotencyKey::random);
        // Written once: the service compares what comes under one key.
        let body = to_raw_value(request)?;
        let Inner { http, retry, .. } = &*self.inner;
        let attempt = || http.post(R::PATH, (&key, body.get().as_bytes()));
        // As in a replay: a key of our own that stands for another request stands for an earlier attempt.
        let is_ours = request.key().is_none();
        let known = |problem: &Problem| {
            (is_ours && problem.is_key_reused()).then(|| Accepted::before(request))
        };
        let Some(Spooling { spool, .. }) = &self.inner.spooling else {
            let answered = call(*retry, attempt, known, || false).await?;
            let accepted = answered.map(Outcome::Accepted);
            return accepted.map_err(|given_up| unavailable(key.clone(), given_up));
        };
        // While calls wait, this one goes behind them.
        let must_queue = || !spool.is_empty();
        if !must_queue() {
            match call(*retry, attempt, known, must_queue).await? {
                Ok(accepted) => return Ok(Outcome::Accepted(accepted)),
                Err(GivenUp { last, .. }) => {
                    let error = &last as &dyn std::error::Error;
                    tracing::debug!(%key, error, "the service is unavailable; the call is spooled");
                }
            }
        }
        match spool.append(&Entry::new(request, key.clone(), body)).await {
            Ok(()) => Ok(Outcome::Spooled { key }),
            Err(source) => Err(Error::Spool { key, source }),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("url", &self.inner.http.base.as_str())
            .field("spool", &self.spool_status())
            .finish_non_exhaustive()
    }
}

fn unavailable(key: IdempotencyKey, given_up: GivenUp) -> Error {
    let GivenUp { attempts, last } = given_up;
    Error::Unavailable {
        key,
        attempts,
        last,
    }
}
