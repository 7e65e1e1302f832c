//! A problem as a response, and its JSON.

use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use campanile_fields::{FieldError, FieldErrors};
use campanile_storage::StorageError;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::ProblemCode;

/// The media type of every error answer (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";

/// An error answer without the request's id, which is added when it leaves.
///
/// `detail` is public text; what only we may know goes to the log where the error is handled.
#[derive(Debug, Clone)]
pub struct Problem {
    code: ProblemCode,
    detail: String,
    errors: FieldErrors,
    retry_after: Option<Duration>,
    challenge: Option<HeaderValue>,
}

impl Problem {
    /// A problem with a readable explanation of this occurrence.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: FieldErrors::default(),
            retry_after: None,
            challenge: None,
        }
    }

    /// Readable input with wrong values; lists the first ones and counts the others.
    pub fn validation(errors: FieldErrors) -> Self {
        let detail = match (&errors[..], errors.omitted()) {
            ([only], 0) if only.field.is_empty() => only.detail.clone(),
            ([only], 0) => format!("{}: {}", only.field, only.detail),
            _ => format!("{} values are invalid; see errors", errors.count()),
        };
        Self {
            errors,
            ..Self::new(ProblemCode::ValidationFailed, detail)
        }
    }

    /// An internal error; the caller learns nothing but the request's id.
    pub fn internal() -> Self {
        Self::new(
            ProblemCode::Internal,
            "Internal error; quote the request id when you report it",
        )
    }

    /// Something needed does not answer; worth another try soon.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(ProblemCode::Unavailable, detail).retry_after(Duration::from_secs(1))
    }

    /// Says when another try makes sense.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Says how to authenticate (`WWW-Authenticate`).
    #[must_use]
    pub fn challenge(mut self, challenge: &'static str) -> Self {
        self.challenge = Some(HeaderValue::from_static(challenge));
        self
    }

    /// What went wrong.
    pub const fn code(&self) -> ProblemCode {
        self.code
    }

    /// Whether it says that the service could not find out, and nothing about what was asked for.
    pub(crate) const fn is_passing(&self) -> bool {
        matches!(
            self.code,
            ProblemCode::Unavailable | ProblemCode::Overloaded
        )
    }

    /// What went wrong with this request, as text for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The answer with a body that another protocol's clients expect, instead of the problem document.
    pub(crate) fn with_body(self, status: StatusCode, body: impl IntoResponse) -> Response {
        let headers = self.into_response().headers().clone();
        let mut response = body.into_response();
        *response.status_mut() = status;
        response.headers_mut().extend(headers);
        response
    }

    /// The JSON document for one request.
    pub fn document<'a>(&'a self, request_id: &'a str) -> ProblemDocument<'a> {
        let status = self.code.status().as_u16();
        ProblemDocument {
            kind: self.code.type_uri(),
            title: self.code.title(),
            status,
            status_code: status,
            detail: &self.detail,
            code: self.code.name(),
            request_id,
            errors: &self.errors,
            errors_omitted: self.errors.omitted(),
        }
    }
}

impl IntoResponse for Problem {
    /// A response without a body that carries the problem; `layers::request_context` writes the body.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.code.status();
        let headers = response.headers_mut();
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs().max(1);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = &self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, challenge.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StorageError> for Problem {
    /// Logs the error, which ends here, and says whether the caller should retry.
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Away(_) | StorageError::CommitUnknown(_) => {
                // The back end has said so, and need not for each request.
                tracing::debug!(%error, "the database cannot be reached");
                Self::unavailable("The database cannot be reached")
            }
            StorageError::Unavailable(_) => {
                tracing::warn!(%error, "the database does not answer");
                Self::unavailable("The database cannot be reached")
            }
            StorageError::ClockSkew { .. } => {
                tracing::error!(%error, "this process cannot generate ids");
                Self::unavailable("This server cannot accept requests at the moment")
            }
            StorageError::Refused(_) | StorageError::Undecodable { .. } => {
                tracing::error!(%error, "the database refused a query, or returned a row that cannot be decoded");
                Self::internal()
            }
        }
    }
}

/// RFC 9457 problem details.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument<'a> {
    /// URI of the kind of problem.
    #[serde(rename = "type")]
    #[schema(
        format = "uri",
        example = "urn:campanile:problem:notification_not_found"
    )]
    kind: String,
    /// Short summary of the kind of problem.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// The HTTP status again, for clients that know the field under this name.
    status_code: u16,
    /// What went wrong with this request.
    detail: &'a str,
    /// Stable code of the kind of problem.
    #[schema(example = "notification_not_found")]
    code: &'static str,
    /// Id of the request, as in the `X-Request-Id` header and in the server's log.
    request_id: &'a str,
    /// The invalid values (422 only): the first 100; in a bulk call, fewer for each item.
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    #[schema(required = false, value_type = Vec<FieldError>)]
    errors: &'a [FieldError],
    /// Number of invalid values that `errors` does not list; absent if it lists all.
    #[serde(skip_serializing_if = "is_none")]
    #[schema(required = false, minimum = 1)]
    errors_omitted: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use campanile_fields::FieldCode;

    use super::*;

    #[test]
    fn a_problem_has_exactly_the_contracts_members() {
        let problem = Problem::new(ProblemCode::NotificationNotFound, "Notification not found");
        let json = serde_json::to_value(problem.document("r-1")).expect("serialisable");
        assert_eq!(
            json,
            serde_json::json!({
                "type": "urn:campanile:problem:notification_not_found",
                "title": "Notification not found",
                "status": 404,
                "status_code": 404,
                "detail": "Notification not found",
                "code": "notification_not_found",
                "request_id": "r-1",
            })
        );
    }

    #[test]
    fn wrong_values_are_listed() {
        let wrong = FieldError::new("limit", FieldCode::OutOfRange, "1 to 100");
        let json = |errors: FieldErrors| {
            let problem = Problem::validation(errors);
            serde_json::to_value(problem.document("r")).expect("serialisable")
        };
        let one = json(wrong.clone().into());
        assert_eq!(one["errors"][0]["field"], "limit");
        assert_eq!(one["detail"], "limit: 1 to 100");
        assert_eq!(one.get("errors_omitted"), None);
        let mut many = FieldErrors::default();
        (0..2_000).for_each(|_| many.push(wrong.clone()));
        let many = json(many);
        assert_eq!(many["errors"].as_array().map(Vec::len), Some(100));
        assert_eq!(many["errors_omitted"], 1_900);
        assert_eq!(many["detail"], "2000 values are invalid; see errors");
    }
}
