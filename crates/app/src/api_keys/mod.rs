//! API keys: created, listed, rotated and revoked. `api/identity/api_keys` checks them.

mod book;
mod error;
mod overlap;
mod request_body;

pub use book::{ApiKeyBook, ApiKeyPage, CreatedKey, Manager};
pub use error::ApiKeyError;
pub use request_body::{ApiKeyBody, NewKey, RotateBody, read_new_key, read_rotation};
