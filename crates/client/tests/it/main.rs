//! The client against a service that a test plays, and that can be away, slow, or lose its answers.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may stop where it stands, and is documented by its name"
)]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

mod answers;
mod encrypted;
mod expired;
mod kill;
mod order;
mod rejected;
mod requests;
mod service;
mod spool;

use std::path::Path;
use std::time::Duration;

use campanile_client::{Builder, Client, Notification, RetryPolicy, SpoolLimits};

use service::Service;

/// Tries again at once, for long enough.
fn quick() -> RetryPolicy {
    let (first, longest) = (Duration::from_millis(2), Duration::from_millis(50));
    RetryPolicy::new(first, longest, Duration::from_secs(10))
}

/// Tries once, then spools.
fn once() -> RetryPolicy {
    RetryPolicy {
        budget: Duration::ZERO,
        ..quick()
    }
}

fn builder(service: &Service) -> Builder {
    Client::builder(service.url())
        .token("secret")
        .retry(quick())
}

async fn spooling(service: &Service, dir: &Path) -> Client {
    let builder = builder(service).retry(once());
    let spool = builder.spool(dir, SpoolLimits::default());
    spool.build().await.unwrap()
}

/// The `number`th notification to a user.
fn notification(user: &str, number: u64) -> Notification {
    Notification::to_users("test", [user]).with("number", number)
}
