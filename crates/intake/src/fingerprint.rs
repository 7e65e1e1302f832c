//! Decides whether two requests with one idempotency key are the same request.

use campanile_domain::{Action, canonical_json};
use sha2::{Digest, Sha256};

use crate::{SendRequest, TopicRequest};

/// What is kept of a caller's key: it may say who is written to.
pub(crate) fn key_digest(key: &str) -> String {
    use std::fmt::Write as _;

    let digest = Sha256::digest(key.as_bytes());
    let mut text = String::with_capacity(2 * digest.len());
    for byte in digest {
        write!(text, "{byte:02x}").expect("a String takes any text");
    }
    text
}

/// The same for a send to a topic. No request to users hashes alike: those begin with a type.
pub(crate) fn topic_fingerprint(request: &TopicRequest) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [
        &b"/topic"[..],
        request.topic.as_str().as_bytes(),
        &fingerprint(&request.message)[..],
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// A hash over every field, each with its length in front so that none can run into the next.
pub(crate) fn fingerprint(request: &SendRequest) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |part: &str| {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    };
    add(request.notification_type.as_str());
    add(&request.recipients.len().to_string());
    for user in &request.recipients {
        add(user.as_str());
    }
    // Some callers write the members of an object in another order each time.
    add(&canonical_json(&request.content));
    add(&request
        .channels
        .as_ref()
        .map_or(-1, |c| c.len() as i64)
        .to_string());
    for channel in request.channels.iter().flatten() {
        add(channel.name());
    }
    add(request.priority.name());
    let moment = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| at.to_rfc3339());
    for optional in [
        request.title.clone(),
        request.body.clone(),
        moment(request.send_at_as_written),
        moment(request.expires_at),
        request.collapse_key.clone(),
    ] {
        add(if optional.is_some() { "1" } else { "0" });
        add(&optional.unwrap_or_default());
    }
    // Only where they are given: a request without them hashes as it did before there were any, so that a key of an
    // earlier release is still known.
    if let Some(link) = &request.link {
        add("link");
        add(link.as_str());
    }
    if let Some(actions) = Action::to_stored(&request.actions) {
        add("actions");
        add(&actions);
    }
    hash.finalize().into()
}
