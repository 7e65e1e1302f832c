//! The row of a tenant.

use campanile_domain::{
    LinkScheme, Rate, RateParseError, RetentionDays, Tenant, TenantLimits, TokenKeys,
};
use campanile_storage::StorageError;
use sqlx::sqlite::SqliteRow;

use crate::error::undecodable;
use crate::rows::{get, get_moment, ladder, moment, tenant};

/// The columns that [`read`] reads.
macro_rules! tenant_columns {
    () => {
        "tenant, created_at, retry_ladder_ms, retention_days, link_schemes, locale, push_badge, \
         suspended_at, removing_since, max_api_keys, max_requests, max_sends, max_streams, max_types, \
         max_recipients, track_opens, track_clicks, token_keys, max_queued, max_notifications"
    };
}
pub(super) use tenant_columns;

pub(super) fn read(row: &SqliteRow) -> Result<Tenant, StorageError> {
    Ok(Tenant {
        id: tenant(row)?,
        created_at: moment(get(row, "created_at")?)?,
        retry_ladder: ladder(get(row, "retry_ladder_ms")?)?,
        retention: days(row)?,
        link_schemes: link_schemes(row)?,
        locale: get(row, "locale")?,
        push_badge: get(row, "push_badge")?,
        suspended_at: get_moment(row, "suspended_at")?,
        removing_since: get_moment(row, "removing_since")?,
        max_api_keys: get(row, "max_api_keys")?,
        limits: TenantLimits {
            requests: rate(row, "max_requests")?,
            sends: rate(row, "max_sends")?,
            streams: get(row, "max_streams")?,
            types: get(row, "max_types")?,
            recipients: get(row, "max_recipients")?,
            queued: get(row, "max_queued")?,
            notifications: get(row, "max_notifications")?,
        },
        track_opens: get(row, "track_opens")?,
        track_clicks: get(row, "track_clicks")?,
        token_keys: get::<Option<String>>(row, "token_keys")?.map(TokenKeys::stored),
    })
}

fn rate(row: &SqliteRow, column: &'static str) -> Result<Option<Rate>, StorageError> {
    let text: Option<&str> = get(row, column)?;
    let rate = text.map(str::parse).transpose();
    rate.map_err(|error: RateParseError| undecodable("tenants", column, error))
}

/// Schemes of links, of which a later release may know more.
fn link_schemes(row: &SqliteRow) -> Result<Vec<LinkScheme>, StorageError> {
    let schemes: Option<&str> = get(row, "link_schemes")?;
    let schemes = schemes.unwrap_or_default().split(',');
    Ok(schemes
        .filter_map(|scheme| LinkScheme::parse(scheme).ok())
        .collect())
}

/// A tenant's own term, if it set one.
pub(crate) fn days(row: &SqliteRow) -> Result<Option<RetentionDays>, StorageError> {
    let Some(days) = get::<Option<u32>>(row, "retention_days")? else {
        return Ok(None);
    };
    let bad = || undecodable("tenants", "retention_days", days);
    RetentionDays::new(days).map(Some).ok_or_else(bad)
}
