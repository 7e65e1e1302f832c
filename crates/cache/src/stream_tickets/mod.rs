//! Stream tickets: a browser opens a stream with one where it cannot send a header.
//!
//! A ticket is a random text that its user got a moment ago. Only its hash is kept here, with what it grants, until it is
//! used once or expires. Nodes share them, so that a stream may be opened on another node than the one that issued
//! the ticket.

mod in_process;
mod nowhere;
mod traits;

pub use in_process::{InProcessStreamTickets, MAX_TICKETS_PER_TENANT};
pub use nowhere::NoStreamTickets;
pub use traits::{StreamGrant, StreamTickets, TicketHash, TicketsUnavailable};
