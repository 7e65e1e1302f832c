//! A file that is part of the binary, served so that browsers keep it and ask whether it is still the same.

use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

/// An embedded file with its validator.
#[derive(Clone)]
pub(crate) struct File {
    bytes: Bytes,
    media_type: &'static str,
    etag: HeaderValue,
}

impl File {
    /// Takes a file with its media type.
    pub(crate) fn new(bytes: &'static [u8], media_type: &'static str) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(bytes));
        Self {
            bytes: Bytes::from_static(bytes),
            media_type,
            etag: HeaderValue::try_from(format!("\"{hash}\"")).expect("base64 fits into a header"),
        }
    }

    /// The file, or 304 if the browser has it.
    ///
    /// Browsers ask each time: a file that was kept for a while would meet the API of another version.
    pub(crate) fn answer(&self, request: &HeaderMap) -> Response {
        let known = request.get_all(header::IF_NONE_MATCH).iter();
        let is_known = known
            .filter_map(|value| value.to_str().ok())
            .flat_map(|list| list.split(','))
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || self.etag == tag);
        let headers = [
            (header::ETAG, self.etag.clone()),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (
                header::X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            ),
        ];
        if is_known {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let media_type = HeaderValue::from_static(self.media_type);
        let content_type = [(header::CONTENT_TYPE, media_type)];
        (headers, content_type, self.bytes.clone()).into_response()
    }
}
