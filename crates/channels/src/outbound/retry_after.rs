//! When a receiver wants to be asked again.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// Seconds or a date (RFC 9110, section 10.2.3); never shortened. A number beyond 64 bits
/// is no wish.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => httpdate::parse_http_date(text)
            .ok()?
            .duration_since(now)
            .ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_in_both_forms() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (text, expected) in [
            ("30", Some(30)),
            (" 0 ", Some(0)),
            ("86400", Some(86_400)),
            ("604800", Some(604_800)),
            ("18446744073709551615", Some(u64::MAX)),
            // RFC 9110's own example is this very second; these are a minute later and long ago.
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", Some(60)),
            ("Sun Nov  6 08:50:37 1994", Some(60)),
            ("Thu, 06 Nov 1980 08:49:37 GMT", None),
            ("-1", None),
            ("soon", None),
            ("99999999999999999999", None),
        ] {
            let headers = [(RETRY_AFTER, text.parse().expect("a header"))]
                .into_iter()
                .collect();
            let wish = retry_after(&headers, now);
            assert_eq!(wish, expected.map(Duration::from_secs), "{text}");
        }
    }
}
