//! Every error answer of the API: RFC 9457 problems with codes from a closed catalogue.
//!
//! Handlers return [`Problem`]; `layers::request_context` turns it into bytes, because only there
//! the request's id is known. Whatever else answers with a bare error status is given a body there.

mod code;
mod document;
mod field;

pub use code::ProblemCode;
pub use document::{PROBLEM_JSON, Problem, ProblemDocument};
