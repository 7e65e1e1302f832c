//! The error answers that whole groups of endpoints share, for the OpenAPI document.

use std::collections::BTreeMap;

use campanile_intake::IntakeError;
use http::StatusCode;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ContentBuilder, Header, Object, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

use crate::problem::{PROBLEM_JSON, Problem, ProblemCode, ProblemDocument};

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

/// What an endpoint that accepts notifications may answer: what one that is [`Guarded`] may, and that the tenant is full.
pub(crate) struct Accepts;

impl IntoResponses for Accepts {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let forbidden = "Insufficient scope, the tenant is suspended (`tenant_suspended`), or its limit `max_notifications` is \
             reached (`storage_full`)";
        let too_many = "Too many requests (`rate_limited`), or the limit `max_queued` of the tenant is reached (`queue_full`)";
        let mut all = Guarded::responses();
        all.extend([
            with_example(
                ProblemCode::StorageFull,
                forbidden,
                IntakeError::StorageFull {
                    used: 1_000_000,
                    most: 1_000_000,
                },
            ),
            with_example(
                ProblemCode::QueueFull,
                too_many,
                IntakeError::QueueFull {
                    used: 50_000,
                    most: 50_000,
                },
            ),
        ]);
        all
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

/// A status that has several codes, with what one of them looks like.
fn with_example(
    code: ProblemCode,
    description: &str,
    error: IntakeError,
) -> (String, RefOr<Response>) {
    let problem = Problem::from(error);
    let value = serde_json::to_value(problem.document("019a3f5e-7c1d-7a52-9c0b-5f8f6f1f2a11"));
    let example = ExampleBuilder::new()
        .summary(code.title())
        .value(value.ok());
    let content = problem_content().examples_from_iter([(code.name(), example.build())]);
    answer(code.status(), description, content)
}

fn documented(code: ProblemCode) -> (String, RefOr<Response>) {
    answer(code.status(), code.title(), problem_content())
}

fn problem_content() -> ContentBuilder {
    // Keeps the compiler's eye on the schema that the reference below names.
    let _: fn() -> RefOr<utoipa::openapi::Schema> = ProblemDocument::schema;
    ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemDocument::name())))
}

fn answer(
    status: StatusCode,
    description: &str,
    content: ContentBuilder,
) -> (String, RefOr<Response>) {
    let mut response = ResponseBuilder::new()
        .description(description)
        .content(PROBLEM_JSON, content.build());
    let headers: &[&str] = match status {
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
    (status.as_str().to_owned(), RefOr::T(response))
}
