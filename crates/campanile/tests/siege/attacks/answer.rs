//! What an attacker may be answered.

use reqwest::{Response, StatusCode};

/// What the service answers when it sheds load. All attacks at once share the bounds of their tenant.
const SHED: [StatusCode; 2] = [
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// The answer, if it came and the call was not shed. A connection that the service closes under an attack is an
/// answer as well.
pub fn unless_shed(answer: reqwest::Result<Response>, expected: &[u16]) -> Option<Response> {
    let answer = answer.ok()?;
    let status = answer.status();
    if SHED.contains(&status) {
        return None;
    }
    assert!(expected.contains(&status.as_u16()), "{status}");
    Some(answer)
}
