//! What a request knows of the connection that it came on.

use std::sync::Arc;

use axum::body::Body;
use http::Version;

use super::handover::{FirstPart, Parts};
use super::house::Seat;
use super::pulse::{Pulse, UnderWay};

/// The connection of a request; an extension of every request that came over a socket.
#[derive(Clone)]
pub(crate) struct Link(Arc<Seat>);

impl Link {
    pub(super) fn new(seat: Arc<Seat>) -> Self {
        Self(seat)
    }

    /// A number that no other connection of its listener has.
    pub(crate) fn connection(&self) -> u64 {
        self.0.pulse.id
    }

    /// Notes that a request bore a valid credential: when seats are scarce, connections without one
    /// leave first.
    pub(crate) fn authenticated(&self) {
        self.0.pulse.authenticate();
    }

    /// The body of a response that ends after minutes, if at all. The connection goes on with it without hyper, so the
    /// request must be one of HTTP/1, and the response say that the connection closes at its end.
    pub(crate) fn long_body(&self, parts: Box<dyn Parts>, version: Version) -> Body {
        Body::new(FirstPart::of(Arc::clone(&self.0.pulse), parts, version))
    }

    /// Keeps the connection's slot beyond its HTTP requests: it speaks another protocol from now on.
    pub(crate) fn hold(&self) -> Held {
        Held {
            _under_way: Pulse::request(&self.0.pulse, Version::HTTP_11),
            _seat: Arc::clone(&self.0),
        }
    }
}

/// A slot that is held until this is dropped.
pub(crate) struct Held {
    _under_way: UnderWay,
    _seat: Arc<Seat>,
}
