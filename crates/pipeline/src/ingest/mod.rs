//! Addresses to which programs send in their own protocol.

mod create;
mod revoke;

pub use create::{CreateIngest, create_ingest_address};
pub use revoke::revoke_ingest_address;
