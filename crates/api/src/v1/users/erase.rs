//! `DELETE /api/v1/users/{user_id}`: a person is to be forgotten.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use campanile_app::inbox::Inboxes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::receipt_body::ReceiptBody;
use super::user_path::{UserPath, not_found};
use crate::identity::Operator;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// RFC 7240.
const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// The caller wants to see what came of it.
const REPRESENTATION: &str = "return=representation";

/// Erases a user: their data, devices, preferences and notifications.
///
/// This also works for a user who was never created but has notifications. A provider call that is already in
/// progress is not interrupted. With `Prefer: return=representation` the answer is a receipt: how much of each kind was removed, and the
/// id under which the audit log has the same.
#[utoipa::path(
    delete,
    operation_id = "erase_user",
    path = "/api/v1/users/{user_id}",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("user_id" = String, Path, description = "The tenant's id of the user", example = "u1"),
        ("Prefer" = Option<String>, Header, description = "`return=representation` asks for a receipt (RFC 7240)"),
    ),
    responses(
        (status = 200, description = "The user was erased, and this is the receipt", body = ReceiptBody,
            headers(("Preference-Applied" = String, description = "`return=representation`"))),
        (status = 204, description = "The user was erased"),
        (status = 404, description = "There is no data of this user", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn erase(
    operator: Operator,
    UserPath(id): UserPath,
    State(inboxes): State<Inboxes>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let act = operator.act();
    let erased = inboxes.erase(operator.tenant(), &id, act).await?;
    let receipt = erased.ok_or_else(not_found)?;
    if !wants_receipt(&headers) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let applied = (PREFERENCE_APPLIED, HeaderValue::from_static(REPRESENTATION));
    Ok(([applied], Json(ReceiptBody::of(&receipt, act))).into_response())
}

/// What is preferred and unknown is ignored, as RFC 7240 has it.
fn wants_receipt(headers: &HeaderMap) -> bool {
    let all = headers.get_all(PREFER).iter();
    all.filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|one| one.split(';').next())
        .any(|one| one.trim().eq_ignore_ascii_case(REPRESENTATION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_asked_for_among_other_preferences() {
        for (given, wanted) in [
            ("return=representation", true),
            ("respond-async, Return=Representation; foo=bar", true),
            ("return=minimal", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(PREFER, HeaderValue::from_static(given));
            assert_eq!(wants_receipt(&headers), wanted, "{given}");
        }
    }
}
