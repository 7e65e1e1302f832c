//! `GET /api/v1/notifications/preferences/next-delivery`: when something would reach the caller.

use std::str::FromStr;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::preferences::{self as app, Question};
use campanile_domain::{Channel, Clock, Priority};
use campanile_fields::{FieldCode, Query};
use campanile_pipeline::Presence;
use campanile_storage::Storage;
use http::Uri;

use super::next_delivery_body::NextDeliveryBody;
use crate::identity::InboxUser;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsQuery};

/// Calculates when a notification would be delivered through a channel, given the caller's preferences.
///
/// It does not check whether the caller has an address for the channel.
#[utoipa::path(
    get,
    operation_id = "next_delivery",
    path = "/api/v1/notifications/preferences/next-delivery",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(
        ("channel" = String, Query, description = "The channel", example = "push"),
        ("at" = Option<String>, Query, description = "When the notification is sent, in RFC 3339 format (default: now)", example = "2027-03-28T01:30:00Z"),
        ("notification_type" = Option<String>, Query, description = "The notification type (default: a type without preferences)", example = "new_message"),
        ("priority" = Option<String>, Query, description = "The priority (default `normal`). `critical` ignores quiet hours", example = "normal"),
    ),
    responses(
        (status = 200, description = "The time of delivery, or the reason why there is none", body = NextDeliveryBody),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn next_delivery(
    caller: InboxUser,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    State(presence): State<Arc<dyn Presence>>,
    uri: Uri,
) -> Result<Json<NextDeliveryBody>, Problem> {
    let mut query = Query::of(uri.query());
    let given = query.text("channel");
    if given.is_none() {
        query.wrong("channel", FieldCode::Required, "is required");
    }
    let channel = given.and_then(|text| known::<Channel>(&mut query, "channel", &text));
    let moment = query.moment("at");
    let notification_type = query.notification_type("notification_type");
    let priority = query.text("priority");
    let priority = priority.and_then(|text| known::<Priority>(&mut query, "priority", &text));
    query.finish()?;
    let Some(channel) = channel else {
        return Err(Problem::internal());
    };
    // Who is active at another time is not known.
    let is_active = moment.is_none() && presence.is_active(caller.tenant(), caller.user()).await;
    let at = moment.unwrap_or_else(|| clock.now());
    let question = Question {
        channel,
        at,
        notification_type,
        priority: priority.unwrap_or_default(),
        is_active,
    };
    let next = app::next_delivery(storage.as_ref(), caller.tenant(), caller.user(), question);
    Ok(Json(NextDeliveryBody::new(channel, at, next.await?)))
}

/// A name out of a closed list.
fn known<T: FromStr>(query: &mut Query, name: &str, text: &str) -> Option<T>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error: T::Err| query.wrong(name, FieldCode::UnknownValue, error.to_string()))
        .ok()
}
