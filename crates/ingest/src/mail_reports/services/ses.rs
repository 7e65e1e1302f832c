//! Amazon SES, through an SNS topic, wrapped or as "raw message delivery"; notifications and events of a configuration set.

use serde_json::Value;
use url::Url;

use super::{Fate, MOST_EVENTS, ServiceCall, ServiceEvent, ServiceSaid, event, moment, text};

pub(super) fn read(body: &Value) -> Option<ServiceCall> {
    match text(body, "Type") {
        Some("SubscriptionConfirmation") => confirm(body),
        Some("Notification") => {
            let inner = serde_json::from_str(text(body, "Message")?);
            // SES also says in plain text that the topic works.
            let events = inner.map_or_else(|_| Some(Vec::new()), |inner| events(&inner));
            Some(ServiceCall::Events(events.unwrap_or_default()))
        }
        Some("UnsubscribeConfirmation") => Some(ServiceCall::Events(Vec::new())),
        _ => events(body).map(ServiceCall::Events),
    }
}

/// Only an address of SNS itself is worth passing on.
fn confirm(body: &Value) -> Option<ServiceCall> {
    let url = Url::parse(text(body, "SubscribeURL")?).ok()?;
    let region = url.host_str()?.strip_prefix("sns.")?;
    let region = region
        .strip_suffix(".amazonaws.com")
        .or_else(|| region.strip_suffix(".amazonaws.com.cn"))?;
    // A region such as `eu-west-1`: other services have their addresses there, too.
    let is_sns = region.contains('-') && !region.contains('.');
    (url.scheme() == "https" && is_sns).then(|| ServiceCall::Confirm(url.into()))
}

fn events(body: &Value) -> Option<Vec<ServiceEvent>> {
    let kind = text(body, "notificationType").or_else(|| text(body, "eventType"))?;
    let (of, said) = match kind {
        "Bounce" => ("bouncedRecipients", ServiceSaid::Fate(fate(body))),
        "Complaint" => ("complainedRecipients", ServiceSaid::Complaint),
        _ => return Some(Vec::new()),
    };
    let about = body.get(kind.to_ascii_lowercase())?;
    // A user has said that it is none after all.
    if text(about, "complaintFeedbackType") == Some("not-spam") {
        return Some(Vec::new());
    }
    let sent_at = body.get("mail").and_then(|mail| moment(mail, "timestamp"));
    let at = sent_at.or_else(|| moment(about, "timestamp"));
    let recipients = about.get(of)?.as_array()?.iter().take(MOST_EVENTS);
    let events = recipients.filter_map(|one| event(text(one, "emailAddress"), said, at));
    Some(events.collect())
}

/// `Permanent` is a hard bounce, except where the receiver did not like the mail.
fn fate(body: &Value) -> Fate {
    let bounce = body.get("bounce");
    let of = |name| bounce.and_then(|bounce| text(bounce, name));
    let about_the_mail = ["ContentRejected", "MessageTooLarge", "AttachmentRejected"];
    match (of("bounceType"), of("bounceSubType")) {
        (Some("Permanent"), Some(kind)) if about_the_mail.contains(&kind) => Fate::Failed,
        (Some("Permanent"), _) => Fate::Gone,
        _ => Fate::Failed,
    }
}
