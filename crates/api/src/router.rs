//! The list of what the service offers, and the layers around all of it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use campanile_domain::{Clock, Random};
use campanile_storage::Storage;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::budgets::{AnswerRoom, InFlight};
use crate::layers::{Requests, catch_panic, cors, cors_rules, limit_time, request_context};
use crate::openapi::{self, Base, Written, serve_document};
use crate::v1::notifications::stream::sse::EventSchemas;
use crate::v1::notifications::stream::websocket::websocket;
use crate::{ApiState, Draining, RequestLimits, docs, ingest, open, pages, v1};

/// The short path of the WebSocket. The document names the other one only.
const WS: &str = "/ws";

/// Everything that the OpenAPI document describes.
pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Base::openapi())
        .merge(OpenApiRouter::with_openapi(EventSchemas::openapi()))
        .merge(v1::notifications::router())
        .merge(v1::events::router())
        .merge(v1::preferences::router())
        .merge(v1::devices::router())
        .merge(v1::addresses::router())
        .merge(v1::users::router())
        .merge(v1::magic_links::router())
        .merge(v1::topics::router())
        .merge(v1::fanouts::router())
        .merge(v1::admin::router())
        .merge(open::router())
}

/// Builds the service.
pub fn router(state: ApiState) -> Router {
    router_with(state, Router::new())
}

/// Builds the service with pages beside it. Requests for them are logged, limited in time and answered after a panic as
/// all others; they must not take the API's paths.
pub fn router_with(state: ApiState, pages: Router) -> Router {
    let limits = state.limits;
    let requests = Requests {
        answers: state.answer_room.clone(),
        clock: Arc::clone(&state.clock),
        random: state.random.clone(),
    };
    let origins = state.streams.origins.clone();
    let (routes, document) = routes().split_for_parts();
    let written = Written::new(&document, requests.clock.now());
    let service = routes
        .route(WS, get(websocket))
        .merge(ingest::router())
        .merge(pages::router())
        .with_state(state)
        .route(openapi::PATH, get(serve_document).with_state(written))
        .merge(docs::router())
        .merge(pages);
    let service = limited(service, limits.request_timeout);
    // Around everything that is there, the answers to what is not, and the limits: a page reads why its request failed.
    let service = match origins.is_empty() {
        true => service,
        false => service.layer(from_fn_with_state(cors_rules(origins), cors)),
    };
    in_context(service, requests)
}

#[derive(Clone, FromRef)]
struct Operations {
    storage: Arc<dyn Storage>,
    draining: Draining,
}

/// Builds what a process without an API offers: the probes and the numbers.
pub fn operations_router(
    storage: Arc<dyn Storage>,
    draining: Draining,
    clock: Arc<dyn Clock>,
    random: Random,
) -> Router {
    let routes: Router<Operations> = open::router().into();
    let service = routes.with_state(Operations { storage, draining });
    let requests = Requests {
        answers: AnswerRoom::new(InFlight::default()),
        clock,
        random,
    };
    let service = limited(service, RequestLimits::default().request_timeout);
    in_context(service, requests)
}

/// Ends what takes too long or panics.
fn limited(service: Router, request_timeout: Duration) -> Router {
    service
        .layer(CatchPanicLayer::custom(catch_panic))
        .layer(from_fn_with_state(request_timeout, limit_time))
}

/// The outermost layer, so that it also writes the answers of the others.
fn in_context(service: Router, requests: Requests) -> Router {
    service.layer(from_fn_with_state(requests, request_context))
}
