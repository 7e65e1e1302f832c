//! The way of the service to a server, which can be cut.

use std::net::Ipv4Addr;

use anyhow::{Context, ensure};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use url::Url;

/// Passes connections on. Dropped, it ends them.
pub(crate) struct Line {
    url: String,
    is_cut: watch::Sender<bool>,
    _accepting: JoinSet<()>,
}

impl Line {
    /// A line to the server of a URL.
    pub(crate) async fn to(url: &str, default_port: u16) -> anyhow::Result<Self> {
        let mut url = Url::parse(url)?;
        let host = url.host_str().context("no host")?.to_owned();
        let far = (host, url.port().unwrap_or(default_port));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let near = listener.local_addr()?;
        let is_set = url.set_host(Some(&near.ip().to_string())).is_ok()
            && url.set_port(Some(near.port())).is_ok();
        ensure!(is_set, "a URL without a host");
        let is_cut = watch::Sender::new(false);
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, far, is_cut.subscribe()));
        Ok(Self {
            url: url.into(),
            is_cut,
            _accepting: accepting,
        })
    }

    /// The URL of its near end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Ends all connections and lets none through until [`Line::restore`].
    pub(crate) fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    /// Lets connections through again.
    pub(crate) fn restore(&self) {
        self.is_cut.send_replace(false);
    }
}

async fn accept(listener: TcpListener, far: (String, u16), is_cut: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((near, _)) = listener.accept().await else {
            continue;
        };
        while connections.try_join_next().is_some() {}
        // Closed at once, as by a server that is gone.
        if !*is_cut.borrow() {
            connections.spawn(pass_on(near, far.clone(), is_cut.clone()));
        }
    }
}

async fn pass_on(mut near: TcpStream, far: (String, u16), mut is_cut: watch::Receiver<bool>) {
    let passing = async {
        let mut far = TcpStream::connect(far).await?;
        far.set_nodelay(true)?;
        near.set_nodelay(true)?;
        copy_bidirectional(&mut near, &mut far).await
    };
    tokio::select! {
        _ = passing => {}
        _ = is_cut.wait_for(|is_cut| *is_cut) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn echo(address: SocketAddr) -> std::io::Result<u8> {
        let mut tcp = TcpStream::connect(address).await?;
        tcp.write_u8(7).await?;
        tcp.read_u8().await
    }

    #[tokio::test]
    async fn a_cut_line_ends_connections_until_it_is_restored() {
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("redis://{}/3", server.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut tcp, _)) = server.accept().await {
                tokio::spawn(async move {
                    let byte = tcp.read_u8().await.unwrap();
                    tcp.write_u8(byte).await.unwrap();
                    let _ = tcp.read_u8().await;
                });
            }
        });
        let line = Line::to(&url, 6379).await.unwrap();
        let near = Url::parse(line.url()).unwrap();
        assert_eq!(near.path(), "/3");
        let near = near.socket_addrs(|| None).unwrap()[0];
        assert_eq!(echo(near).await.unwrap(), 7);
        let mut open = TcpStream::connect(near).await.unwrap();
        open.write_u8(7).await.unwrap();
        assert_eq!(open.read_u8().await.unwrap(), 7);
        line.cut();
        let ended = tokio::time::timeout(Duration::from_secs(20), open.read_u8());
        assert!(ended.await.expect("it ends").is_err());
        assert!(echo(near).await.is_err());
        line.restore();
        assert_eq!(echo(near).await.unwrap(), 7);
    }
}
