//! A connection that is made again for as long as it takes.
//!
//! lapin's own recovery is off: it does not bring back a channel that the broker closed, so a
//! supervisor is needed anyway, and two of them would race.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use lapin::{Channel, Connection, ConnectionProperties, Event};
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{RabbitSettings, topology};

/// No step of connecting is waited for longer.
const PATIENCE: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// One supervised connection.
pub(crate) struct Link {
    pub(crate) settings: RabbitSettings,
    purpose: &'static str,
    connection: Mutex<Option<Arc<Connection>>>,
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
        stop: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self {
            settings,
            purpose,
            connection: Mutex::new(None),
            channels: std::sync::Mutex::default(),
            blocked: Arc::default(),
            up: AtomicBool::new(false),
            stop,
        })
    }

    /// Whether the last attempt to open a channel succeeded and the connection still stands.
    pub(crate) fn is_up(&self) -> bool {
        self.up.load(Ordering::Acquire)
    }

    /// Whether the broker blocks publishers (a memory or disk alarm).
    pub(crate) fn is_blocked(&self) -> bool {
        self.blocked.load(Ordering::Acquire)
    }

    /// The channel opened last has failed.
    pub(crate) fn lost(&self) {
        self.up.store(false, Ordering::Release);
    }

    /// A fresh channel, however long it takes; `None` when told to stop.
    pub(crate) async fn channel(&self) -> Option<Channel> {
        let mut pause = FIRST_PAUSE;
        loop {
            let opened = tokio::select! {
                () = self.stop.cancelled() => return None,
                opened = timeout(PATIENCE, self.open()) => opened,
            };
            let complaint = match opened {
                Ok(Ok(channel)) => {
                    self.keep(&channel);
                    self.up.store(true, Ordering::Release);
                    return Some(channel);
                }
                Ok(Err(error)) => error.to_string(),
                Err(_) => "no answer in time".to_owned(),
            };
            self.lost();
            // The next try starts from nothing.
            self.connection.lock().await.take();
            tracing::warn!(
                connection = self.purpose,
                error = complaint,
                "broker not reachable"
            );
            let jitter = Duration::from_millis(u64::from(std::process::id() % 50));
            tokio::select! {
                () = self.stop.cancelled() => return None,
                () = tokio::time::sleep(pause + jitter) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn keep(&self, channel: &Channel) {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.retain(|channel| channel.status().connected());
        channels.push(channel.clone());
    }

    /// Declares with every channel: a queue that somebody removed comes back with the next one.
    async fn open(&self) -> lapin::Result<Channel> {
        let connection = {
            let mut slot = self.connection.lock().await;
            match &*slot {
                Some(connection) if connection.status().connected() => Arc::clone(connection),
                _ => Arc::clone(slot.insert(Arc::new(self.connect().await?))),
            }
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
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                match event {
                    Event::ConnectionBlocked(reason) => {
                        tracing::warn!(reason, "the broker blocks publishers");
                        blocked.store(true, Ordering::Release);
                    }
                    Event::ConnectionUnblocked => blocked.store(false, Ordering::Release),
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
        if let Some(connection) = self.connection.lock().await.take() {
            let _ = timeout(PATIENCE, connection.close(200, "bye".into())).await;
        }
    }
}
