//! A panic in a handler is one failed request, not a dropped connection.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// Answers a caught panic. Its text goes to the log only: it may hold anything.
pub(crate) fn catch_panic(cause: Box<dyn Any + Send + 'static>) -> Response {
    let text = cause
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| cause.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a text");
    tracing::error!(
        panic = text,
        "a request handler panicked; the caller got 500"
    );
    Problem::internal().into_response()
}
