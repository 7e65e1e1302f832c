//! TLS in front of a Postgres server, whether the server itself has been given a certificate or not.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// What a client sends that wants TLS: its length, and the code 80877103 (Postgres' manual, "Message Formats").
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// Speaks TLS with clients, and passes on what they say.
#[derive(Debug)]
pub struct TlsFront {
    address: SocketAddr,
    /// Connections end with it.
    _serving: JoinSet<()>,
}

impl TlsFront {
    /// In front of `upstream`, as `host:port`.
    ///
    /// # Panics
    /// Without a free port.
    pub async fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (upstream, (acceptor, _)) =
            (Arc::<str>::from(upstream), campanile_fakes::tls::acceptor());
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(serve(client, acceptor.clone(), Arc::clone(&upstream)));
            }
        });
        Self {
            address,
            _serving: serving,
        }
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// A client that does not ask for TLS is hung up on.
async fn serve(mut client: TcpStream, acceptor: TlsAcceptor, upstream: Arc<str>) {
    let mut asked = [0; SSL_REQUEST.len()];
    if client.read_exact(&mut asked).await.is_err() || asked != SSL_REQUEST {
        return;
    }
    if client.write_all(b"S").await.is_err() {
        return;
    }
    let (Ok(mut client), Ok(mut server)) = (
        acceptor.accept(client).await,
        TcpStream::connect(&*upstream).await,
    ) else {
        return;
    };
    // Its error is the connection's end.
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
