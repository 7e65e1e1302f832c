//! Which dead letters a filter chooses.

use std::collections::BTreeSet;

use campanile_domain::TenantId;
use campanile_storage::DeadLetterFilter;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// Adds from where, and what the filter asks for: rows `d`, and where each lies as `d.place`.
///
/// Ids are looked up by key, one by one (see `dispatch/record.rs`): the order that a page has would lead the planner
/// through all of the tenant's.
pub(super) fn matching(
    query: &mut QueryBuilder<Postgres>,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
) {
    query.push(" FROM ");
    if let Some(ids) = &filter.ids {
        let ids: BTreeSet<Uuid> = ids.iter().map(|id| id.0).collect();
        query
            .push("UNNEST(")
            .push_bind(Vec::from_iter(ids))
            .push("::uuid[]) AS x (id) CROSS JOIN LATERAL ");
    }
    query
        .push("(SELECT l.ctid AS place, l.* FROM dead_letters l WHERE l.tenant = ")
        .push_bind(tenant.as_str().to_owned());
    if filter.ids.is_some() {
        query.push(" AND l.id = x.id OFFSET 0");
    }
    query.push(") AS d WHERE true");
    if let Some(channel) = filter.channel {
        query.push(" AND d.channel = ").push_bind(channel.name());
    }
    if let Some(code) = &filter.code {
        query.push(" AND d.code = ").push_bind(code.clone());
    }
    if let Some(from) = filter.from {
        query.push(" AND d.died_at >= ").push_bind(from);
    }
    if let Some(to) = filter.to {
        query.push(" AND d.died_at < ").push_bind(to);
    }
}

/// What can be delivered again: an unreadable message names nothing to deliver.
pub(super) const REPLAYABLE: &str = " AND d.notification_id IS NOT NULL";

/// Removes the oldest that match; `also` narrows the choice further. What another process is taking is
/// left to them.
pub(super) fn taking(
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    also: &'static str,
    limit: u32,
) -> QueryBuilder<'static, Postgres> {
    // What is found at a place is no other row: a row that this statement sees is not cleared away meanwhile.
    let mut query =
        QueryBuilder::new("DELETE FROM dead_letters WHERE ctid = ANY (ARRAY (SELECT d.place");
    matching(&mut query, tenant, filter);
    query
        .push(also)
        .push(" ORDER BY d.died_at, d.id LIMIT ")
        .push_bind(i64::from(limit))
        .push("))");
    query
}
