//! Which dead letters a filter chooses.

use campanile_domain::TenantId;
use campanile_storage::DeadLetterFilter;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// Adds the tenant and what the filter asks for, after `tenant = `.
pub(super) fn matching(
    query: &mut QueryBuilder<Postgres>,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
) {
    query.push_bind(tenant.as_str().to_owned());
    if let Some(ids) = &filter.ids {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        query.push(" AND id = ANY (").push_bind(ids).push(")");
    }
    if let Some(channel) = filter.channel {
        query.push(" AND channel = ").push_bind(channel.name());
    }
    if let Some(code) = &filter.code {
        query.push(" AND code = ").push_bind(code.clone());
    }
    if let Some(from) = filter.from {
        query.push(" AND died_at >= ").push_bind(from);
    }
    if let Some(to) = filter.to {
        query.push(" AND died_at < ").push_bind(to);
    }
}

/// What can be delivered again: a message that nobody could read names nothing to deliver.
pub(super) const REPLAYABLE: &str = " AND notification_id IS NOT NULL";

/// Removes the oldest that match; `also` narrows the choice further. What somebody else is taking is
/// left to them.
pub(super) fn taking(
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    also: &'static str,
    limit: u32,
) -> QueryBuilder<'static, Postgres> {
    let mut query = QueryBuilder::new("DELETE FROM dead_letters WHERE tenant = ");
    query
        .push_bind(tenant.as_str().to_owned())
        .push(" AND id = ANY (ARRAY (SELECT id FROM dead_letters WHERE tenant = ");
    matching(&mut query, tenant, filter);
    query
        .push(also)
        .push(" ORDER BY died_at, id LIMIT ")
        .push_bind(i64::from(limit))
        .push("))");
    query
}
