//! What all protocols share: who calls, with which body, and what becomes of the message.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use campanile_app::ingest::{IngestTaker, TakeError, Taken};
use campanile_app::mail_reports::ReportTaken;
use campanile_domain::{Clock, IngestAddress, IngestKind};
use campanile_ingest::mail_reports::ServiceEvent;
use campanile_ingest::{Message, Refusal};
use campanile_links::Links;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Uri};
use secrecy::SecretString;

use crate::ApiState;
use crate::identity::IngestCaller;
use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode};
use crate::v1::JsonBody;

/// A call of a program with the key of an address. Its body is not read yet.
pub(super) struct IngestCall {
    caller: IngestCaller,
    taker: IngestTaker,
    links: Links,
    clock: Arc<dyn Clock>,
    request_id: String,
    uri: Uri,
    body: JsonBody,
}

impl FromRequest<ApiState> for IngestCall {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = IngestCaller::from_request_parts(&mut parts, state).await?;
        let context = parts.extensions.get::<RequestContext>();
        let request_id = context.map_or_else(String::new, |one| one.id().as_str().to_owned());
        Ok(Self {
            caller,
            taker: FromRef::from_ref(state),
            links: FromRef::from_ref(state),
            clock: FromRef::from_ref(state),
            request_id,
            uri: parts.uri.clone(),
            body: JsonBody::from_request(Request::from_parts(parts, body), state).await?,
        })
    }
}

/// A call whose body was read.
pub(super) struct ReadCall {
    caller: IngestCaller,
    taker: IngestTaker,
    links: Links,
    request_id: String,
    pub(super) headers: HeaderMap,
    pub(super) uri: Uri,
    pub(super) body: Bytes,
    pub(super) now: DateTime<Utc>,
}

impl IngestCall {
    /// Reads the body, if the address speaks one of these protocols.
    pub(super) async fn read(self, kinds: &[IngestKind]) -> Result<ReadCall, Problem> {
        let kind = self.caller.address().kind;
        if !kinds.contains(&kind) {
            let detail = format!(
                "The key belongs to an ingest address of the kind {kind}; send to {}",
                kind.path()
            );
            return Err(Problem::new(ProblemCode::InsufficientScope, detail));
        }
        let headers = self.body.headers().clone();
        Ok(ReadCall {
            body: self.body.raw().await?,
            caller: self.caller,
            taker: self.taker,
            links: self.links,
            request_id: self.request_id,
            headers,
            uri: self.uri,
            now: self.clock.now(),
        })
    }
}

impl ReadCall {
    /// The address that the call came to.
    pub(super) fn address(&self) -> &IngestAddress {
        self.caller.address()
    }

    /// The secret that signs its calls, if they must be signed.
    pub(super) fn secret(&self) -> Result<Option<&SecretString>, Problem> {
        self.caller.secret()
    }

    /// The text of a header; none where it is missing or no text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Sends the message.
    pub(super) async fn take(&self, message: Message) -> Result<Taken, Problem> {
        let address = self.caller.address();
        let taken = self.taker.take(address, message, &self.request_id).await;
        let (result, taken) = match taken {
            Ok(taken) if taken.repeated => ("repeated", Ok(taken)),
            Ok(taken) => ("accepted", Ok(taken)),
            Err(error) => ("refused", Err(Problem::from(error))),
        };
        count(address.kind, result);
        taken
    }

    /// Takes a report about a mail.
    pub(super) async fn take_report(&self) -> Result<ReportTaken, Problem> {
        let address = self.caller.address();
        let taken = self.taker.take_report(&self.links, address, &self.body);
        let taken = taken.await;
        count_taken(address.kind, taken.is_ok());
        Ok(taken?)
    }

    /// Takes what a mail service says.
    pub(super) async fn take_mail_events(&self, events: &[ServiceEvent]) -> Result<u64, Problem> {
        let address = self.caller.address();
        let added = self.taker.take_mail_events(address, events).await;
        count_taken(address.kind, added.is_ok());
        Ok(added?)
    }

    /// Counts a call that was not understood.
    pub(super) fn refused(&self, refusal: Refusal) -> Problem {
        count(self.caller.address().kind, "refused");
        match refusal {
            Refusal::Malformed(detail) => Problem::new(ProblemCode::MalformedRequest, detail),
            Refusal::Wrong(error) => error.into(),
            Refusal::Signature(detail) => Problem::new(ProblemCode::Unauthenticated, detail)
                .challenge(r#"Signature realm="campanile""#),
        }
    }
}

fn count_taken(kind: IngestKind, is_taken: bool) {
    count(kind, if is_taken { "accepted" } else { "refused" });
}

fn count(kind: IngestKind, result: &str) {
    campanile_telemetry::metrics()
        .ingest_calls_total
        .with_label_values(&[kind.name(), result])
        .inc();
}

impl From<TakeError> for Problem {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::NoTopic => Self::new(ProblemCode::TopicNotFound, error.to_string()),
            TakeError::NoRecipients => Self::new(
                ProblemCode::UserNotFound,
                "All recipients of the ingest address were erased",
            ),
            TakeError::NotAccepted(error) => error.into(),
            TakeError::Storage(error) => error.into(),
        }
    }
}
