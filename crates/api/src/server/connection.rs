//! One connection from its first byte to its last.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::Watcher;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tower::service_fn;

use super::pulse::{Pulse, Watched};
use crate::identity::Peer;

/// What a connection needs besides its socket.
pub(super) struct Connection {
    pub(super) builder: Arc<Builder<TokioExecutor>>,
    pub(super) router: Router,
    pub(super) watcher: Watcher,
    pub(super) patience: Duration,
}

impl Connection {
    /// Answers requests until either side has had enough.
    pub(super) async fn run(self, stream: TcpStream) {
        let pulse = Arc::new(Pulse::new());
        let of_requests = Arc::clone(&pulse);
        let router = self.router;
        let peer = stream.peer_addr().ok().map(|peer| Peer(peer.ip()));
        let service = service_fn(move |mut request: http::Request<Incoming>| {
            if let Some(peer) = peer {
                request.extensions_mut().insert(peer);
            }
            let under_way = Pulse::request(&of_requests, request.version());
            let mut router = router.clone();
            async move {
                let response = tower::Service::call(&mut router, request.map(Body::new)).await;
                drop(under_way);
                response
            }
        });
        let connection = self.builder.serve_connection_with_upgrades(
            TokioIo::new(Watched::new(stream, Arc::clone(&pulse))),
            TowerToHyperService::new(service),
        );
        tokio::select! {
            result = self.watcher.watch(connection) => {
                if let Err(error) = result {
                    // A peer that goes away or speaks something else is no event of ours.
                    tracing::debug!(%error, "a connection ended early");
                }
            }
            () = pulse.overdue(self.patience) => {
                tracing::debug!("hung up on a connection that owed a request");
            }
        }
    }
}
