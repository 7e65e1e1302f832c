//! The HTTP contract: routes, identities, problems, the OpenAPI document, and the accept loop.
//!
//! [`router`] builds everything from an [`ApiState`], [`operations_router`] only the probes (for processes without an
//! API); [`serve`] serves either. Handlers decide nothing: they check the caller and the request, and call `intake`
//! and `storage`. Neighbours: the binary wires the parts together; this crate does not know which database or broker
//! is used.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

pub mod identity;
pub mod problem;

mod budgets;
mod docs;
mod health;
mod inbox_answers;
mod ingest;
mod layers;
mod open;
mod openapi;
mod pages;
mod router;
mod seats;
mod server;
mod state;
mod v1;

pub use budgets::InFlight;
pub use health::{
    CacheHealth, ChannelBreaker, ChannelHealth, ChannelStatus, ComponentHealth, ComponentStatus,
    HealthSnapshot, HealthSource,
};
pub use inbox_answers::AnswerLives;
pub use layers::RequestId;
pub use openapi::openapi_json;
pub use router::{operations_router, router, router_with};
pub use server::{ServerLimits, serve};
pub use state::{ApiState, Draining, RequestLimits};
