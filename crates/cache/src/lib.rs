//! Hints between processes: wiped, they cost a query or a poll, never a notification.
//!
//! [`Bus`] wakes, [`InboxCache`] keeps answers about inboxes, [`InboxSignal`] tells that an inbox has changed,
//! [`Presence`] knows who has a stream open, [`StreamTickets`] keeps the tickets that open streams, [`RateLimiter`] counts requests, [`Shares`] divides what one process has.
//! Neighbours: `cache-redis` implements them for the cluster; what is called `InProcess…` or
//! `Local…` here serves one process. [`contract`] is what both kinds must pass.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

pub mod contract;

mod bus;
mod inbox;
mod limits;
mod presence;
mod shares;
mod signal;
mod stream_tickets;

pub use bus::{Bus, BusHealth, InProcessBus, Wake};
pub use inbox::{
    InProcessInboxCache, InboxCache, Life, Look, MARK_LEASE, MAX_ANSWER_BYTES,
    MAX_ANSWERS_PER_INBOX, MAX_LIFE, Mailbox, NoInboxCache, Ticket, WriteMark, change,
};
pub use limits::{
    Bucket, BucketKind, Grant, LeasedLimiter, LimiterMode, LocalTokens, RateLimiter, TokenRequest,
    TokenSource, TokensAway, Verdict,
};
pub use presence::Presence;
pub use shares::{NoneLeft, Part, Share, Shares};
pub use signal::{
    AllRead, AnnouncingInboxCache, Changes, Heard, InProcessInboxSignal, InboxSignal, MAX_READ_IDS,
    MAX_RETURNED_IDS, PolledInboxSignal, Read, Watched,
};
pub use stream_tickets::{
    InProcessStreamTickets, MAX_TICKETS_PER_TENANT, NoStreamTickets, StreamGrant, StreamTickets,
    TicketHash, TicketsUnavailable,
};
