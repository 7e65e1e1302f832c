//! Processes, callers and what they were promised.

mod acme;
mod caller;
mod process;
mod tenant;

pub use acme::Acme;
pub use caller::{Caller, Ledger};
pub use process::{Process, campanile, complaint, token};
pub use tenant::Tenant;

use campanile_test_support::webhook::Received;

/// The example secret of the Standard Webhooks specification's own tests.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Verifies with the official library; gives the notification's id.
pub fn verified(received: &Received) -> String {
    let webhook = standardwebhooks::Webhook::new(SECRET).unwrap();
    webhook
        .verify(&received.body, &received.headers)
        .expect("a signature that verifies");
    let body: serde_json::Value = serde_json::from_slice(&received.body).unwrap();
    body["data"]["id"].as_str().unwrap().to_owned()
}
