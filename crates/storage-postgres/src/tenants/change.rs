//! Tenants are created and changed.

use campanile_domain::{LinkScheme, RetryLadder, Tenant, TenantId, TokenKeys};
use campanile_storage::TenantChange;
use sqlx::PgConnection;

use super::row::{read, tenant_columns, whole};
use crate::error::Fault;

/// Creates a tenant; `false` if there is one of that name.
pub(crate) async fn add(connection: &mut PgConnection, tenant: &Tenant) -> Result<bool, Fault> {
    let ladder = tenant.retry_ladder.as_ref().map(RetryLadder::to_millis);
    let schemes: Vec<_> = tenant.link_schemes.iter().map(LinkScheme::as_str).collect();
    let done = sqlx::query(
        "INSERT INTO tenants (tenant, created_at, retry_ladder_ms, link_schemes, locale, push_badge, max_api_keys,
             max_requests, max_sends, max_streams, max_types, max_recipients, track_opens, track_clicks, token_keys,
             max_queued, max_notifications)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT DO NOTHING",
    )
    .bind(tenant.id.as_str())
    .bind(tenant.created_at)
    .bind(&ladder)
    .bind(&schemes)
    .bind(tenant.locale.as_deref())
    .bind(tenant.push_badge)
    .bind(tenant.max_api_keys.map(whole))
    .bind(tenant.limits.requests.map(|rate| rate.to_string()))
    .bind(tenant.limits.sends.map(|rate| rate.to_string()))
    .bind(tenant.limits.streams.map(whole))
    .bind(tenant.limits.types.map(whole))
    .bind(tenant.limits.recipients.map(whole))
    .bind(tenant.track_opens)
    .bind(tenant.track_clicks)
    .bind(tenant.token_keys.as_ref().map(TokenKeys::as_str))
    .bind(tenant.limits.queued.map(whole))
    .bind(tenant.limits.notifications.map(whole))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the import of a tenant is not finished. The first frame of one replaces the tenant's row, so the lock shows
/// whether there is one that has just begun, and keeps others from beginning.
pub(crate) async fn is_being_imported(
    connection: &mut PgConnection,
    id: &TenantId,
) -> Result<bool, Fault> {
    sqlx::query("SELECT FROM tenants WHERE tenant = $1 FOR NO KEY UPDATE")
        .bind(id.as_str())
        .execute(&mut *connection)
        .await?;
    let is_imported = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM tenant_imports WHERE tenant = $1 AND finished_at IS NULL)",
    );
    Ok(is_imported.bind(id.as_str()).fetch_one(connection).await?)
}

/// Changes a tenant that is not being removed.
pub(crate) async fn change_row(
    connection: &mut PgConnection,
    id: &TenantId,
    change: &TenantChange,
) -> Result<Option<Tenant>, Fault> {
    let ladder = change
        .retry_ladder
        .as_ref()
        .map(|own| own.as_ref().map(RetryLadder::to_millis));
    let schemes = change.link_schemes.as_ref();
    let schemes: Option<Vec<_>> = schemes.map(|all| all.iter().map(LinkScheme::as_str).collect());
    let row = sqlx::query(concat!(
        "UPDATE tenants SET
             retry_ladder_ms = CASE WHEN $2 THEN $3 ELSE retry_ladder_ms END,
             link_schemes = CASE WHEN $4 THEN $5 ELSE link_schemes END,
             locale = CASE WHEN $6 THEN $7 ELSE locale END,
             push_badge = COALESCE($8, push_badge),
             suspended_at = CASE WHEN NOT $9 THEN suspended_at
                 WHEN $10::timestamptz IS NULL THEN NULL ELSE COALESCE(suspended_at, $10) END,
             max_api_keys = CASE WHEN $11 THEN $12 ELSE max_api_keys END,
             max_requests = CASE WHEN $13 THEN $14 ELSE max_requests END,
             max_sends = CASE WHEN $15 THEN $16 ELSE max_sends END,
             max_streams = CASE WHEN $17 THEN $18 ELSE max_streams END,
             max_types = CASE WHEN $19 THEN $20 ELSE max_types END,
             max_recipients = CASE WHEN $21 THEN $22 ELSE max_recipients END,
             track_opens = COALESCE($23, track_opens),
             track_clicks = COALESCE($24, track_clicks),
             token_keys = CASE WHEN $25 THEN $26 ELSE token_keys END,
             max_queued = CASE WHEN $27 THEN $28 ELSE max_queued END,
             max_notifications = CASE WHEN $29 THEN $30 ELSE max_notifications END
         WHERE tenant = $1 AND removing_since IS NULL RETURNING ",
        tenant_columns!(),
    ))
    .bind(id.as_str())
    .bind(ladder.is_some())
    .bind(ladder.as_ref().and_then(Option::as_ref))
    .bind(schemes.is_some())
    .bind(&schemes)
    .bind(change.locale.is_some())
    .bind(change.locale.as_ref().and_then(Option::as_deref))
    .bind(change.push_badge)
    .bind(change.suspended_at.is_some())
    .bind(change.suspended_at.flatten())
    .bind(change.max_api_keys.is_some())
    .bind(change.max_api_keys.flatten().map(whole))
    .bind(change.max_requests.is_some())
    .bind(change.max_requests.flatten().map(|rate| rate.to_string()))
    .bind(change.max_sends.is_some())
    .bind(change.max_sends.flatten().map(|rate| rate.to_string()))
    .bind(change.max_streams.is_some())
    .bind(change.max_streams.flatten().map(whole))
    .bind(change.max_types.is_some())
    .bind(change.max_types.flatten().map(whole))
    .bind(change.max_recipients.is_some())
    .bind(change.max_recipients.flatten().map(whole))
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
    .bind(change.max_queued.flatten().map(whole))
    .bind(change.max_notifications.is_some())
    .bind(change.max_notifications.flatten().map(whole))
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}
