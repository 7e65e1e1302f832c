//! The service's refusals (RFC 9457).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why the service refused a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The kind of problem as a stable code (`validation_failed`); empty if not the service but something before it answered.
    pub code: String,
    /// Short summary of the kind of problem.
    pub title: String,
    /// What went wrong with this request.
    pub detail: String,
    /// The id under which the service's log knows the request.
    pub request_id: String,
    /// The wrong values (422 only), the first 100 of them.
    pub errors: Vec<FieldProblem>,
    /// How many values are wrong besides those in `errors`.
    pub errors_omitted: u64,
}

/// One wrong value of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FieldProblem {
    /// A JSON pointer into the body (`/recipients/3`), or the name of a header.
    pub field: String,
    /// A stable code (`too_long`).
    pub code: String,
    /// One readable sentence.
    pub detail: String,
}

impl Problem {
    /// Reads an error answer; one that is no problem document keeps its status.
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        let mut problem: Self = serde_json::from_slice(body).unwrap_or_default();
        problem.status = status;
        problem
    }

    /// Whether another request with the same key is being accepted at this moment.
    pub(crate) fn is_key_in_use(&self) -> bool {
        self.code == "idempotency_key_in_use"
    }

    /// Whether the key stands for another request already.
    pub(crate) fn is_key_reused(&self) -> bool {
        self.code == "idempotency_key_reused"
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        for part in [&self.code, &self.detail] {
            if !part.is_empty() {
                write!(f, " {part}")?;
            }
        }
        for error in &self.errors {
            write!(f, "; {}: {}", error.field, error.detail)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_document_is_read_and_shown_with_its_fields() {
        let body = br#"{"type":"urn:campanile:problem:validation_failed","title":"Validation failed","status":422,
            "status_code":422,"detail":"2 values are wrong; see errors","code":"validation_failed","request_id":"r",
            "errors":[{"field":"/recipients/3","code":"too_long","detail":"128 bytes at most"}]}"#;
        let problem = Problem::read(422, body);
        assert_eq!(problem.code, "validation_failed");
        assert_eq!(problem.errors[0].field, "/recipients/3");
        assert!(
            problem
                .to_string()
                .ends_with("; /recipients/3: 128 bytes at most")
        );
    }

    #[test]
    fn what_a_proxy_says_keeps_its_status() {
        let problem = Problem::read(413, b"<html>too large</html>");
        assert_eq!((problem.status, problem.to_string().as_str()), (413, "413"));
    }
}
