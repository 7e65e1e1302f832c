//! Mailgun.

use campanile_domain::mailbox_is_gone;
use serde_json::Value;

use super::{Fate, ServiceCall, ServiceSaid, epoch, event, text};
use crate::mail_reports::status;

pub(super) fn read(body: &Value) -> Option<ServiceCall> {
    let data = body.get("event-data")?;
    let said = match text(data, "event")? {
        "complained" => ServiceSaid::Complaint,
        "failed" => ServiceSaid::Fate(fate(data)),
        _ => return Some(ServiceCall::Events(Vec::new())),
    };
    let events = event(text(data, "recipient"), said, epoch(data, "timestamp"));
    let events = events.into_iter().collect();
    Some(ServiceCall::Events(events))
}

/// `permanent` is also said of mails that were refused for what is in them, so the finer code decides.
fn fate(data: &Value) -> Fate {
    if text(data, "severity") != Some("permanent") {
        return Fate::Failed;
    }
    let status = data.get("delivery-status");
    let of = |name| status.and_then(|status| text(status, name));
    let code = of("enhanced-code").and_then(status::enhanced);
    let code = code.or_else(|| status::among_words(of("message")?));
    match code {
        Some((5, subject, detail)) if mailbox_is_gone(subject, detail) => Fate::Gone,
        // It was not even tried, since an earlier mail to the address bounced.
        _ if text(data, "reason") == Some("suppress-bounce") => Fate::Gone,
        _ => Fate::Failed,
    }
}
