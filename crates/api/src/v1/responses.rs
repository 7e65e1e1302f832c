//! The error answers that whole groups of endpoints share, for the OpenAPI document.

use std::collections::BTreeMap;

use http::StatusCode;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ContentBuilder, Header, Object, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

use crate::problem::{PROBLEM_JSON, ProblemCode, ProblemDocument};

/// What every endpoint that asks for a token may answer.
pub(crate) struct Guarded;

impl IntoResponses for Guarded {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [
            ProblemCode::Unauthenticated,
            ProblemCode::InsufficientScope,
            ProblemCode::RateLimited,
            ProblemCode::Internal,
            ProblemCode::Unavailable,
        ]
        .into_iter()
        .map(documented)
        .collect()
    }
}

/// What an endpoint that reads a JSON body may answer besides.
pub(crate) struct ReadsBody;

impl IntoResponses for ReadsBody {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [
            ProblemCode::MalformedRequest,
            ProblemCode::BodyTimeout,
            ProblemCode::PayloadTooLarge,
            ProblemCode::UnsupportedMediaType,
            ProblemCode::ValidationFailed,
        ]
        .into_iter()
        .map(documented)
        .collect()
    }
}

/// What an endpoint that reads query parameters may answer besides.
pub(crate) struct ReadsQuery;

impl IntoResponses for ReadsQuery {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [documented(ProblemCode::ValidationFailed)].into()
    }
}

/// What an endpoint that changes something only in the state that its caller has seen may answer besides.
pub(crate) struct Conditional;

impl IntoResponses for Conditional {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [
            ProblemCode::PreconditionFailed,
            ProblemCode::PreconditionRequired,
        ]
        .into_iter()
        .map(documented)
        .collect()
    }
}

fn documented(code: ProblemCode) -> (String, RefOr<Response>) {
    // Keeps the compiler's eye on the schema that the reference below names.
    let _: fn() -> RefOr<utoipa::openapi::Schema> = ProblemDocument::schema;
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ProblemDocument::name())))
        .build();
    let mut response = ResponseBuilder::new()
        .description(code.title())
        .content(PROBLEM_JSON, content);
    let headers: &[&str] = match code.status() {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => &["WWW-Authenticate"],
        StatusCode::SERVICE_UNAVAILABLE => &["Retry-After"],
        StatusCode::TOO_MANY_REQUESTS => &[
            "Retry-After",
            "RateLimit-Limit",
            "RateLimit-Remaining",
            "RateLimit-Reset",
        ],
        _ => &[],
    };
    for name in headers {
        response = response.header(*name, Header::new(Object::with_type(Type::String)));
    }
    let response = response.build();
    (code.status().as_str().to_owned(), RefOr::T(response))
}
