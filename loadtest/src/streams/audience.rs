//! Users who listen, each through a stream that is opened again when it ends.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::frames::{Event, Frames};
use super::received::{Received, identified};
use super::venue::{Source, Venue};

/// Connections that are being made at once.
const CONNECTING: usize = 256;
/// A connection is made and answered within so long, or tried again.
const OPEN_WITHIN: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);
/// Of one source address, which has 28,000 ports as a rule.
const STREAMS_PER_ADDRESS: u32 = 20_000;

/// All of them; dropped, their streams end.
pub(super) struct Audience {
    cuts: Vec<Arc<Notify>>,
    shared: Arc<Shared>,
    _listening: JoinSet<()>,
}

struct Shared {
    source: Box<dyn Source>,
    address: watch::Receiver<SocketAddr>,
    connecting: Semaphore,
    received: Received,
    /// Streams that ended though nobody cut them.
    ended: AtomicU64,
    refused: AtomicU64,
}

impl Audience {
    /// Opens a stream for each of so many users.
    pub(super) fn open(users: u32, venue: &impl Venue, received: Received) -> Self {
        let shared = Arc::new(Shared {
            source: venue.source(),
            address: venue.address(),
            connecting: Semaphore::new(CONNECTING),
            received,
            ended: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        });
        let (mut listening, mut cuts) = (JoinSet::new(), Vec::new());
        for user in 0..users {
            let cut = Arc::new(Notify::new());
            cuts.push(Arc::clone(&cut));
            listening.spawn(Arc::clone(&shared).listen(user, cut));
        }
        Self {
            cuts,
            shared,
            _listening: listening,
        }
    }

    /// Cuts one stream.
    pub(super) fn cut(&self, user: u32) {
        self.cuts[user as usize].notify_one();
    }

    /// Cuts all streams.
    pub(super) fn cut_all(&self) {
        self.cuts.iter().for_each(|cut| cut.notify_one());
    }

    /// How many streams ended though nobody cut them.
    pub(super) fn ended(&self) -> u64 {
        self.shared.ended.load(Ordering::Relaxed)
    }

    /// How often a stream could not be opened.
    pub(super) fn refused(&self) -> u64 {
        self.shared.refused.load(Ordering::Relaxed)
    }
}

impl Shared {
    /// Opens a stream, and again for as long as somebody listens.
    async fn listen(self: Arc<Self>, user: u32, cut: Arc<Notify>) {
        let mut last = None;
        loop {
            match self.connect(user, last.as_deref()).await {
                Ok((tcp, frames)) => {
                    tokio::select! {
                        _ = self.read(user, tcp, frames, &mut last) => {
                            self.ended.fetch_add(1, Ordering::Relaxed);
                        }
                        () = cut.notified() => {}
                    }
                }
                Err(_) => {
                    self.refused.fetch_add(1, Ordering::Relaxed);
                    sleep(PAUSE).await;
                }
            }
        }
    }

    /// Asks for the stream, and waits for its head.
    async fn connect(&self, user: u32, last: Option<&str>) -> anyhow::Result<(TcpStream, Frames)> {
        let connecting = async {
            let _place = self.connecting.acquire().await?;
            let address = *self.address.borrow();
            let socket = TcpSocket::new_v4()?;
            let source = u8::try_from(1 + user / STREAMS_PER_ADDRESS)?;
            // The first address is taken without asking. Binding looks for a port that is free for every address to come,
            // and among thousands in use the search costs more than the connection.
            if address.ip().is_loopback() && source > 1 {
                socket.bind((Ipv4Addr::new(127, 0, 0, source), 0).into())?;
            }
            let mut tcp = socket.connect(address).await?;
            tcp.set_nodelay(true)?;
            tcp.write_all(self.source.request(user, last).as_bytes())
                .await?;
            let mut frames = Frames::default();
            while !frames.is_open()? {
                if tcp.read_buf(frames.input()).await? == 0 {
                    bail!("closed");
                }
            }
            if self.source.greeting().is_none() {
                self.received.connected(user);
            }
            Ok((tcp, frames))
        };
        timeout(OPEN_WITHIN, connecting)
            .await
            .context("no answer in time")?
    }

    /// Takes events until there are no more.
    async fn read(
        &self,
        user: u32,
        mut tcp: TcpStream,
        mut frames: Frames,
        last: &mut Option<String>,
    ) -> anyhow::Result<()> {
        loop {
            while let Some(event) = frames.next()? {
                self.take(user, event, last);
            }
            if tcp.read_buf(frames.input()).await? == 0 {
                return Ok(());
            }
        }
    }

    fn take(&self, user: u32, event: Event, last: &mut Option<String>) {
        if self.source.greeting() == Some(event.name.as_str()) {
            self.received.connected(user);
            // Where to resume until a notification comes.
            if last.is_none() {
                *last = identified(&event.data, "cursor").map(|id| id.to_string());
            }
        }
        self.received.add(user, &event);
        if let Some(id) = event.id {
            *last = Some(id);
        }
    }
}
