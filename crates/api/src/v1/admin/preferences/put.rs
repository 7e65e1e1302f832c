//! `PUT /api/v1/admin/preferences`: the tenant sets what holds for its users.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::preferences::{
    InForce, PreferencesRequest, read_defaults, reschedule, set_defaults,
};
use campanile_domain::Clock;
use campanile_storage::Storage;
use tokio::time::timeout;

use crate::RequestLimits;
use crate::identity::Operator;
use crate::problem::Problem;
use crate::v1::json_body::JsonBody;
use crate::v1::preferences::PreferencesBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Replaces the tenant's default preferences, its mandatory types and its rate rules.
///
/// `debounce` suppresses a notification that repeats one the user received within the given number of seconds.
/// `throttle` limits how many notifications of one type a user receives. Both are off unless set. They apply to
/// channels that disturb the user (not to the inbox and not to webhooks), do not apply to critical notifications, and
/// take effect for everything planned from now on.
///
/// Users cannot switch off a mandatory type. Their quiet hours still apply to it, unless the notification is
/// critical. Deliveries deferred by quiet hours are rescheduled immediately. If the call is interrupted, a worker
/// finishes the rescheduling within a minute.
#[utoipa::path(
    put,
    operation_id = "put_preference_defaults",
    path = "/api/v1/admin/preferences",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = PreferencesRequest, content_type = "application/json",
        example = json!({"notification_types": {"marketing": false}, "mandatory_types": ["security_alert"],
            "debounce": {"within_s": 900}, "throttle": {"burst": 100, "per_minute": 10},
            "quiet_hours": {"enabled": true, "start_time": "23:00", "end_time": "07:00", "timezone": "Europe/Berlin"}})),
    responses(
        (status = 200, description = "The preferences were stored", body = PreferencesBody),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    State(limits): State<RequestLimits>,
    body: JsonBody,
) -> Result<Json<PreferencesBody>, Problem> {
    let set = body.read(read_defaults).await??;
    let tenant = operator.tenant();
    let (storage, clock) = (storage.as_ref(), clock.as_ref());
    set_defaults(storage, tenant, &set, operator.act()).await?;
    tracing::info!(tenant.id = %tenant, "stored the tenant's default preferences");
    // To fail from here on would be untrue: they are stored. Half of the request's time is enough for most tenants.
    let rescheduling = reschedule(storage, clock, tenant);
    match timeout(limits.request_timeout / 2, rescheduling).await {
        Ok(Ok(rescheduled)) => {
            tracing::info!(tenant.id = %tenant, rescheduled, "rescheduled deliveries deferred by quiet hours");
        }
        Ok(Err(error)) => tracing::warn!(
            tenant.id = %tenant, %error,
            "rescheduling deliveries deferred by quiet hours was interrupted; a worker continues"
        ),
        Err(_) => tracing::info!(
            tenant.id = %tenant,
            "rescheduling deliveries deferred by quiet hours takes longer than a request may; a worker continues"
        ),
    }
    Ok(Json(InForce::from(set).into()))
}
