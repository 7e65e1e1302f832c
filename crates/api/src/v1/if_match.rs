//! `If-Match` and `If-None-Match`: a caller changes what they have seen, and `ETag`: what they see now.

use axum::extract::FromRequestParts;
use campanile_domain::Precondition;
use campanile_fields::{FieldCode, FieldError};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::problem::Problem;

/// What the caller has seen.
pub(crate) struct IfMatch(pub(crate) Precondition);

impl IfMatch {
    /// The revision that the caller names, if they name one.
    pub(crate) const fn revision(&self) -> Option<u64> {
        match self.0 {
            Precondition::Revision(revision) => Some(revision),
            Precondition::None | Precondition::Absent | Precondition::Exists => None,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Ok(Self(precondition(&parts.headers)?))
    }
}

/// The header of an answer that shows this revision.
pub(crate) fn etag(revision: u64) -> [(HeaderName, HeaderValue); 1] {
    let value = HeaderValue::try_from(format!("\"{revision}\""));
    [(header::ETAG, value.expect("digits in quotation marks"))]
}

fn precondition(headers: &HeaderMap) -> Result<Precondition, FieldError> {
    let given = (one(headers, "If-Match")?, one(headers, "If-None-Match")?);
    match given {
        (None, None) => Ok(Precondition::None),
        (Some("*"), None) => Ok(Precondition::Exists),
        (None, Some("*")) => Ok(Precondition::Absent),
        // A proxy that compresses an answer calls its tag weak.
        (Some(tag), None) => Ok(Precondition::Revision(revision(tag)?)),
        (None, Some(_)) => Err(wrong("If-None-Match", FieldCode::WrongFormat, "must be *")),
        (Some(_), Some(_)) => {
            let detail = "cannot be combined with If-None-Match";
            Err(wrong("If-Match", FieldCode::Conflict, detail))
        }
    }
}

fn revision(tag: &str) -> Result<u64, FieldError> {
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let digits = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    let revision = digits.and_then(|digits| digits.parse().ok());
    revision.ok_or_else(|| {
        let detail = "must be the ETag of an earlier response, such as \"3\", or *";
        wrong("If-Match", FieldCode::WrongFormat, detail)
    })
}

fn one<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<Option<&'h str>, FieldError> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.to_str() {
            Ok(text) => Ok(Some(text.trim())),
            Err(_) => Err(wrong(
                name,
                FieldCode::WrongFormat,
                "must be visible ASCII characters",
            )),
        },
        (Some(_), Some(_)) => Err(wrong(name, FieldCode::Repeated, "must be given only once")),
    }
}

fn wrong(name: &str, code: FieldCode, detail: &str) -> FieldError {
    FieldError::new(name, code, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(all: &[(&'static str, &'static str)]) -> Result<Precondition, &'static str> {
        let mut headers = HeaderMap::new();
        for (name, value) in all {
            headers.append(*name, HeaderValue::from_static(value));
        }
        precondition(&headers).map_err(|wrong| wrong.code.name())
    }

    #[test]
    fn each_way_of_saying_it_is_read() {
        for (given, expected) in [
            (&[][..], Ok(Precondition::None)),
            (&[("if-match", "\"3\"")], Ok(Precondition::Revision(3))),
            (&[("if-match", "W/\"3\"")], Ok(Precondition::Revision(3))),
            (&[("if-match", "*")], Ok(Precondition::Exists)),
            (&[("if-none-match", "*")], Ok(Precondition::Absent)),
            (&[("if-match", "3")], Err("wrong_format")),
            (&[("if-match", "\"x\"")], Err("wrong_format")),
            (&[("if-none-match", "\"3\"")], Err("wrong_format")),
            (
                &[("if-match", "\"3\""), ("if-match", "\"4\"")],
                Err("repeated"),
            ),
            (
                &[("if-match", "\"3\""), ("if-none-match", "*")],
                Err("conflict"),
            ),
        ] {
            assert_eq!(read(given), expected, "{given:?}");
        }
    }
}
