//! One connection for cache and limits, and the generation that makes outages safe.
//!
//! While Redis was unavailable, writes may not have reached it; and it may come back with an older state, or as
//! another server. So a new connection serves only after it has replaced the generation that every cached answer has:
//! no process finds an older answer any more. A write that cannot be reported drops the connection, so that the next
//! one does this after it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_domain::{Backoff, Random};
use redis::RedisError;
use redis::aio::MultiplexedConnection;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::outage::REDIS;
use crate::pool::Connections;

/// No answer is waited for longer: the database has answered by then.
pub(crate) const PATIENCE: Duration = Duration::from_millis(200);
/// A new connection and its first command take no longer.
const CONNECT_PATIENCE: Duration = Duration::from_millis(400);
/// An attempt that failed faster was refused; trying again costs next to nothing.
const REFUSED_WITHIN: Duration = Duration::from_millis(20);
/// How often the task tries while no caller needs the connection.
const FIRST_RETRY: Duration = Duration::from_millis(50);
const LONGEST_RETRY: Duration = Duration::from_secs(2);
/// The generation of an unused installation expires; a lost one costs a cold cache.
const GENERATION_LIFE_S: u64 = 7 * 86_400;

/// A connection that serves.
#[derive(Clone)]
pub(crate) struct Live {
    pub(crate) connection: MultiplexedConnection,
    id: Uuid,
}

#[derive(Default)]
struct State {
    live: Option<Live>,
    /// Writes that never reached Redis.
    missed: u64,
    /// The last attempt timed out: only the task waits for another one.
    is_silent: bool,
}

/// The way to Redis.
pub(crate) struct Link {
    connections: Connections,
    generation_key: String,
    random: Random,
    state: Mutex<State>,
    connecting: tokio::sync::Mutex<()>,
    down: Notify,
}

impl Link {
    pub(crate) fn new(connections: Connections, generation_key: String, random: Random) -> Self {
        Self {
            connections,
            generation_key,
            random,
            state: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
            down: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection, if there is one. Readers never wait for one: the database is as near.
    pub(crate) fn live(&self) -> Option<Live> {
        self.state().live.clone()
    }

    /// The connection; if there is none, waits for one attempt, unless the last one showed that it would take long.
    /// For writers: their reports should not wait for the task.
    pub(crate) async fn live_or_connect(&self) -> Option<Live> {
        {
            let state = self.state();
            if state.live.is_some() || state.is_silent {
                return state.live.clone();
            }
        }
        self.connect().await
    }

    /// This connection fails.
    pub(crate) fn lost(&self, live: &Live, error: &RedisError) {
        let mut state = self.state();
        if state.live.as_ref().is_some_and(|now| now.id == live.id) {
            REDIS.failed(error);
            state.live = None;
            self.down.notify_one();
        }
    }

    /// A write did not reach Redis. The current connection may have replaced the generation before that write, so it
    /// is dropped.
    pub(crate) fn missed(&self) {
        let mut state = self.state();
        state.missed += 1;
        state.live = None;
        self.down.notify_one();
    }

    /// One attempt at a time; who comes meanwhile gets its result.
    async fn connect(&self) -> Option<Live> {
        let _turn = self.connecting.lock().await;
        let missed = {
            let state = self.state();
            if state.live.is_some() {
                return state.live.clone();
            }
            state.missed
        };
        let began = Instant::now();
        let opened = timeout(CONNECT_PATIENCE, self.open()).await;
        let mut state = self.state();
        match opened {
            // Not if a write was missed meanwhile: the generation may have been replaced before it.
            Ok(Ok(live)) if state.missed == missed => {
                REDIS.worked();
                state.live = Some(live);
                state.is_silent = false;
            }
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                REDIS.failed(&error);
                state.is_silent = began.elapsed() >= REFUSED_WITHIN;
            }
            Err(_) => {
                REDIS.failed(&"no answer in time");
                state.is_silent = true;
            }
        }
        state.live.clone()
    }

    async fn open(&self) -> Result<Live, RedisError> {
        let mut connection = self.connections.open(PATIENCE).await?;
        let id = self.random.uuid();
        redis::cmd("SET")
            .arg(&self.generation_key)
            .arg(id.simple().to_string())
            .arg("EX")
            .arg(GENERATION_LIFE_S)
            .exec_async(&mut connection)
            .await?;
        Ok(Live { connection, id })
    }

    /// Connects whenever there is no connection, until the stop signal.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let keep_up = async {
            loop {
                let mut backoff = Backoff::new(FIRST_RETRY, LONGEST_RETRY);
                while self.live().is_none() && self.connect().await.is_none() {
                    tokio::time::sleep(backoff.pause()).await;
                }
                self.down.notified().await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = keep_up => {}
        }
    }
}
