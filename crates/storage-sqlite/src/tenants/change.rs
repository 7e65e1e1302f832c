//! Tenants are created and changed.

use campanile_domain::{LinkScheme, RetryLadder, Tenant, TenantId, TokenKeys};
use campanile_storage::{StorageError, TenantChange};
use sqlx::SqliteConnection;

use super::row::{read, tenant_columns};
use crate::error::storage_error;
use crate::rows::micros;

/// Creates a tenant; `false` if there is one of that name.
pub(crate) async fn add(
    connection: &mut SqliteConnection,
    one: &Tenant,
) -> Result<bool, StorageError> {
    sqlx::query(
        "INSERT INTO tenants (tenant, created_at, retry_ladder_ms, link_schemes, locale, push_badge, \
         max_api_keys, max_requests, max_sends, max_streams, max_types, max_recipients, track_opens, track_clicks, token_keys, \
         max_queued, max_notifications) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(one.id.as_str())
    .bind(micros(one.created_at))
    .bind(one.retry_ladder.as_ref().map(to_json))
    .bind(schemes_column(&one.link_schemes))
    .bind(one.locale.as_deref())
    .bind(one.push_badge)
    .bind(one.max_api_keys)
    .bind(one.limits.requests.map(|rate| rate.to_string()))
    .bind(one.limits.sends.map(|rate| rate.to_string()))
    .bind(one.limits.streams)
    .bind(one.limits.types)
    .bind(one.limits.recipients)
    .bind(one.track_opens)
    .bind(one.track_clicks)
    .bind(one.token_keys.as_ref().map(TokenKeys::as_str))
    .bind(one.limits.queued)
    .bind(one.limits.notifications)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(storage_error)
}

/// Whether the import of a tenant is not finished; there is one writer.
pub(crate) async fn is_being_imported(
    connection: &mut SqliteConnection,
    id: &TenantId,
) -> Result<bool, StorageError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM tenant_imports WHERE tenant = ? AND finished_at IS NULL)",
    )
    .bind(id.as_str())
    .fetch_one(connection)
    .await
    .map_err(storage_error)
}

/// Changes a tenant that is not being removed.
pub(crate) async fn change_row(
    connection: &mut SqliteConnection,
    id: &TenantId,
    change: &TenantChange,
) -> Result<Option<Tenant>, StorageError> {
    let ladder = change.retry_ladder.as_ref();
    let schemes = change.link_schemes.as_deref();
    let row = sqlx::query(concat!(
        "UPDATE tenants SET \
             retry_ladder_ms = CASE WHEN ?2 THEN ?3 ELSE retry_ladder_ms END, \
             link_schemes = CASE WHEN ?4 THEN ?5 ELSE link_schemes END, \
             locale = CASE WHEN ?6 THEN ?7 ELSE locale END, \
             push_badge = COALESCE(?8, push_badge), \
             suspended_at = CASE WHEN NOT ?9 THEN suspended_at \
                 WHEN ?10 IS NULL THEN NULL ELSE COALESCE(suspended_at, ?10) END, \
             max_api_keys = CASE WHEN ?11 THEN ?12 ELSE max_api_keys END, \
             max_requests = CASE WHEN ?13 THEN ?14 ELSE max_requests END, \
             max_sends = CASE WHEN ?15 THEN ?16 ELSE max_sends END, \
             max_streams = CASE WHEN ?17 THEN ?18 ELSE max_streams END, \
             max_types = CASE WHEN ?19 THEN ?20 ELSE max_types END, \
             max_recipients = CASE WHEN ?21 THEN ?22 ELSE max_recipients END, \
             track_opens = COALESCE(?23, track_opens), \
             track_clicks = COALESCE(?24, track_clicks), \
             token_keys = CASE WHEN ?25 THEN ?26 ELSE token_keys END, \
             max_queued = CASE WHEN ?27 THEN ?28 ELSE max_queued END, \
             max_notifications = CASE WHEN ?29 THEN ?30 ELSE max_notifications END \
         WHERE tenant = ?1 AND removing_since IS NULL RETURNING ",
        tenant_columns!(),
    ))
    .bind(id.as_str())
    .bind(ladder.is_some())
    .bind(ladder.and_then(Option::as_ref).map(to_json))
    .bind(schemes.is_some())
    .bind(schemes.and_then(schemes_column))
    .bind(change.locale.is_some())
    .bind(change.locale.as_ref().and_then(Option::as_deref))
    .bind(change.push_badge)
    .bind(change.suspended_at.is_some())
    .bind(change.suspended_at.flatten().map(micros))
    .bind(change.max_api_keys.is_some())
    .bind(change.max_api_keys.flatten())
    .bind(change.max_requests.is_some())
    .bind(change.max_requests.flatten().map(|rate| rate.to_string()))
    .bind(change.max_sends.is_some())
    .bind(change.max_sends.flatten().map(|rate| rate.to_string()))
    .bind(change.max_streams.is_some())
    .bind(change.max_streams.flatten())
    .bind(change.max_types.is_some())
    .bind(change.max_types.flatten())
    .bind(change.max_recipients.is_some())
    .bind(change.max_recipients.flatten())
    .bind(change.track_opens)
    .bind(change.track_clicks)
    .bind(change.token_keys.is_some())
    .bind(
        change
            .token_keys
            .as_ref()
            .and_then(Option::as_ref)
            .map(TokenKeys::as_str),
    )
    .bind(change.max_queued.is_some())
    .bind(change.max_queued.flatten())
    .bind(change.max_notifications.is_some())
    .bind(change.max_notifications.flatten())
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

/// A list with commas; none at all for an empty one.
fn schemes_column(schemes: &[LinkScheme]) -> Option<String> {
    let names: Vec<_> = schemes.iter().map(LinkScheme::as_str).collect();
    (!names.is_empty()).then(|| names.join(","))
}

fn to_json(ladder: &RetryLadder) -> String {
    serde_json::json!(ladder.to_millis()).to_string()
}
