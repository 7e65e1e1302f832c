//! The OpenAPI 3.1 document: collected from the handlers, served, and printed by the command line.

use axum::extract::State;
use axum::response::IntoResponse;
use bytes::Bytes;
use campanile_fields::FieldError;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use http::header;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::problem::ProblemDocument;

mod order;

/// Where the document is served.
pub(crate) const PATH: &str = "/api/v1/openapi.json";

/// The end of a snooze in the examples of `v1/notifications/snooze.rs` and `snooze_body.rs`.
const SNOOZED_UNTIL: &str = "2027-01-31T08:00:00Z";

/// What no single handler says.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Campanile",
        description = "Multi-tenant notifications: accept, decide, deliver, explain.",
    ),
    tags(
        (name = "services", description = "For services that send notifications (scope `notifications:send`)"),
        (name = "users", description = "For the apps of users (scope `inbox`)"),
        (name = "operators", description = "For the operators of a tenant (scope `admin`)"),
        (name = "platform", description = "For the operators of the installation (scope `platform`)"),
        (name = "operations", description = "For the operators of the installation; no authentication"),
    ),
    components(schemas(ProblemDocument, FieldError)),
    modifiers(&Bearer),
)]
pub(crate) struct Base;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "A JWT with `sub`, `tenant`, `scope` and `exp`. Each operation lists the scopes that it requires. \
                 To try them all, paste the token that this command prints: \
                 `campanile token --tenant default --sub u1 --scope \"inbox notifications:send admin\"`",
            ))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The document as text, for `campanile openapi`.
pub fn openapi_json() -> String {
    crate::router::routes()
        .into_openapi()
        .to_pretty_json()
        .expect("the document is texts and numbers only")
}

/// The document, written once, its calls in the order in which a newcomer needs them.
#[derive(Clone)]
pub(crate) struct Written(Bytes);

impl Written {
    /// Writes a document. Its example of a snooze ends in a month from `now`: it must lie in the future, so that it
    /// succeeds when it is tried.
    pub(crate) fn new(document: &utoipa::openapi::OpenApi, now: DateTime<Utc>) -> Self {
        let json = document
            .to_json()
            .expect("the document is texts and numbers only");
        let in_a_month = now + TimeDelta::days(30);
        let json = json.replace(
            SNOOZED_UNTIL,
            &in_a_month.to_rfc3339_opts(SecondsFormat::Secs, true),
        );
        Self(Bytes::from(order::in_order(&json).unwrap_or(json)))
    }
}

/// Serves the document.
pub(crate) async fn serve_document(State(Written(json)): State<Written>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], json)
}
