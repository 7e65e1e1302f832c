//! A connection that is made again for as long as it takes.
//!
//! lapin's own recovery is off: it does not bring back a channel that the broker closed, so a
//! supervisor is needed anyway, and two of them would race.
//!
//! Many tasks need channels of one connection: one reconnects for all of them, with shared pauses. So a broker that
//! is unavailable, or rejects the password, is tried a few times a minute and logged once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use campanile_domain::Backoff;
use campanile_telemetry::Outage;
use futures_util::StreamExt;
use lapin::{Channel, Connection, ConnectionProperties, Event};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::{RabbitSettings, topology};

/// Connecting is not waited for longer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest pause between two tries.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(10);
pub(crate) const BACKOFF: Backoff = Backoff::new(Duration::from_millis(100), LONGEST_PAUSE);

/// The connection, and when there may be another try.
struct Slot {
    connection: Option<Arc<Connection>>,
    not_before: Option<Instant>,
    backoff: Backoff,
}

/// One supervised connection.
pub(crate) struct Link {
    pub(crate) settings: RabbitSettings,
    purpose: &'static str,
    /// Of the broker, which other links may lead to as well.
    pub(crate) outage: Arc<Outage>,
    /// Held while one tries.
    slot: Mutex<Slot>,
    /// Every channel, until the connection ends. One that is dropped is closed, and that would hand
    /// back what came through it and is still in hand.
    channels: std::sync::Mutex<Vec<Channel>>,
    blocked: Arc<AtomicBool>,
    up: AtomicBool,
    pub(crate) stop: CancellationToken,
}

impl Link {
    pub(crate) fn new(
        settings: RabbitSettings,
        purpose: &'static str,
        outage: Arc<Outage>,
        stop: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self {
            settings,
            purpose,
            outage,
            slot: Mutex::new(Slot {
                connection: None,
                not_before: None,
                backoff: BACKOFF,
            }),
            channels: std::sync::Mutex::default(),
            blocked: Arc::default(),
            up: AtomicBool::new(false),
            stop,
        })
    }

    /// Whether the last attempt to open a channel succeeded and the connection still stands.
    pub(crate) fn is_up(&self) -> bool {
        // Who only waits for requests has not noticed yet that the connection is gone.
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        self.up.load(Ordering::Acquire)
            && channels.iter().any(|channel| channel.status().connected())
    }

    /// Whether the broker blocks publishers (a memory or disk alarm).
    pub(crate) fn is_blocked(&self) -> bool {
        self.blocked.load(Ordering::Acquire)
    }

    /// The channel opened last has failed.
    pub(crate) fn lost(&self) {
        self.up.store(false, Ordering::Release);
    }

    /// A fresh channel, however long it takes; `None` on the stop signal.
    pub(crate) async fn channel(&self) -> Option<Channel> {
        loop {
            let opened = tokio::select! {
                () = self.stop.cancelled() => return None,
                opened = self.open() => opened,
            };
            let not_before = match opened {
                Ok(channel) => {
                    self.keep(&channel);
                    self.up.store(true, Ordering::Release);
                    self.outage.worked();
                    return Some(channel);
                }
                Err(not_before) => not_before,
            };
            self.lost();
            tokio::select! {
                () = self.stop.cancelled() => return None,
                () = sleep_until(not_before) => {}
            }
        }
    }

    /// A channel, or when to try again.
    async fn open(&self) -> Result<Channel, Instant> {
        let mut slot = self.slot.lock().await;
        if let Some(at) = slot.not_before.filter(|at| Instant::now() < *at) {
            return Err(at);
        }
        let complaint = match timeout(PATIENCE, self.declared(&mut slot.connection)).await {
            Ok(Ok(channel)) => {
                slot.not_before = None;
                slot.backoff.reset();
                return Ok(channel);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        self.outage.failed(&complaint);
        // The next try starts from nothing.
        slot.connection = None;
        // Many processes that lost one broker must not come back at the same moment.
        let share = f64::from(std::process::id() % 64) / 256.0;
        let pause = slot.backoff.pause();
        let not_before = Instant::now() + pause + pause.mul_f64(share);
        slot.not_before = Some(not_before);
        Err(not_before)
    }

    fn keep(&self, channel: &Channel) {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.retain(|channel| channel.status().connected());
        channels.push(channel.clone());
    }

    /// Declares with every channel: a queue that was deleted is created again with the next one.
    async fn declared(&self, slot: &mut Option<Arc<Connection>>) -> lapin::Result<Channel> {
        let connection = match slot {
            Some(connection) if connection.status().connected() => Arc::clone(connection),
            _ => Arc::clone(slot.insert(Arc::new(self.connect().await?))),
        };
        let channel = connection.create_channel().await?;
        topology::declare(&channel, &self.settings).await?;
        Ok(channel)
    }

    async fn connect(&self) -> lapin::Result<Connection> {
        let properties = ConnectionProperties::default()
            .with_connection_name(format!("campanile {}", self.purpose).into());
        let connection = Connection::connect_uri(self.settings.uri()?, properties).await?;
        self.blocked.store(false, Ordering::Release);
        let (mut events, blocked) = (connection.events_listener(), Arc::clone(&self.blocked));
        let outage = Arc::clone(&self.outage);
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                match event {
                    Event::ConnectionBlocked(reason) => {
                        outage.failed(&format_args!("RabbitMQ blocks publishers: {reason}"));
                        blocked.store(true, Ordering::Release);
                    }
                    Event::ConnectionUnblocked => {
                        blocked.store(false, Ordering::Release);
                        outage.worked();
                    }
                    _ => {}
                }
            }
        });
        Ok(connection)
    }

    /// Closes what stands; the broker gives unacknowledged messages to others.
    pub(crate) async fn close(&self) {
        self.stop.cancel();
        self.lost();
        let connection = self.slot.lock().await.connection.take();
        if let Some(connection) = connection {
            let _ = timeout(PATIENCE, connection.close(200, "bye".into())).await;
        }
    }
}
