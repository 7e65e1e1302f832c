//! Holding back what a tenant's debounce and throttle hold back. Tenants without them cost nothing.

use std::collections::{BTreeSet, HashMap};

use campanile_domain::{MarkKeys, Marks, NotificationId, RateRules, TenantId, Text};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::Planning;
use crate::error::storage_error;
use crate::plan_marks::{found, leave};
use crate::rows::get;

/// What one says: title, body, content.
type Texts = HashMap<NotificationId, (Option<String>, Option<String>, String)>;

/// Decides about plans of one tenant in the order in which notifications were made, so that of equal
/// ones the first passes, and leaves marks. The writer is alone, so nobody else decides meanwhile.
pub(super) async fn apply_rate_rules(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    plans: &mut [Planning],
    rules: RateRules,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let mut bound = bound(connection, tenant, plans, rules).await?;
    if bound.is_empty() {
        return Ok(());
    }
    bound.sort_by_key(|(place, _)| plans[*place].0.id);
    let places: BTreeSet<_> = bound.iter().flat_map(|(_, keys)| keys.places()).collect();
    let mut marks = Marks::new(found(connection, tenant, &places).await?);
    for (place, keys) in &bound {
        let (notification, _, plan) = &mut plans[*place];
        if let Some(reason) = marks.admit(notification, keys, now) {
            *plan = std::mem::take(plan).held_back(reason);
        }
    }
    leave(connection, &marks).await
}

/// Which of the plans are bound by rules, and the marks they ask for.
async fn bound(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    plans: &[Planning],
    rules: RateRules,
) -> Result<Vec<(usize, MarkKeys)>, StorageError> {
    let bound = plans.iter().enumerate();
    let bound = bound.filter(|(_, (notification, _, plan))| rules.bind(notification, plan));
    let bound: Vec<_> = bound.map(|(place, (one, ..))| (place, one)).collect();
    let wordy = bound.iter().filter(|(_, one)| rules.need_text(one));
    let wordy: Vec<_> = wordy.map(|(_, one)| one.id).collect();
    let texts = texts(connection, tenant, &wordy).await?;
    let keys = bound.into_iter().map(|(place, one)| {
        let text = texts.get(&one.id).map(|(title, body, content)| Text {
            title: title.as_deref(),
            body: body.as_deref(),
            content,
        });
        (place, rules.keys(one, text.unwrap_or_default()))
    });
    Ok(keys.collect())
}

/// Of so many as one outbox row names.
async fn texts(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    ids: &[NotificationId],
) -> Result<Texts, StorageError> {
    if ids.is_empty() {
        return Ok(Texts::new());
    }
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT id, title, body, content FROM notifications WHERE tenant = ",
    );
    query.push_bind(tenant.as_str()).push(" AND id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.0);
    }
    list.push_unseparated(")");
    let rows = query.build().fetch_all(connection).await;
    let rows = rows.map_err(storage_error)?;
    let read = |row| {
        let said = (get(row, "title")?, get(row, "body")?, get(row, "content")?);
        Ok((NotificationId(get(row, "id")?), said))
    };
    rows.iter().map(read).collect()
}
