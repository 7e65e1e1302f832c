//! A server that sends without end.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, sink};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(120);

/// What was taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flooded {
    /// How many peers have come.
    pub came: usize,
    /// How many of them have hung up.
    pub left: usize,
    /// How many bytes their side took, what sockets hold included.
    pub bytes: usize,
}

/// Listens on a free port until it is dropped.
pub struct FloodServer {
    address: SocketAddr,
    flooded: watch::Sender<Flooded>,
    /// Dropped, it ends the listener and every connection.
    _serving: JoinSet<()>,
}

impl FloodServer {
    /// Answers the first bytes of each peer with `first` and then with `again` for ever.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start(first: impl Into<Vec<u8>>, again: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let flooded = watch::Sender::default();
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, first.into(), again.into(), flooded.clone()));
        Self {
            address,
            flooded,
            _serving: serving,
        }
    }

    /// `http://host:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until a peer has come and all have hung up.
    ///
    /// # Panics
    /// If they do not.
    pub async fn wait_until_left(&self) -> Flooded {
        let mut flooded = self.flooded.subscribe();
        let left = flooded.wait_for(|flooded| flooded.came > 0 && flooded.came == flooded.left);
        let Ok(left) = tokio::time::timeout(PATIENCE, left).await else {
            panic!("somebody stays: {:?}", self.flooded.borrow());
        };
        *left.expect("the sender is ours")
    }
}

async fn serve(
    listener: TcpListener,
    first: Vec<u8>,
    again: Vec<u8>,
    flooded: watch::Sender<Flooded>,
) {
    let mut connections = JoinSet::new();
    while let Ok((peer, _)) = listener.accept().await {
        flooded.send_modify(|flooded| flooded.came += 1);
        let (first, again, flooded) = (first.clone(), again.clone(), flooded.clone());
        connections.spawn(async move {
            flood(peer, &first, &again, &flooded).await;
            flooded.send_modify(|flooded| flooded.left += 1);
        });
    }
}

/// Until the peer hangs up.
async fn flood(peer: TcpStream, first: &[u8], again: &[u8], flooded: &watch::Sender<Flooded>) {
    let (mut from, mut to) = peer.into_split();
    let mut begun = [0; 1];
    if from.read_exact(&mut begun).await.is_err() || to.write_all(first).await.is_err() {
        return;
    }
    // What else it says is let go by, so that its end is no reset.
    let reading = tokio::spawn(async move { tokio::io::copy(&mut from, &mut sink()).await });
    while to.write_all(again).await.is_ok() {
        flooded.send_modify(|flooded| flooded.bytes += again.len());
    }
    reading.abort();
}
