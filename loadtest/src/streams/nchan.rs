//! nginx with Nchan from Debian's packages: the same number of subscribers, and its publisher endpoint.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use http::Method;
use reqwest::Client;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::audience::Audience;
use super::others::Others;
use super::sent::Sender;
use super::venue::{Source, Venue};
use crate::cli::StreamsOptions;
use crate::clock::{now_us, unique};
use crate::cluster::Stage;
use crate::report::pss_kib;

const NGINX: &str = "/usr/sbin/nginx";
const MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";
const START_WITHIN: Duration = Duration::from_secs(10);

/// A private nginx; it ends when this is dropped.
pub(super) struct Nchan {
    nginx: Child,
    address: SocketAddr,
    publisher: Publisher,
    before_kib: u64,
}

impl Nchan {
    /// Starts it; nothing if it is not installed.
    pub(super) async fn start(stage: &Stage) -> anyhow::Result<Option<Self>> {
        if !Path::new(NGINX).is_file() || !Path::new(MODULE).is_file() {
            return Ok(None);
        }
        let address = free_address().await?;
        let folder = stage.work.join("nchan").canonicalize().or_else(|_| {
            let folder = stage.work.join("nchan");
            std::fs::create_dir_all(&folder)?;
            folder.canonicalize()
        })?;
        std::fs::write(folder.join("nginx.conf"), configuration(address, &folder))?;
        let nginx = Command::new(NGINX)
            .args(["-c", "nginx.conf", "-e", "error.log", "-p"])
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start nginx")?;
        let mut nchan = Self {
            nginx,
            address,
            publisher: Publisher {
                client: Client::builder().no_proxy().tcp_nodelay(true).build()?,
                address,
            },
            before_kib: 0,
        };
        let begun = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            let log = folder.join("error.log");
            ensure!(
                begun.elapsed() < START_WITHIN,
                "nginx did not start: see {}",
                log.display()
            );
            sleep(Duration::from_millis(20)).await;
        }
        for user in 0..1_000 {
            let warm = nchan
                .publisher
                .publish(&format!("warm-{user}"), unique())
                .await;
            ensure!(warm.is_ok(), "Nchan takes no message: {warm:?}");
        }
        nchan.before_kib = nchan.memory_kib()?;
        Ok(Some(nchan))
    }

    /// The process that was started, and its worker.
    fn pids(&self) -> Vec<u32> {
        let master = self.nginx.id();
        let children = std::fs::read_to_string(format!("/proc/{master}/task/{master}/children"));
        let children = children.unwrap_or_default();
        let children = children
            .split_whitespace()
            .filter_map(|pid| pid.parse().ok());
        std::iter::once(master).chain(children).collect()
    }
}

impl Drop for Nchan {
    fn drop(&mut self) {
        // Not SIGKILL, which would leave its worker behind.
        let kill = format!("kill -TERM {}", self.nginx.id());
        let _ = Command::new("sh").args(["-c", &kill]).status();
        let _ = self.nginx.wait();
    }
}

async fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    Ok(listener.local_addr()?)
}

fn configuration(address: SocketAddr, folder: &Path) -> String {
    let folder = folder.display();
    let user = match rustix::process::geteuid().is_root() {
        true => "user root;",
        false => "",
    };
    format!(
        "load_module {MODULE};
{user}
daemon off;
worker_processes 1;
worker_rlimit_nofile 200000;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 200000; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000000;
    nchan_shared_memory_size 512M;
    nchan_message_timeout 2m;
    nchan_message_buffer_length 100;
    server {{
        listen {address} backlog=4096;
        location ~ ^/sub/([^/]+)$ {{
            nchan_subscriber eventsource;
            nchan_channel_id $1 all;
            nchan_subscriber_first_message newest;
        }}
        location ~ ^/pub/([^/]+)$ {{
            nchan_publisher;
            nchan_channel_id $1;
        }}
    }}
}}
"
    )
}

struct Subscribers;

impl Source for Subscribers {
    fn request(&self, user: u32, last_event_id: Option<&str>) -> String {
        let last = last_event_id.map(|id| format!("Last-Event-ID: {id}\r\n"));
        format!(
            "GET /sub/user-{user} HTTP/1.1\r\nHost: loadtest\r\nAccept: text/event-stream\r\n{}\r\n",
            last.unwrap_or_default()
        )
    }

    fn greeting(&self) -> Option<&'static str> {
        None
    }
}

/// Calls the publisher endpoint.
#[derive(Clone)]
pub(super) struct Publisher {
    client: Client,
    address: SocketAddr,
}

impl Publisher {
    async fn publish(&self, channel: &str, id: Uuid) -> Result<Uuid, String> {
        let url = format!("http://{}/pub/{channel}", self.address);
        let post = self.client.request(Method::POST, url).body(id.to_string());
        let answer = post.send().await.map_err(|_| "no answer".to_owned())?;
        match answer.status().is_success() {
            true => Ok(id),
            false => Err(answer.status().as_str().to_owned()),
        }
    }
}

impl Sender for Publisher {
    async fn send(&self, _number: u64, user: u32) -> Result<Uuid, String> {
        self.publish(&format!("user-{user}"), unique()).await
    }
}

impl Venue for Nchan {
    const NAME: &'static str = "nginx with Nchan";
    type Sender = Publisher;

    fn address(&self) -> watch::Receiver<SocketAddr> {
        watch::Sender::new(self.address).subscribe()
    }

    fn source(&self) -> Box<dyn Source> {
        Box::new(Subscribers)
    }

    fn sender(&self) -> Publisher {
        self.publisher.clone()
    }

    fn memory_kib(&self) -> anyhow::Result<u64> {
        self.pids().into_iter().map(pss_kib).sum()
    }

    fn memory_before_kib(&self) -> u64 {
        self.before_kib
    }

    async fn disturb(&mut self, _: &StreamsOptions, _: &Audience) -> anyhow::Result<()> {
        Ok(())
    }

    async fn send_to_all(&self) -> anyhow::Result<u64> {
        let sent = self.publisher.publish("all", unique()).await;
        ensure!(sent.is_ok(), "Nchan takes no message: {sent:?}");
        Ok(now_us())
    }

    /// It has no other calls.
    async fn others(&self) -> anyhow::Result<Option<Others>> {
        Ok(None)
    }
}
