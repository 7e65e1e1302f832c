//! SendGrid's event webhook: many events in one call.

use serde_json::Value;

use super::{Fate, ServiceCall, ServiceEvent, ServiceSaid, epoch, event, text};

pub(super) fn read(events: &[Value]) -> Option<ServiceCall> {
    let is_known = |one: &Value| text(one, "event").is_some();
    let all_known = events.iter().all(is_known);
    all_known.then(|| ServiceCall::Events(events.iter().filter_map(read_one).collect()))
}

fn read_one(one: &Value) -> Option<ServiceEvent> {
    let said = match (text(one, "event")?, text(one, "type")) {
        ("spamreport", _) => ServiceSaid::Complaint,
        // `blocked`: refused for the moment, or because of what is in the mail.
        ("bounce", Some("blocked")) | ("deferred", _) => ServiceSaid::Fate(Fate::Failed),
        ("bounce", _) => ServiceSaid::Fate(Fate::Gone),
        _ => return None,
    };
    event(text(one, "email"), said, epoch(one, "timestamp"))
}
