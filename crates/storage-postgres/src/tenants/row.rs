//! The row of a tenant.

use campanile_domain::{LinkScheme, RetentionDays, RetryLadder, Tenant, TenantLimits, TokenKeys};
use sqlx::postgres::PgRow;

use crate::error::Fault;
use crate::rows::Reader;

/// The columns that [`read`] reads.
macro_rules! tenant_columns {
    () => {
        "tenant, created_at, retry_ladder_ms, retention_days, link_schemes, locale, push_badge, \
         suspended_at, removing_since, max_api_keys, max_requests, max_sends, max_streams, max_types, \
         max_recipients, max_queued, max_notifications, track_opens, track_clicks, token_keys"
    };
}
pub(super) use tenant_columns;

/// As Postgres has it.
pub(super) fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

pub(super) fn read(row: &PgRow) -> Result<Tenant, Fault> {
    let mut reader = Reader::new(row, "tenants");
    Ok(Tenant {
        id: reader.tenant()?,
        created_at: reader.next("created_at")?,
        retry_ladder: ladder(&mut reader)?,
        retention: days(&mut reader)?,
        link_schemes: link_schemes(&mut reader)?,
        locale: reader.next("locale")?,
        push_badge: reader.next("push_badge")?,
        suspended_at: reader.next("suspended_at")?,
        removing_since: reader.next("removing_since")?,
        max_api_keys: number(&mut reader, "max_api_keys")?,
        limits: TenantLimits {
            requests: reader.parse_some("max_requests", str::parse)?,
            sends: reader.parse_some("max_sends", str::parse)?,
            streams: number(&mut reader, "max_streams")?,
            types: number(&mut reader, "max_types")?,
            recipients: number(&mut reader, "max_recipients")?,
            queued: number(&mut reader, "max_queued")?,
            notifications: number(&mut reader, "max_notifications")?,
        },
        track_opens: reader.next("track_opens")?,
        track_clicks: reader.next("track_clicks")?,
        token_keys: reader
            .next::<Option<String>>("token_keys")?
            .map(TokenKeys::stored),
    })
}

/// The next column: a bound, if one was set.
fn number(reader: &mut Reader<'_>, column: &'static str) -> Result<Option<u32>, Fault> {
    let number: Option<i32> = reader.next(column)?;
    Ok(number.map(|number| u32::try_from(number).unwrap_or(0)))
}

/// The next column: schemes of links, of which a later release may know more.
fn link_schemes(reader: &mut Reader<'_>) -> Result<Vec<LinkScheme>, Fault> {
    let schemes: Option<Vec<String>> = reader.next("link_schemes")?;
    let schemes = schemes.unwrap_or_default();
    Ok(schemes
        .iter()
        .filter_map(|scheme| LinkScheme::parse(scheme).ok())
        .collect())
}

/// The next column: a tenant's own ladder, if it set one.
pub(crate) fn ladder(reader: &mut Reader<'_>) -> Result<Option<RetryLadder>, Fault> {
    let Some(steps) = reader.next::<Option<Vec<i64>>>("retry_ladder_ms")? else {
        return Ok(None);
    };
    match RetryLadder::from_millis(&steps) {
        Some(ladder) => Ok(Some(ladder)),
        None => Err(reader.undecodable("retry_ladder_ms", format!("{steps:?}"))),
    }
}

/// The next column: a tenant's own term, if it set one.
pub(crate) fn days(reader: &mut Reader<'_>) -> Result<Option<RetentionDays>, Fault> {
    let Some(days) = reader.next::<Option<i32>>("retention_days")? else {
        return Ok(None);
    };
    match u32::try_from(days).ok().and_then(RetentionDays::new) {
        Some(days) => Ok(Some(days)),
        None => Err(reader.undecodable("retention_days", days.to_string())),
    }
}
