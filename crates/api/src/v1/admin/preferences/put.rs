//! `PUT /api/v1/admin/preferences`: the tenant sets what holds for its users.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::Clock;
use campanile_storage::{Storage, reschedule_all};

use super::{PreferenceDefaults, read_preference_defaults};
use crate::identity::Operator;
use crate::problem::Problem;
use crate::v1::json_body::JsonBody;
use crate::v1::preferences::RequestBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Replaces what holds for users who have not chosen, the types that are mandatory, and how often
/// users may be disturbed.
///
/// `debounce` holds back what equals something that the user was told of within so many seconds,
/// `throttle` what is more of one type than a user is to have; both are off unless set. They bind what
/// disturbs (not the inbox, not webhooks) and is not critical, and hold for all that is planned from
/// now on.
///
/// Of a mandatory type users' switches do not count; their quiet hours do, unless it is critical. What
/// waits for quiet hours is looked at again at once; where a call is broken off, a worker goes on with it
/// within a minute.
#[utoipa::path(
    put,
    operation_id = "put_preference_defaults",
    path = "/api/v1/admin/preferences",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = RequestBody, content_type = "application/json",
        example = json!({"notification_types": {"marketing": false}, "mandatory_types": ["security_alert"],
            "debounce": {"within_s": 900}, "throttle": {"burst": 100, "per_minute": 10},
            "quiet_hours": {"enabled": true, "start_time": "23:00", "end_time": "07:00", "timezone": "Europe/Berlin"}})),
    responses(
        (status = 200, description = "Stored", body = PreferenceDefaults),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    body: JsonBody,
) -> Result<Json<PreferenceDefaults>, Problem> {
    let set = body.read(read_preference_defaults).await??;
    let tenant = operator.tenant();
    let put = storage.put_tenant_preferences(tenant, &set, clock.now());
    put.await?;
    tracing::info!(tenant.id = %tenant, "set preferences for all users");
    // Stored they are, with the note by which a worker finishes the look: to fail now would be untrue.
    match reschedule_all(storage.as_ref(), tenant, clock.as_ref()).await {
        Ok(rescheduled) => {
            tracing::info!(tenant.id = %tenant, rescheduled, "looked at what waits for quiet hours");
        }
        Err(error) => tracing::warn!(
            tenant.id = %tenant, %error,
            "the look at what waits for quiet hours broke off; a worker goes on with it"
        ),
    }
    Ok(Json(PreferenceDefaults::from(set)))
}
