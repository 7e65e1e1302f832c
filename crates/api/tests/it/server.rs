//! The accept loop, over real sockets.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use campanile_api::{ServerLimits, serve};
use campanile_test_support::sockets::assert_nodelay_at;
use futures_util::stream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

pub struct Running {
    pub address: std::net::SocketAddr,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
    /// A request that is held, or that never ends, has begun.
    entered: Arc<Notify>,
    /// Lets the request that is held go on.
    go_on: Arc<Notify>,
    /// An answer without an end is no longer held.
    pub given_up: Arc<Notify>,
}

pub async fn start(limits: ServerLimits) -> Running {
    let router = Router::new().route("/", get(async || "hello")).route(
        "/slow",
        get(async || {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "done"
        }),
    );
    let entered = Arc::new(Notify::new());
    let stuck = {
        let entered = Arc::clone(&entered);
        move || {
            entered.notify_one();
            std::future::pending::<()>()
        }
    };
    let router = router.route("/stuck", get(stuck));
    let go_on = Arc::new(Notify::new());
    let held = {
        let (entered, go_on) = (Arc::clone(&entered), Arc::clone(&go_on));
        async move || {
            entered.notify_one();
            go_on.notified().await;
            "done"
        }
    };
    let router = router.route("/held", get(held));
    let given_up = Arc::new(Notify::new());
    let endless = {
        let given_up = Arc::clone(&given_up);
        move || {
            let guard = NotifyOnDrop(Arc::clone(&given_up));
            let part = Bytes::from_static(&[b'x'; 16 * 1024]);
            let parts = stream::repeat_with(move || {
                let _held = &guard;
                Ok::<_, Infallible>(part.clone())
            });
            std::future::ready(Body::from_stream(parts))
        }
    };
    let router = router.route("/endless", get(endless));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(serve(listener, router, shutdown.clone(), limits));
    Running {
        address,
        shutdown,
        task,
        entered,
        go_on,
        given_up,
    }
}

struct NotifyOnDrop(Arc<Notify>);

impl Drop for NotifyOnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

impl Running {
    pub async fn connect(&self, first: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(first.as_bytes()).await.unwrap();
        stream
    }

    /// Shuts down while a request is in progress, and lets it finish once the server accepts no more connections.
    async fn shut_down_over_a_request(&self) {
        self.entered.notified().await;
        self.shutdown.cancel();
        let closed = async {
            while TcpStream::connect(self.address).await.is_ok() {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(5), closed).await.unwrap();
        self.go_on.notify_one();
    }
}

/// Reads to the end; the connection must be closed within five seconds.
pub async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let read = timeout(Duration::from_secs(5), stream.read_to_end(&mut text));
    // A reset is an end too.
    let _ = read.await.expect("the server closes the connection");
    String::from_utf8_lossy(&text).into_owned()
}

fn quick() -> ServerLimits {
    ServerLimits {
        header_read_timeout: Duration::from_millis(100),
        drain_deadline: Duration::from_millis(600),
        ..ServerLimits::default()
    }
}

#[tokio::test]
async fn requests_are_answered() {
    let server = start(ServerLimits::default()).await;
    let request = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let answer = rest(server.connect(request).await).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with("hello"));
}

#[tokio::test]
async fn answers_leave_at_once() {
    let server = start(ServerLimits::default()).await;
    let _connected = server.connect("GET / HTTP/1.1\r\n").await;
    assert_nodelay_at(server.address).await;
}

#[tokio::test]
async fn http_2_is_spoken_without_tls() {
    let server = start(ServerLimits::default()).await;
    let client = reqwest::Client::builder().http2_prior_knowledge().build();
    let url = format!("http://{}/held", server.address);
    let request = client.unwrap().get(url).send();
    let under_way = tokio::spawn(request);
    server.shut_down_over_a_request().await;
    let answer = under_way.await.unwrap().unwrap();
    assert_eq!(answer.version(), http::Version::HTTP_2);
    assert_eq!(answer.text().await.unwrap(), "done");
}

#[tokio::test]
async fn whoever_is_silent_or_slow_is_hung_up_on() {
    let server = start(quick()).await;
    for first in [
        "",
        "P",
        "PRI * HTTP/2.0\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\nx: ",
    ] {
        let stream = server.connect(first).await;
        let began = Instant::now();
        rest(stream).await;
        assert!(began.elapsed() < Duration::from_secs(2), "{first:?}");
    }
}

#[tokio::test]
async fn a_connection_may_rest_between_two_requests_but_not_within_one() {
    let server = start(quick()).await;
    let mut stream = server.connect("").await;
    for _ in 0..2 {
        let request = b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut answer = vec![0; 4_096];
        let n = stream.read(&mut answer).await.unwrap();
        assert!(answer[..n].ends_with(b"done"));
        tokio::time::sleep(Duration::from_millis(350)).await;
    }
    stream.write_all(b"GET / HT").await.unwrap();
    let began = Instant::now();
    rest(stream).await;
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_connection_does_not_rest_for_ever() {
    let limits = ServerLimits {
        idle_timeout: Duration::from_millis(300),
        ..ServerLimits::default()
    };
    let server = start(limits).await;
    let stream = server.connect("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let began = Instant::now();
    rest(stream).await;
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end() {
    let server = start(ServerLimits::default()).await;
    let stream = server
        .connect("GET /held HTTP/1.1\r\nhost: a\r\n\r\n")
        .await;
    server.shut_down_over_a_request().await;
    let answer = rest(stream).await;
    assert!(answer.ends_with("done"), "{answer}");
    timeout(Duration::from_secs(1), server.task)
        .await
        .unwrap()
        .unwrap();
}

/// Test and server share one thread. The test does not wait before the stop signal, so the server has accepted none of the
/// connections when the signal comes.
#[tokio::test]
async fn a_connection_that_waits_to_be_accepted_when_the_server_stops_is_answered() {
    let server = start(ServerLimits::default()).await;
    tokio::task::yield_now().await;
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = std::net::TcpStream::connect(server.address).unwrap();
            let request = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
            std::io::Write::write_all(&mut stream, request).unwrap();
            stream.set_nonblocking(true).unwrap();
            TcpStream::from_std(stream).unwrap()
        })
        .collect();
    server.shutdown.cancel();
    for stream in waiting {
        let answer = rest(stream).await;
        assert!(answer.ends_with("hello"), "{answer}");
    }
    timeout(Duration::from_secs(2), server.task)
        .await
        .unwrap()
        .unwrap();
}

/// A proxy chose the connection before the stop signal, and does not send a POST twice.
#[tokio::test]
async fn a_request_that_is_on_its_way_when_the_server_stops_is_answered() {
    let server = start(ServerLimits::default()).await;
    let mut fresh = server.connect("").await;
    let mut used = server.connect("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut answer = vec![0; 4_096];
    let read = used.read(&mut answer).await.unwrap();
    assert!(answer[..read].ends_with(b"hello"));
    server.shutdown.cancel();
    let closed = async {
        while TcpStream::connect(server.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(5), closed).await.unwrap();
    for stream in [&mut fresh, &mut used] {
        let request = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
        stream.write_all(request).await.unwrap();
    }
    for stream in [fresh, used] {
        let answer = rest(stream).await;
        assert!(answer.ends_with("hello"), "{answer}");
    }
    timeout(Duration::from_secs(2), server.task)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_hold_the_shutdown_up() {
    let server = start(quick()).await;
    let stuck = server
        .connect("GET /stuck HTTP/1.1\r\nhost: a\r\n\r\n")
        .await;
    server.entered.notified().await;
    let began = Instant::now();
    server.shutdown.cancel();
    timeout(Duration::from_secs(5), server.task)
        .await
        .unwrap()
        .unwrap();
    assert!(began.elapsed() >= Duration::from_millis(500));
    assert_eq!(rest(stuck).await, "");
}

#[tokio::test]
async fn a_full_house_makes_others_wait() {
    let limits = ServerLimits {
        max_connections: 1,
        ..ServerLimits::default()
    };
    let server = start(limits).await;
    let request = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    let busy = request.replace("GET /", "GET /stuck");
    let first = server.connect(&busy).await;
    server.entered.notified().await;
    let mut byte = [0; 1];
    let mut second = server.connect(request).await;
    let wait = timeout(Duration::from_millis(200), second.read_exact(&mut byte));
    assert!(wait.await.is_err(), "no seat yet");
    drop(first);
    timeout(Duration::from_secs(5), second.read_exact(&mut byte))
        .await
        .unwrap()
        .unwrap();
}
