//! What a service that calls Campanile links against.
//!
//! A call ends in one of three ways: the service has stored it durably ([`Outcome::Accepted`]), the local disk has
//! stored it durably and a task of this process sends it to the service in order ([`Outcome::Spooled`], with
//! [`Builder::spool`] only), or the caller gets an [`Error`]. Every call has one idempotency key for all retries and
//! replays, so that a retry after a lost answer notifies no user twice.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use campanile_client::{Client, MessageCreated, SpoolLimits, UserInfo};
//!
//! let client = Client::builder("https://notifications.example")
//!     .token("cmp_…")
//!     .spool("/var/lib/messaging/campanile", SpoolLimits::default())
//!     .build()
//!     .await?;
//! let sender = UserInfo::new("u1", "ada", "Ada Lovelace");
//! let message = MessageCreated::new("m1", "r1", sender, ["u2", "u3"], "Are you coming?");
//! client.create_message_notification(&message).await?;
//! # Ok(()) }
//! ```

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

mod answer;
mod builder;
mod call;
mod client;
mod error;
mod http;
mod idempotency_key;
mod outcome;
mod problem;
mod replay;
mod request;
mod retry;
mod retry_after;
mod spool;
mod system;
mod timeline;
mod token;

pub use builder::{BuildError, Builder};
pub use client::Client;
pub use error::{Error, Failure};
pub use idempotency_key::{IdempotencyKey, InvalidKey};
pub use outcome::{Accepted, AcceptedNotification, Outcome};
pub use problem::{FieldProblem, Problem};
pub use replay::{Expired, Rejected};
pub use request::{
    Channel, FriendRequest, FriendRequestType, Level, MessageCreated, Notification, Priority,
    RoomInvitation, UserInfo,
};
pub use retry::RetryPolicy;
pub use spool::{SpoolError, SpoolKey, SpoolLimits, SpoolStatus};
pub use timeline::{Attempt, Delivery, Event, Timeline};
pub use token::{BoxError, TokenFuture, TokenSource};
