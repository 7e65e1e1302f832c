//! Whether the server is there: what one caller has found out, the others need not wait for.
//!
//! A server that goes away refuses connections, or says nothing at all: a network in between swallows everything, or the
//! machine hangs. Neither may cost each caller its whole patience. So a caller that waits for the server, for a connection or for an
//! answer, waits also for [`Reach::gone`]: nothing has been heard of it for so long, by anybody, although it was
//! asked. From then on callers are refused at once, while one task asks until it is back.
//!
//! A slow answer is not silence. Who waits for one asks over a connection of its own whether the server is there, and
//! every answer to anybody counts. Where answers have taken long lately, silence has to last longer too ([`Pace`]): a
//! server whose processors are busy is slow to let anybody in as well.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use campanile_domain::Backoff;
use campanile_telemetry::Outage;
use sqlx::Connection;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::login::Login;
use crate::pace::Pace;
use crate::settings::Role;

/// After so long without an answer it is asked whether it is there.
const ASK_AFTER: Duration = Duration::from_millis(200);
/// A process that was kept from running finds its timers over before it has read what arrived meanwhile. So the last part of
/// the patience is waited for apart, after all that can be read.
pub(crate) const LAST_PART: Duration = Duration::from_millis(150);
/// A server that was silent for a caller's patience may still be far away or busy: so long is its answer waited for.
const SLOW_ANSWER: Duration = Duration::from_secs(2);
/// A statement that takes long although the server is there is reason to ask again, ever more rarely.
const ASK_AT_LEAST_EVERY: Duration = Duration::from_secs(5);
/// The first pause between two tries to connect.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_millis(10);
pub(crate) const BACKOFF: Backoff = Backoff::new(FIRST_PAUSE, Duration::from_millis(200));

/// For how long a server may say nothing before it counts as gone.
///
/// A caller of the API is to hear within two seconds; with less, a burst of slow pages of one tenant on busy processors was
/// taken for an outage, and all tenants were refused. A worker has no caller waiting, and a wrong guess costs it more: calls
/// in flight whose results it has to write again.
const fn patience(role: Role) -> Duration {
    match role {
        Role::Api => Duration::from_millis(1_500),
        Role::Worker => Duration::from_secs(3),
    }
}

/// Connecting fails, or nothing is heard.
#[derive(Debug, Clone)]
struct Trouble {
    since: Instant,
    why: Arc<str>,
}

/// What is known of one server.
pub(crate) struct Reach {
    login: Login,
    patience: Duration,
    pace: Pace,
    outage: Outage,
    born: Instant,
    /// Milliseconds after `born` of the last answer to anybody.
    heard_ms: AtomicU64,
    trouble: watch::Sender<Option<Trouble>>,
    /// Whether the task that asks is under way.
    is_asking: AtomicBool,
}

impl Reach {
    /// Nothing is known yet of the server that `login` leads to.
    pub(crate) fn new(login: Login, role: Role) -> Arc<Self> {
        Arc::new(Self {
            login,
            patience: patience(role),
            pace: Pace::default(),
            outage: Outage::of(
                "Postgres",
                "no notifications are accepted until it is back; accepted ones are safe",
            ),
            born: Instant::now(),
            heard_ms: AtomicU64::new(0),
            trouble: watch::Sender::new(None),
            is_asking: AtomicBool::new(false),
        })
    }

    /// Whether this login leads to the same server.
    pub(crate) fn is_of(&self, login: &Login) -> bool {
        self.login.server() == login.server()
    }

    /// For how long a connection is waited for: a little longer, so that a server that is gone is reported as that.
    pub(crate) fn acquire_patience(&self) -> Duration {
        self.patience() + Duration::from_millis(50)
    }

    /// For how long it may say nothing before it counts as gone.
    fn patience(&self) -> Duration {
        self.patience.max(self.pace.patience(self.born.elapsed()))
    }

    /// It has answered a caller who asked since then.
    pub(crate) fn answered(&self, asked: Instant) {
        self.pace.note(self.born.elapsed(), asked.elapsed());
        self.heard();
    }

    /// It has said something.
    pub(crate) fn heard(&self) {
        let now = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.heard_ms.fetch_max(now, Ordering::Relaxed);
    }

    fn heard_at(&self) -> Instant {
        self.born + Duration::from_millis(self.heard_ms.load(Ordering::Relaxed))
    }

    /// A connection was made.
    pub(crate) fn connected(&self) {
        self.is_there();
        self.outage.worked();
    }

    /// It answers, though perhaps it lets no more in: what has a connection can go on.
    fn is_there(&self) {
        self.heard();
        if self.trouble.borrow().is_some() {
            self.trouble.send_replace(None);
        }
    }

    /// A connection could not be made; it was tried since `since`.
    pub(crate) fn failed(self: &Arc<Self>, since: Instant, why: &str) {
        self.outage.failed(&why);
        self.trouble.send_modify(|trouble| {
            let since = trouble.as_ref().map_or(since, |known| known.since);
            let why = why.into();
            *trouble = Some(Trouble { since, why });
        });
        self.ask(since);
    }

    /// Why it counts as gone, if it does.
    pub(crate) fn is_gone(&self) -> Option<String> {
        let trouble = self.trouble.borrow();
        let trouble = trouble.as_ref()?;
        (Instant::now() >= self.gone_at(trouble)).then(|| trouble.why.to_string())
    }

    fn gone_at(&self, trouble: &Trouble) -> Instant {
        trouble.since.max(self.heard_at()) + self.patience()
    }

    /// Ends when the server counts as gone, at once if it does already; says why.
    pub(crate) async fn gone(&self) -> String {
        let mut changes = self.trouble.subscribe();
        loop {
            if let Some(why) = self.is_gone() {
                return why;
            }
            let trouble = changes.borrow_and_update().clone();
            let until = trouble.map(|trouble| self.gone_at(&trouble));
            // It does not end before this does, which has the sender.
            tokio::select! {
                _ = changes.changed() => {}
                () = sleep_until(until.unwrap_or(self.born)), if until.is_some() => {}
            }
        }
    }

    /// The same for who waits for an answer, and has it asked whether it is there.
    pub(crate) async fn silent(self: &Arc<Self>) -> String {
        let (mut waiting_since, mut patience) = (Instant::now(), ASK_AFTER);
        loop {
            let quiet_since = waiting_since.max(self.heard_at());
            tokio::select! {
                why = self.gone() => return why,
                () = sleep_until(quiet_since + patience) => {}
            }
            if self.heard_at() <= quiet_since {
                self.ask(quiet_since);
                waiting_since = Instant::now();
                patience = (patience * 2).min(ASK_AT_LEAST_EVERY);
            }
        }
    }

    /// One task asks for all, until there is an answer; there was none since `quiet_since`.
    fn ask(self: &Arc<Self>, quiet_since: Instant) {
        if !self.is_asking.swap(true, Ordering::AcqRel) {
            let patience = self.patience().saturating_sub(ASK_AFTER + LAST_PART);
            let asking = ask(
                Arc::downgrade(self),
                self.login.clone(),
                quiet_since,
                patience,
            );
            tokio::spawn(asking);
        }
    }
}

/// Ends with an answer, or with the pools.
async fn ask(reach: Weak<Reach>, login: Login, quiet_since: Instant, patience: Duration) {
    let mut backoff = BACKOFF;
    loop {
        let mut connecting = pin!(login.connect());
        let mut answer = timeout(patience, connecting.as_mut()).await;
        if answer.is_err() {
            answer = timeout(LAST_PART, connecting.as_mut()).await;
        }
        if answer.is_err() {
            let Some(reach) = reach.upgrade() else {
                return;
            };
            reach.failed(quiet_since, "no answer");
            drop(reach);
            answer = timeout(SLOW_ANSWER, connecting.as_mut()).await;
        }
        let Some(reach) = reach.upgrade() else {
            return;
        };
        match answer {
            Ok(Ok(connection)) => {
                reach.is_asking.store(false, Ordering::Release);
                reach.connected();
                drop(reach);
                let _ = connection.close().await;
                return;
            }
            Ok(Err(error)) if is_an_answer(&error) => {
                reach.is_asking.store(false, Ordering::Release);
                reach.is_there();
                return;
            }
            Ok(Err(error)) => reach.failed(quiet_since, &error.to_string()),
            Err(_) => {}
        }
        drop(reach);
        sleep(backoff.pause()).await;
    }
}

/// Whether a server that is there refused: it has no room (53300), or does not let this login in. Class 57 says that it
/// shuts down or only starts.
fn is_an_answer(error: &sqlx::Error) -> bool {
    let answer = error.as_database_error();
    answer.is_some_and(|answer| !answer.code().is_some_and(|code| code.starts_with("57P")))
}
