//! A network that fails when it is told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

/// Stands between a client and a server.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    upstream: String,
    serving: Mutex<Option<AbortHandle>>,
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
        };
        proxy.serve(listener);
        proxy
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
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
    /// If somebody else took the port meanwhile.
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
        let upstream: Arc<str> = self.upstream.as_str().into();
        // Connections end with this task, because the set that holds them does.
        let serving = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                connections.spawn(pass(client, Arc::clone(&upstream)));
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

async fn pass(mut client: TcpStream, upstream: Arc<str>) {
    if let Ok(mut server) = TcpStream::connect(&*upstream).await {
        // Its error is the connection's end.
        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
    }
}
