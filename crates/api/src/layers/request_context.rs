//! The outermost layer: gives a request its id, and its answer the id, a body and a line in the log.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use campanile_cache::Verdict;
use campanile_domain::{Clock, Random, TenantId};
use campanile_telemetry::{OpenSpan, within};
use http::{HeaderName, HeaderValue, header};
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;

use super::access_log::RequestLine;
use super::answer_body::with_room;
use super::problem_body::with_problem_body;
use super::request_id::X_REQUEST_ID;
use super::{cors, host};
use crate::budgets::{AnswerRoom, Room};
use crate::identity::whole_seconds;
use crate::layers::RequestId;
use crate::problem::{Problem, ProblemCode};
use crate::server::Link;

/// What the tightest bucket holds, what is left in it, and the seconds until it is full.
const RATE_LIMIT_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const RATE_LIMIT_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// What is known of the request that is being answered.
#[derive(Debug, Clone)]
pub(crate) struct RequestContext {
    id: RequestId,
    /// Set by the extractor that proves it; one slot for the request, read by the log line.
    tenant: Arc<OnceLock<TenantId>>,
    /// Set where a limit was looked at; read for the headers of the answer.
    verdict: Arc<OnceLock<Verdict>>,
    /// The number of the connection, where there is one.
    connection: Option<u64>,
    /// Room that the request takes until it is answered.
    held: Arc<Mutex<Option<Room>>>,
    /// Its tenant's turn at the database, until it is answered.
    turn: Arc<OnceLock<OwnedSemaphorePermit>>,
}

impl RequestContext {
    /// The request's id.
    pub(crate) fn id(&self) -> &RequestId {
        &self.id
    }

    /// Whose data the request turned out to be about.
    pub(crate) fn tenant(&self) -> Option<&str> {
        self.tenant.get().map(TenantId::as_str)
    }

    /// The number of the connection that it came on.
    pub(crate) const fn connection(&self) -> Option<u64> {
        self.connection
    }

    /// Whether it is its tenant's turn.
    pub(crate) fn has_turn(&self) -> bool {
        self.turn.get().is_some()
    }

    /// Keeps the turn until the request is answered.
    pub(crate) fn set_turn(&self, turn: OwnedSemaphorePermit) {
        let _ = self.turn.set(turn);
    }

    /// Keeps room until the request is answered.
    pub(crate) fn hold(&self, room: Room) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(room);
    }

    /// Notes what the limits say.
    pub(crate) fn set_verdict(&self, verdict: Verdict) {
        let _ = self.verdict.set(verdict);
    }

    /// Notes whose data the request is about.
    pub(crate) fn set_tenant(&self, tenant: &TenantId) {
        tracing::Span::current().record("tenant.id", tenant.as_str());
        // A second proof in one request names the same tenant: both come from the same headers.
        let _ = self.tenant.set(tenant.clone());
    }
}

/// What the contexts of requests are made of.
#[derive(Clone)]
pub(crate) struct Requests {
    pub(crate) answers: AnswerRoom,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
}

/// Middleware for every request.
pub(crate) async fn request_context(
    State(requests): State<Requests>,
    mut request: Request,
    next: Next,
) -> Response {
    let link = request.extensions().get::<Link>();
    let context = RequestContext {
        id: RequestId::of(request.headers(), || {
            requests.random.uuid_at(requests.clock.now())
        }),
        tenant: Arc::default(),
        verdict: Arc::default(),
        connection: link.map(Link::connection),
        held: Arc::default(),
        turn: Arc::default(),
    };
    let names_host = link.is_none() || host::is_named(&request);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!(
        "api.request",
        "request.id" = context.id.as_str(),
        "tenant.id" = tracing::field::Empty,
    );
    let recorded = OpenSpan::of_request(request.headers());
    let trace = recorded.trace();
    let line = RequestLine::begin(&method, route, context.clone(), span.clone(), recorded);
    request.extensions_mut().insert(context.clone());

    let response = match names_host {
        true => within(trace, next.run(request).instrument(span)).await,
        false => no_host().into_response(),
    };

    let with_body = |response| with_problem_body(response, &method, &context.id);
    let readable_by = cors::kept(response.headers());
    let mut response = match with_room(with_body(response), &requests.answers, &context, &method) {
        Ok(response) => response,
        Err(refused) => {
            let mut response = with_body(refused.into_response());
            response.headers_mut().extend(readable_by);
            response
        }
    };
    let headers = response.headers_mut();
    headers.insert(X_REQUEST_ID, context.id.header());
    if let Some(verdict) = context.verdict.get() {
        let reset = whole_seconds(verdict.reset);
        headers.insert(RATE_LIMIT_LIMIT, verdict.limit.into());
        headers.insert(RATE_LIMIT_REMAINING, verdict.remaining.into());
        headers.insert(RATE_LIMIT_RESET, reset.into());
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // Inboxes and responses about tokens are private; the few public pages may differ.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));

    line.answered(response.status());
    response
}

fn no_host() -> Problem {
    let detail = "Send exactly one Host header";
    Problem::new(ProblemCode::MalformedRequest, detail)
}
