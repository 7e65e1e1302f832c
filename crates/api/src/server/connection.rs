//! One connection from its first byte to its last.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::service_fn;

use super::house::Seat;
use super::link::Link;
use super::note_end;
use super::pulse::{Farewell, Patience, Pulse};
use super::socket::Watched;
use super::streams::{Answer, Streams};

/// A peer that was asked to close and has no request in progress is gone by then.
const GOODBYE: Duration = Duration::from_secs(2);

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
        let connection = self.builder.serve_connection_with_upgrades(
            TokioIo::new(Watched::new(stream, Arc::clone(&pulse))),
            TowerToHyperService::new(service),
        );
        let mut connection = pin!(connection);
        let mut is_leaving = false;
        loop {
            tokio::select! {
                result = connection.as_mut() => {
                    if let Err(error) = result {
                        // A peer that disconnects or speaks another protocol is not worth a log line.
                        tracing::debug!(%error, "a connection closed early");
                    }
                    return;
                }
                () = self.draining.cancelled(), if !is_leaving => {
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
    }
}
