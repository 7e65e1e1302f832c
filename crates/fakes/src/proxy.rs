//! A network that fails on demand.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};

/// Stands between a client and a server.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    upstream: String,
    serving: Mutex<Option<AbortHandle>>,
    wires: Arc<Wires>,
}

/// What the connections share with the proxy.
#[derive(Debug, Default)]
struct Wires {
    open: AtomicUsize,
    freeze: Notify,
    swallows: AtomicBool,
}

impl FaultProxy {
    /// Passes on to `upstream`, as `host:port`.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let proxy = Self {
            address: listener.local_addr().expect("bound"),
            upstream: upstream.to_owned(),
            serving: Mutex::default(),
            wires: Arc::default(),
        };
        proxy.serve(listener);
        proxy
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many clients are connected.
    pub fn connections(&self) -> usize {
        self.wires.open.load(Ordering::Acquire)
    }

    /// From now on nothing passes on the connections that stand, and neither side learns it, as when a
    /// firewall forgets them. New ones are served.
    pub fn freeze(&self) {
        self.wires.freeze.notify_waiters();
    }

    /// Freezes the connections that stand, and takes new ones without ever saying anything on them.
    pub fn swallow(&self) {
        self.wires.swallows.store(true, Ordering::Release);
        self.freeze();
    }

    /// New connections lead to the server again.
    pub fn pass_again(&self) {
        self.wires.swallows.store(false, Ordering::Release);
    }

    /// Closes every connection and refuses new ones, as a dead server does.
    ///
    /// # Panics
    /// If another test thread panicked here.
    pub fn cut(&self) {
        if let Some(serving) = self.serving.lock().expect("nobody panicked").take() {
            serving.abort();
        }
    }

    /// Takes connections again, at the same address.
    ///
    /// # Panics
    /// If another process took the port meanwhile.
    pub async fn restore(&self) {
        let mut tries = 0;
        let listener = loop {
            // The aborted task may still be letting go of the old one.
            match TcpListener::bind(self.address).await {
                Ok(listener) => break listener,
                Err(error) if tries == 200 => panic!("{}: {error}", self.address),
                Err(_) => tries += 1,
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        };
        self.serve(listener);
    }

    fn serve(&self, listener: TcpListener) {
        let (upstream, wires) = (
            Arc::<str>::from(self.upstream.as_str()),
            Arc::clone(&self.wires),
        );
        // Connections end with this task, because the set that holds them does.
        let serving = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                connections.spawn(pass(client, Arc::clone(&upstream), Wire::open(&wires)));
            }
        });
        *self.serving.lock().expect("nobody panicked") = Some(serving.abort_handle());
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.cut();
    }
}

/// Counts one connection for as long as it lives, however it ends.
struct Wire(Arc<Wires>);

impl Wire {
    fn open(wires: &Arc<Wires>) -> Self {
        wires.open.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(wires))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::AcqRel);
    }
}

async fn pass(mut client: TcpStream, upstream: Arc<str>, wire: Wire) {
    let frozen = wire.0.freeze.notified();
    if wire.0.swallows.load(Ordering::Acquire) {
        return std::future::pending().await;
    }
    let Ok(mut server) = TcpStream::connect(&*upstream).await else {
        return;
    };
    tokio::select! {
        // Its error is the connection's end.
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
        // Both sockets stay open until the proxy is cut.
        () = frozen => std::future::pending().await,
    }
}
