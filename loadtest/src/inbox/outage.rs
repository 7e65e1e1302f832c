//! A network between the service and Redis that can be cut.

use anyhow::{Context, ensure};
use campanile_fakes::proxy::FaultProxy;
use url::Url;

/// Passes on, unless it is cut; ends when it is dropped.
pub(super) struct Wire {
    proxy: FaultProxy,
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
        let proxy = FaultProxy::start(&format!("{host}:{}", url.port().unwrap_or(6379))).await;
        ensure!(
            url.set_host(Some("127.0.0.1")).is_ok()
                && url.set_port(Some(proxy.address().port())).is_ok(),
            "--redis-url: another address cannot be put into it"
        );
        let url = url.into();
        Ok(Self { proxy, url })
    }

    /// Where clients connect.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Closes every connection and refuses new ones, or takes them again.
    pub(super) async fn cut(&self, is_cut: bool) {
        if is_cut {
            self.proxy.cut();
        } else {
            self.proxy.restore().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

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
        wire.cut(true).await;
        assert!(!matches!(open.read(&mut back).await, Ok(1..)));
        assert!(!echoes(&wire).await);
        wire.cut(false).await;
        assert!(echoes(&wire).await);
    }

    #[tokio::test]
    async fn a_wire_that_would_break_a_certificate_is_refused() {
        assert!(Wire::to("rediss://127.0.0.1:6379").await.is_err());
    }
}
