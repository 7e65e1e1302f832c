//! One connection from its first byte to its last.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Version;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::service_fn;

use super::handover::go_on;
use super::house::Seat;
use super::link::Link;
use super::note_end;
use super::pulse::{Farewell, Patience, Pulse};
use super::socket::{self, Place, Watched};
use super::streams::{Answer, Streams};

/// A peer that was asked to close and has no request in progress is gone by then.
const GOODBYE: Duration = Duration::from_secs(2);

/// How long a connection without a request stays open after the stop signal. A proxy may have chosen it for a request that
/// is on its way, and does not send a POST twice. On busy cores a proxy may get no turn for some tenths of a second; then it
/// sends what has come meanwhile over connections of which it does not know yet that they were closed.
const LAST_REQUEST: Duration = Duration::from_secs(1);

/// What a connection needs besides its socket.
pub(super) struct Connection {
    pub(super) builder: Arc<Builder<Streams>>,
    pub(super) router: Router,
    pub(super) draining: CancellationToken,
    pub(super) patience: Patience,
    pub(super) seat: Arc<Seat>,
}

impl Connection {
    /// Answers requests until either side has had enough.
    pub(super) async fn run(self, stream: TcpStream) {
        let (seat, pulse) = (Arc::clone(&self.seat), Arc::clone(&self.seat.pulse));
        let of_requests = Arc::clone(&pulse);
        let router = self.router;
        let service = service_fn(move |mut request: http::Request<Incoming>| {
            let under_way = Pulse::request(&of_requests, request.version());
            let link = Link::new(Arc::clone(&seat));
            request.extensions_mut().insert(link);
            let address = crate::identity::Peer(of_requests.peer);
            request.extensions_mut().insert(address);
            let mut router = router.clone();
            async move {
                let response = tower::Service::call(&mut router, request.map(Body::new)).await?;
                Ok::<_, Infallible>(response.map(|body| Answer::new(body, under_way)))
            }
        });
        let place = Place::new(Mutex::new(Some(stream)));
        let watched = Watched::new(Arc::clone(&place), Arc::clone(&pulse));
        // In a separate place, which is given back when a stream of events goes on without hyper.
        let mut connection = Box::pin(self.builder.serve_connection_with_upgrades(
            TokioIo::new(watched),
            TowerToHyperService::new(service),
        ));
        // hyper asks for a body while it is polled, so no one else need wake this task to look again.
        let handed_over = || {
            std::future::poll_fn(|_| match pulse.is_handed_over() {
                true => Poll::Ready(()),
                false => Poll::Pending,
            })
        };
        let mut is_leaving = false;
        let mut leave = pin!(time_to_leave(&self.draining, &pulse, &place));
        loop {
            tokio::select! {
                biased;
                result = connection.as_mut() => {
                    if let Err(error) = result {
                        // A peer that disconnects or speaks another protocol is not worth a log line.
                        tracing::debug!(%error, "a connection closed early");
                    }
                    return;
                }
                () = handed_over() => break,
                () = leave.as_mut(), if !is_leaving => {
                    is_leaving = true;
                    connection.as_mut().graceful_shutdown();
                }
                why = pulse.overdue(self.patience), if !is_leaving => {
                    note_end(why);
                    let may_finish = match why {
                        Farewell::NoRequest | Farewell::NoProgress => false,
                        Farewell::Idle => true,
                        Farewell::SeatNeeded => pulse.is_authenticated(),
                    };
                    if may_finish {
                        connection.as_mut().graceful_shutdown();
                        let _ = tokio::time::timeout(GOODBYE, connection.as_mut()).await;
                    }
                    return;
                }
            }
        }
        let (parts, framing) = (pulse.handover.take(), pulse.handover.framing());
        let _under_way = Pulse::request(&pulse, Version::HTTP_11);
        drop(connection);
        let socket = place.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(mut socket), Some(mut parts)) = (socket, parts) {
            go_on(&mut socket, &mut *parts, framing, self.patience.write).await;
            // Thousands may leave in the same moment, as when a network fails. Their closing takes turns with what others ask for.
            let _turn = self.seat.turn_to_close().await;
            drop((parts, socket));
        }
    }
}

/// Returns when the server is stopping and the connection is to close after its request: one is under way, or none came
/// in time. A request that has arrived is waited for: on busy cores tokio may learn of it later than of the time that is
/// up, and a connection that is closed with unread bytes is reset.
async fn time_to_leave(draining: &CancellationToken, pulse: &Pulse, place: &Place) {
    draining.cancelled().await;
    // A request begins while the connection is polled, which the same task does.
    let has_request = || {
        std::future::poll_fn(|_| match pulse.has_request() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
    };
    while tokio::time::timeout(LAST_REQUEST, has_request())
        .await
        .is_err()
        && socket::has_unread(place)
    {}
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_request_that_arrived_and_was_not_read_yet_keeps_its_connection_open() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let mut client = TcpStream::connect(listener.local_addr().expect("bound"))
            .await
            .expect("connected");
        let (socket, _) = listener.accept().await.expect("accepted");
        client.write_all(b"POST").await.expect("written");
        socket.readable().await.expect("arrived");
        let place = Place::new(Mutex::new(Some(socket)));
        let pulse = Pulse::new(1, IpAddr::V4(Ipv4Addr::LOCALHOST));
        let draining = CancellationToken::new();
        draining.cancel();

        tokio::time::pause();
        let mut leave = pin!(time_to_leave(&draining, &pulse, &place));
        let waited = tokio::time::timeout(10 * LAST_REQUEST, leave.as_mut()).await;
        assert!(waited.is_err(), "it left with unread bytes");

        let mut taken = place.lock().expect("not poisoned").take().expect("there");
        taken.read_exact(&mut [0; 4]).await.expect("read");
        *place.lock().expect("not poisoned") = Some(taken);
        let waited = tokio::time::timeout(2 * LAST_REQUEST, leave).await;
        assert!(waited.is_ok(), "it stays without a request");
    }
}
