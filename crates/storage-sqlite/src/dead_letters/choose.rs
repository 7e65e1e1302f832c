//! Which dead letters a filter chooses.

use campanile_domain::TenantId;
use campanile_storage::DeadLetterFilter;
use sqlx::{QueryBuilder, Sqlite};

use crate::rows::micros;

/// Adds the tenant and what the filter asks for, after `tenant = `.
pub(super) fn matching(
    query: &mut QueryBuilder<Sqlite>,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
) {
    query.push_bind(tenant.as_str().to_owned());
    if let Some(ids) = &filter.ids {
        query.push(" AND id IN (");
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(id.0);
        }
        query.push(")");
    }
    if let Some(channel) = filter.channel {
        query.push(" AND channel = ").push_bind(channel.name());
    }
    if let Some(code) = &filter.code {
        query.push(" AND code = ").push_bind(code.clone());
    }
    if let Some(from) = filter.from {
        query.push(" AND died_at >= ").push_bind(micros(from));
    }
    if let Some(to) = filter.to {
        query.push(" AND died_at < ").push_bind(micros(to));
    }
}

/// What can be delivered again: an unreadable message names nothing to deliver.
pub(super) const REPLAYABLE: &str = " AND notification_id IS NOT NULL";

/// Removes the oldest that match; `also` narrows the choice further.
pub(super) fn taking(
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    also: &'static str,
    limit: u32,
) -> QueryBuilder<'static, Sqlite> {
    let mut query = QueryBuilder::new("DELETE FROM dead_letters WHERE tenant = ");
    query
        .push_bind(tenant.as_str().to_owned())
        .push(" AND id IN (SELECT id FROM dead_letters WHERE tenant = ");
    matching(&mut query, tenant, filter);
    query
        .push(also)
        .push(" ORDER BY died_at, id LIMIT ")
        .push_bind(limit)
        .push(")");
    query
}
