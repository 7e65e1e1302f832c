//! The connections of one account: opened when they are needed, at most so many, kept for the next
//! mails.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use super::connect::Connector;
use super::failure::Failure;
use super::patience::EmailPatience;
use super::session::Session;

/// Relays close a connection that carries many more.
const MAX_MAILS: u32 = 100;

pub(super) struct Pool {
    connector: Connector,
    /// One for each connection in use, also while it closes. The longest waiting task is served next.
    permits: Arc<Semaphore>,
    parked: Arc<Parked>,
    patience: EmailPatience,
}

/// A connection in use. Dropped, it is closed; only [`Lease::give_back`] keeps it.
pub(super) struct Lease {
    pub(super) session: Session,
    permit: OwnedSemaphorePermit,
    parked: Arc<Parked>,
    close_after: Duration,
}

#[derive(Default)]
struct Parked(Mutex<Idle>);

#[derive(Default)]
struct Idle {
    /// The last one used is used next, so that those too many grow old.
    sessions: Vec<(Session, Instant)>,
    is_watched: bool,
}

impl Pool {
    pub(super) fn new(connector: Connector, connections: usize, patience: EmailPatience) -> Self {
        Self {
            connector,
            permits: Arc::new(Semaphore::new(connections)),
            parked: Arc::default(),
            patience,
        }
    }

    /// Lends a connection: one that is open, else a new one. Waits while all are in use.
    ///
    /// A new one is opened only while none is parked, so those in use and those parked are never
    /// more than the permits.
    pub(super) async fn lease(&self) -> Result<Lease, Failure> {
        let permits = Arc::clone(&self.permits);
        let permit = permits.acquire_owned().await;
        let permit = permit.expect("this semaphore is never closed");
        while let Some((mut session, since)) = self.parked.take() {
            let idle = since.elapsed();
            if idle >= self.patience.close_after {
                continue;
            }
            if idle < self.patience.check_after || session.is_alive().await {
                return Ok(self.lent(session, permit));
            }
        }
        self.open(permit).await
    }

    /// Lends a new connection in the place of one that is dead.
    pub(super) async fn renew(&self, dead: Lease) -> Result<Lease, Failure> {
        drop(dead.session);
        self.open(dead.permit).await
    }

    async fn open(&self, permit: OwnedSemaphorePermit) -> Result<Lease, Failure> {
        let session = self.connector.open().await?;
        Ok(self.lent(session, permit))
    }

    fn lent(&self, session: Session, permit: OwnedSemaphorePermit) -> Lease {
        Lease {
            session,
            permit,
            parked: Arc::clone(&self.parked),
            close_after: self.patience.close_after,
        }
    }
}

impl Lease {
    /// Keeps the connection for the next mail, unless it broke or has carried enough of them.
    pub(super) fn give_back(self) {
        if !self.session.is_usable() {
            return;
        }
        if self.session.mails() < MAX_MAILS {
            self.parked.park(self.session, self.close_after);
            drop(self.permit);
        } else {
            tokio::spawn(async move {
                self.session.quit().await;
                drop(self.permit);
            });
        }
    }
}

impl Parked {
    fn take(&self) -> Option<(Session, Instant)> {
        self.lock().sessions.pop()
    }

    fn park(self: &Arc<Self>, session: Session, close_after: Duration) {
        let mut idle = self.lock();
        idle.sessions.push((session, Instant::now()));
        if !idle.is_watched {
            idle.is_watched = true;
            tokio::spawn(close_old(Arc::downgrade(self), close_after));
        }
    }

    /// Takes those that are too old, and says when the next one will be.
    fn old(&self, close_after: Duration) -> (Vec<Session>, Option<Instant>) {
        let mut idle = self.lock();
        // Pushed at the end and taken from there, so the oldest stand in front.
        let end = idle
            .sessions
            .partition_point(|(_, since)| since.elapsed() >= close_after);
        let old = idle.sessions.drain(..end).map(|(session, _)| session);
        let old = old.collect();
        let next = idle.sessions.first().map(|(_, since)| *since + close_after);
        idle.is_watched = next.is_some();
        (old, next)
    }

    fn lock(&self) -> MutexGuard<'_, Idle> {
        // Nothing is half done when a holder panics.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends with the pool, or when nothing is parked; the next one that is parked begins it anew.
async fn close_old(parked: Weak<Parked>, close_after: Duration) {
    let mut next = Some(Instant::now() + close_after);
    while let Some(at) = next {
        sleep_until(at).await;
        let Some(parked) = parked.upgrade() else {
            return;
        };
        let (old, following) = parked.old(close_after);
        drop(parked);
        for session in old {
            session.quit().await;
        }
        next = following;
    }
}
