//! Holding back what a tenant's debounce and throttle hold back. Tenants without them cost nothing.

use std::collections::{BTreeSet, HashMap};

use campanile_domain::{MarkKeys, Marks, NotificationId, Text};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::lines::Planning;
use crate::error::Fault;
use crate::plan_marks::{hold, leave};
use crate::preferences::EffectivePreferencesByUser;
use crate::rows::{Reader, bounds};

/// What one says: title, body, content.
type Texts = HashMap<NotificationId, (Option<String>, Option<String>, String)>;

/// Decides in the order in which notifications were made, so that of equal ones the first passes, and
/// leaves marks.
pub(super) async fn apply_rate_rules(
    connection: &mut PgConnection,
    plans: &mut [Planning<'_>],
    choices: &EffectivePreferencesByUser,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut bound = bound(connection, plans, choices).await?;
    if bound.is_empty() {
        return Ok(());
    }
    bound.sort_by_key(|(place, _)| plans[*place].0.notification.id);
    let places: BTreeSet<_> = bound.iter().flat_map(|(_, keys)| keys.places()).collect();
    let mut marks = Marks::new(hold(connection, &places, now).await?);
    for (place, keys) in &bound {
        let (waiting, plan) = &mut plans[*place];
        if let Some(reason) = marks.admit(&waiting.notification, keys, now) {
            *plan = std::mem::take(plan).held_back(reason);
        }
    }
    leave(connection, &marks).await
}

/// Which of the plans are bound by rules, and the marks they ask for.
async fn bound(
    connection: &mut PgConnection,
    plans: &[Planning<'_>],
    choices: &EffectivePreferencesByUser,
) -> Result<Vec<(usize, MarkKeys)>, Fault> {
    let bound: Vec<_> = plans
        .iter()
        .enumerate()
        .filter_map(|(place, (waiting, plan))| {
            let notification = &waiting.notification;
            let rules = choices.rate_rules(&notification.tenant);
            rules
                .bind(notification, plan)
                .then_some((place, notification, rules))
        })
        .collect();
    let wordy = bound.iter().filter(|(_, one, rules)| rules.need_text(one));
    let wordy = wordy.map(|(_, one, _)| (one.tenant.as_str(), one.id));
    let texts = texts(connection, wordy.unzip()).await?;
    let keys = bound.into_iter().map(|(place, one, rules)| {
        let text = texts.get(&one.id).map(|(title, body, content)| Text {
            title: title.as_deref(),
            body: body.as_deref(),
            content,
        });
        (place, rules.keys(one, text.unwrap_or_default()))
    });
    Ok(keys.collect())
}

async fn texts(
    connection: &mut PgConnection,
    (tenants, ids): (Vec<&str>, Vec<NotificationId>),
) -> Result<Texts, Fault> {
    if ids.is_empty() {
        return Ok(Texts::new());
    }
    let (low, high) = bounds(ids.iter().map(|id| id.0));
    // By key, one by one: see `load.rs`.
    let rows = sqlx::query(
        "SELECT n.id, n.title, n.body, n.content
         FROM UNNEST($1::text[], $2::uuid[]) AS x (tenant, id) CROSS JOIN LATERAL (
             SELECT n.id, n.title, n.body, n.content::text AS content FROM notifications n
             WHERE n.tenant = x.tenant AND n.id >= x.id AND n.id <= x.id
                 AND n.id >= $3 AND n.id <= $4
             ORDER BY n.id LIMIT 1
         ) n",
    )
    .bind(tenants)
    .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
    .bind(low)
    .bind(high)
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "notifications");
        let id = NotificationId(reader.next("id")?);
        let (title, body) = (reader.next("title")?, reader.next("body")?);
        Ok((id, (title, body, reader.next("content")?)))
    };
    rows.iter().map(read).collect()
}
