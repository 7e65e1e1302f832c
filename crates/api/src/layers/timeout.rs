//! No request stays longer than the caller is likely to wait.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::{Problem, ProblemCode};

/// Answers 503 when the handler takes longer than this.
pub(crate) async fn limit_time(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!("The response was not ready within {} s", limit.as_secs());
            Problem::new(ProblemCode::RequestTimeout, detail)
                .retry_after(Duration::from_secs(1))
                .into_response()
        }
    }
}
