//! Where a request goes.

use url::Url;

use super::RequestError;
use crate::template::{Part, Placeholder, Template, Values, plain};

/// The URL of a request.
pub(super) fn url(template: &Template, values: &Values<'_>) -> Result<Url, RequestError> {
    // The address of a service is taken as it is; everything after it is encoded as part of a path or query.
    let written = match &template.0[..] {
        [
            Part::Value(base @ (Placeholder::Setting(_) | Placeholder::Address)),
            rest @ ..,
        ] => {
            let base = plain(&values(base).ok_or(RequestError::Settings)?);
            if rest.is_empty() {
                base
            } else {
                let rest = Template(rest.to_vec()).text(values, encoded);
                format!("{}{rest}", base.trim_end_matches('/'))
            }
        }
        _ => template.text(values, encoded),
    };
    // A value of dots alone would lead to another path.
    let is_dots = |p: &Placeholder| {
        values(p).is_some_and(|v| v.as_str().is_some_and(|t| t.chars().all(|c| c == '.')))
    };
    if template.placeholders().any(is_dots) {
        return Err(RequestError::Settings);
    }
    Url::parse(&written).map_err(|_| RequestError::Settings)
}

/// As one segment of a path, or one value of a query.
fn encoded(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
                written.push(char::from(byte))
            }
            _ => written.push_str(&format!("%{byte:02X}")),
        }
    }
    written
}
