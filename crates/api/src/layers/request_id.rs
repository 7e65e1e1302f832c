//! The id that ties a caller's request to our log lines and to what becomes of it later.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header in both directions.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longer ids are replaced by ours.
const MAX_BYTES: usize = 128;

/// A request's id: 1 to 128 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The caller's id if it gave one that is fit to be logged, else a new one.
    pub fn of(headers: &HeaderMap, new: impl FnOnce() -> Uuid) -> Self {
        let given = headers.get(&X_REQUEST_ID).map(HeaderValue::as_bytes);
        match given.and_then(|bytes| std::str::from_utf8(bytes).ok()) {
            Some(id) if is_fit(id) => Self(id.into()),
            _ => Self(new().to_string().into()),
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as a header's value.
    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("visible ASCII is a valid header value")
    }
}

fn is_fit(id: &str) -> bool {
    (1..=MAX_BYTES).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_id_is_kept_and_any_other_replaced() {
        let with = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_bytes(value).expect("a header value");
            headers.insert(X_REQUEST_ID, value);
            RequestId::of(&headers, Uuid::now_v7)
        };
        assert_eq!(with(b"order-7/a").as_str(), "order-7/a");
        assert_eq!(with(&[b'x'; 128]).as_str().len(), 128);
        for unfit in [
            &b""[..],
            &[b'x'; 129],
            b"a b",
            "gr\u{fc}n".as_bytes(),
            &[0xff],
        ] {
            let made = with(unfit);
            let id = Uuid::parse_str(made.as_str()).expect("made by us");
            assert_eq!(id.get_version_num(), 7);
        }
        assert_ne!(
            RequestId::of(&HeaderMap::new(), Uuid::now_v7),
            RequestId::of(&HeaderMap::new(), Uuid::now_v7)
        );
    }
}
