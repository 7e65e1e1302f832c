//! `POST /ingest/{key}`: webhooks of Alertmanager, of Grafana, and of any shape with a mapping; bounces and complaints.

use axum::Json;
use campanile_domain::IngestKind;
use campanile_ingest::webhook::{self, SignedHeaders};
use campanile_ingest::{Message, Refusal, alerts};
use serde_json::{Value, json};

use super::call::{IngestCall, ReadCall};
use super::mail_report;
use crate::problem::Problem;

const KINDS: [IngestKind; 4] = [
    IngestKind::Alertmanager,
    IngestKind::Grafana,
    IngestKind::Webhook,
    IngestKind::MailReport,
];

/// The longest id that a sender may give a webhook.
const MAX_ID_BYTES: usize = 255;

/// Takes a webhook.
pub(super) async fn receive(call: Result<IngestCall, Problem>) -> Result<Json<Value>, Problem> {
    let call = call?.read(&KINDS).await?;
    let message = match call.address().kind {
        IngestKind::Alertmanager => alerts::read("alertmanager", &call.body),
        IngestKind::Grafana => alerts::read("grafana", &call.body),
        IngestKind::MailReport => return mail_report::take(&call).await,
        IngestKind::Apprise | IngestKind::Ntfy | IngestKind::Webhook => signed(&call)?,
    };
    let taken = call
        .take(message.map_err(|refusal| call.refused(refusal))?)
        .await?;
    Ok(Json(json!({
        "accepted": taken.notifications.len(),
        "notifications": taken.notifications,
        "fanout_id": taken.fanout,
        "repeated": taken.repeated,
        "closed": taken.closed,
    })))
}

/// A webhook of any shape, whose signature is right where the address requires one.
fn signed(call: &ReadCall) -> Result<Result<Message, Refusal>, Problem> {
    let id = call.header("webhook-id");
    if let Some(secret) = call.secret()? {
        let headers = SignedHeaders {
            id,
            timestamp: call.header("webhook-timestamp"),
            signature: call.header("webhook-signature"),
        };
        if let Err(refusal) = webhook::verify(secret, headers, &call.body, call.now) {
            return Ok(Err(refusal));
        }
    }
    let id = id.filter(|id| (1..=MAX_ID_BYTES).contains(&id.len()));
    let mapping = call.address().settings.mapping.clone();
    Ok(webhook::read(&mapping.unwrap_or_default(), id, &call.body))
}
