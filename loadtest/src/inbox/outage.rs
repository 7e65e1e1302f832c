//! A wire between the service and Redis that can be cut.

use anyhow::{Context, ensure};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

/// Passes on, unless it is cut; ends when it is dropped.
pub(super) struct Wire {
    is_cut: watch::Sender<bool>,
    serving: JoinHandle<()>,
    url: String,
}

impl Wire {
    /// Stands between its clients and this server.
    pub(super) async fn to(redis_url: &str) -> anyhow::Result<Self> {
        let mut url = Url::parse(redis_url).context("--redis-url")?;
        ensure!(
            url.scheme() == "redis",
            "--redis-outages: only redis:// can be cut, for a certificate names its host"
        );
        let host = url.host_str().context("--redis-url: no host")?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let server = (host, url.port().unwrap_or(6379));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        ensure!(
            url.set_host(Some("127.0.0.1")).is_ok() && url.set_port(Some(port)).is_ok(),
            "--redis-url: another address cannot be put into it"
        );
        let (is_cut, cut) = watch::channel(false);
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // Closed at once, as a server's port is whose process has gone.
                if !*cut.borrow() {
                    tokio::spawn(pass(client, server.clone(), cut.clone()));
                }
            }
        });
        Ok(Self {
            is_cut,
            serving,
            url: url.into(),
        })
    }

    /// What clients are to be answered.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Closes every connection and takes no new ones, or takes them again.
    pub(super) fn cut(&self, is_cut: bool) {
        self.is_cut.send_replace(is_cut);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.is_cut.send_replace(true);
        self.serving.abort();
    }
}

async fn pass(mut client: TcpStream, server: (String, u16), mut cut: watch::Receiver<bool>) {
    let Ok(mut server) = TcpStream::connect(server).await else {
        return;
    };
    tokio::select! {
        // Its error is the connection's end.
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
        _ = cut.wait_for(|is_cut| *is_cut) => {}
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// One echo through the wire; whether it came back.
    async fn echoes(wire: &Wire) -> bool {
        let url = Url::parse(wire.url()).expect("a URL");
        let address = ("127.0.0.1", url.port().expect("a port"));
        let Ok(mut client) = TcpStream::connect(address).await else {
            return false;
        };
        let mut back = [0];
        client.write_all(b"x").await.is_ok() && client.read_exact(&mut back).await.is_ok()
    }

    #[tokio::test]
    async fn nothing_passes_while_it_is_cut_and_open_connections_end() {
        let server = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = server.local_addr().expect("bound").port();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = server.accept().await {
                tokio::spawn(async move {
                    let (mut input, mut output) = client.split();
                    let _ = tokio::io::copy(&mut input, &mut output).await;
                });
            }
        });
        let wire = Wire::to(&format!("redis://:secret@127.0.0.1:{port}/3"))
            .await
            .expect("a wire");
        assert!(wire.url().starts_with("redis://:secret@127.0.0.1:") && wire.url().ends_with("/3"));
        assert!(echoes(&wire).await);
        let url = Url::parse(wire.url()).expect("a URL");
        let address = ("127.0.0.1", url.port().expect("a port"));
        let mut open = TcpStream::connect(address).await.expect("connected");
        let mut back = [0];
        open.write_all(b"x").await.expect("written");
        open.read_exact(&mut back).await.expect("echoed");
        wire.cut(true);
        assert!(!matches!(open.read(&mut back).await, Ok(1..)));
        assert!(!echoes(&wire).await);
        wire.cut(false);
        assert!(echoes(&wire).await);
    }

    #[tokio::test]
    async fn a_wire_that_would_break_a_certificate_is_refused() {
        assert!(Wire::to("rediss://127.0.0.1:6379").await.is_err());
    }
}
