//! What a request knows of the connection that it came on.

use std::sync::Arc;

use super::pulse::Pulse;

/// The connection of a request; an extension of every request that came over a socket.
#[derive(Clone)]
pub(crate) struct Link(Arc<Pulse>);

impl Link {
    pub(super) fn new(pulse: Arc<Pulse>) -> Self {
        Self(pulse)
    }

    /// A number that no other connection of its listener has.
    pub(crate) fn connection(&self) -> u64 {
        self.0.id
    }

    /// Notes that a request bore a valid credential: when seats are scarce, connections without one
    /// leave first.
    pub(crate) fn authenticated(&self) {
        self.0.authenticate();
    }
}
