//! Bounces and complaints as mail services report them by webhook: Amazon SES (through SNS), Postmark, SendGrid, Mailgun.
//!
//! The services tell themselves apart by the shape of their JSON. Their key is in the URL that they call, so what they say of an
//! address is believed as it stands. Their documentation:
//! <https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html>,
//! <https://postmarkapp.com/developer/webhooks/bounce-webhook>,
//! <https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event>,
//! <https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads>.

mod mailgun;
mod postmark;
mod sendgrid;
mod ses;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Fate;
use crate::Refusal;

/// Events of one call that are looked at.
const MOST_EVENTS: usize = 1_000;

/// What a mail service says in one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceCall {
    /// What became of mails.
    Events(Vec<ServiceEvent>),
    /// SNS asks whether it may call: someone has to open this address once.
    Confirm(String),
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEvent {
    /// To whom it was sent.
    pub address: String,
    /// What is said.
    pub said: ServiceSaid,
    /// When the mail was sent, or else when the service learned this; `None` if it does not say.
    pub at: Option<DateTime<Utc>>,
}

/// What a mail service says of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceSaid {
    /// Its owner reported the mail as spam.
    Complaint,
    /// How the mail ended.
    Fate(Fate),
}

/// Whether a body is such a call, and no mail: no mail begins with a bracket.
pub fn is_service_call(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Reads a call.
///
/// # Errors
/// [`Refusal`] if it is no JSON, or of no service that is known.
pub fn read_service_call(body: &[u8]) -> Result<ServiceCall, Refusal> {
    let body: Value = serde_json::from_slice(body).map_err(|error| Refusal::no_json(&error))?;
    let call = match &body {
        Value::Array(events) => sendgrid::read(&events[..events.len().min(MOST_EVENTS)]),
        Value::Object(_) => ses::read(&body)
            .or_else(|| postmark::read(&body))
            .or_else(|| mailgun::read(&body)),
        _ => None,
    };
    call.ok_or_else(|| {
        let detail = "The JSON is no webhook of Amazon SES, Postmark, SendGrid or Mailgun";
        Refusal::Malformed(detail.to_owned())
    })
}

/// The text of a field.
fn text<'v>(of: &'v Value, name: &str) -> Option<&'v str> {
    of.get(name)?.as_str()
}

fn event(
    address: Option<&str>,
    said: ServiceSaid,
    at: Option<DateTime<Utc>>,
) -> Option<ServiceEvent> {
    Some(ServiceEvent {
        address: address?.to_owned(),
        said,
        at,
    })
}

/// A moment as RFC 3339 writes it.
fn moment(of: &Value, name: &str) -> Option<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(text(of, name)?).ok()?;
    Some(moment.to_utc())
}

/// A moment in seconds since 1970, with or without a fraction.
fn epoch(of: &Value, name: &str) -> Option<DateTime<Utc>> {
    const MICROS: f64 = 1_000_000.0;
    let micros = of.get(name)?.as_f64()? * MICROS;
    let micros = micros as i64;
    DateTime::from_timestamp_micros(micros)
}

#[cfg(test)]
mod tests;
