//! Postmark.

use serde_json::Value;

use super::{Fate, ServiceCall, ServiceSaid, event, moment, text};

pub(super) fn read(body: &Value) -> Option<ServiceCall> {
    let said = match (text(body, "RecordType")?, text(body, "Type")) {
        ("SpamComplaint", _) | ("Bounce", Some("SpamComplaint")) => ServiceSaid::Complaint,
        ("Bounce", Some("HardBounce" | "BadEmailAddress")) => ServiceSaid::Fate(Fate::Gone),
        ("Bounce", _) => ServiceSaid::Fate(Fate::Failed),
        _ => return Some(ServiceCall::Events(Vec::new())),
    };
    let events = event(text(body, "Email"), said, moment(body, "BouncedAt"));
    let events = events.into_iter().collect();
    Some(ServiceCall::Events(events))
}
