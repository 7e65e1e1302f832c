//! The front: what `intake` and `delivery` talk to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use campanile_cache::{Bus, BusHealth, Wake};
use campanile_domain::Random;
use tokio::sync::{Notify, broadcast};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::RedisBusError;
use crate::pool::Connections;
use crate::publisher::Publisher;
use crate::subscriber::Subscriber;
use crate::wire;

/// Wakes that a listener may lag behind by before it gets "more than once".
const LAG: usize = 16;

/// Health reports wait no longer: who asks for them has little patience.
const HEALTH_PATIENCE: Duration = Duration::from_millis(500);

/// Wakes over Redis: at once within the process, and by one `PUBLISH` for many calls to the others.
pub struct RedisBus {
    connections: Arc<Connections>,
    local: broadcast::Sender<Wake>,
    asked: Arc<Notify>,
    /// Which wakes were asked for, a bit each.
    wanted: Arc<AtomicU8>,
    commands: Arc<AtomicU64>,
    _stop: DropGuard,
}

impl RedisBus {
    /// Starts to connect, and returns at once; dropping it stops everything.
    ///
    /// Processes receive each other's wakes if their `namespace` is the same. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// [`RedisBusError`] for an address that is none.
    pub fn start(url: &str, namespace: &str, random: Random) -> Result<Self, RedisBusError> {
        let connections = Arc::new(Connections::prepare(url)?);
        let stop = CancellationToken::new();
        let (local, _) = broadcast::channel(LAG);
        let (asked, commands) = (Arc::new(Notify::new()), Arc::new(AtomicU64::new(0)));
        let wanted = Arc::new(AtomicU8::new(0));
        let (channel, ourselves) = (wire::channel(namespace), random.uuid());
        let publisher = Publisher {
            connections: Arc::clone(&connections),
            channel: channel.clone(),
            sender: ourselves,
            asked: Arc::clone(&asked),
            wanted: Arc::clone(&wanted),
            commands: Arc::clone(&commands),
            stop: stop.clone(),
        };
        let subscriber = Subscriber {
            connections: Arc::clone(&connections),
            channel,
            ourselves,
            random,
            local: local.clone(),
            stop: stop.clone(),
        };
        tokio::spawn(publisher.run());
        tokio::spawn(subscriber.run());
        Ok(Self {
            connections,
            local,
            asked,
            wanted,
            commands,
            _stop: stop.drop_guard(),
        })
    }

    /// How many publish commands were sent, so that the effect of merging can be measured.
    pub fn commands_sent(&self) -> u64 {
        self.commands.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Bus for RedisBus {
    fn wake(&self, wake: Wake) {
        // It is no error if there are no listeners: they poll.
        let _ = self.local.send(wake);
        self.wanted.fetch_or(bit(wake), Ordering::Release);
        self.asked.notify_one();
    }

    fn listen(&self) -> broadcast::Receiver<Wake> {
        self.local.subscribe()
    }

    async fn health(&self) -> BusHealth {
        let asked = Instant::now();
        let answer = async {
            let mut connection = self.connections.take().await?;
            let ping = redis::cmd("PING").exec_async(&mut connection).await;
            ping.map_err(|error| error.to_string())
        };
        let answer = timeout(HEALTH_PATIENCE, answer).await;
        match answer.unwrap_or_else(|_| Err("no answer in time".to_owned())) {
            Ok(()) => BusHealth {
                up: true,
                detail: format!("Redis answers in {:.1?}", asked.elapsed()),
            },
            Err(error) => BusHealth {
                up: false,
                detail: format!("Redis cannot be reached ({error}); relays poll"),
            },
        }
    }
}

/// The bit that stands for a wake.
pub(crate) const fn bit(wake: Wake) -> u8 {
    match wake {
        Wake::Outbox => 1,
        Wake::Templates => 2,
        Wake::Access => 4,
    }
}
