//! Holding back what a tenant's debounce and throttle hold back. Tenants without them cost nothing.

use std::collections::{BTreeSet, HashMap};

use campanile_domain::{MarkKeys, Marks, Text};
use campanile_storage::{ChoicesByPerson, StorageError, Transaction};
use chrono::{DateTime, Utc};

use super::lines::Planning;

/// Decides in the order in which notifications were made, so that of equal ones the first passes, and leaves marks.
pub(super) async fn apply(
    tx: &mut dyn Transaction,
    plans: &mut [Planning<'_>],
    choices: &ChoicesByPerson,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let mut bound = bound(tx, plans, choices).await?;
    if bound.is_empty() {
        return Ok(());
    }
    bound.sort_by_key(|(place, _)| plans[*place].0.notification.id);
    let places: BTreeSet<_> = bound.iter().flat_map(|(_, keys)| keys.places()).collect();
    let mut marks = Marks::new(tx.hold_marks(&places, now).await?);
    for (place, keys) in &bound {
        let (one, plan) = &mut plans[*place];
        if let Some(reason) = marks.admit(&one.notification, keys, now) {
            *plan = std::mem::take(plan).held_back(reason);
        }
    }
    tx.leave_marks(&marks).await
}

/// Which of the plans are bound by rules, and the marks they ask for.
async fn bound(
    tx: &mut dyn Transaction,
    plans: &[Planning<'_>],
    choices: &ChoicesByPerson,
) -> Result<Vec<(usize, MarkKeys)>, StorageError> {
    let mut bound = Vec::new();
    for (place, (one, plan)) in plans.iter().enumerate() {
        let rules = choices.rate_rules(&one.notification.tenant);
        if rules.bind(&one.notification, plan) {
            bound.push((place, &one.notification, rules));
        }
    }
    let wordy = bound.iter().filter(|(_, one, rules)| rules.need_text(one));
    let wordy: Vec<_> = wordy.map(|(_, one, _)| (&one.tenant, one.id)).collect();
    let texts = if wordy.is_empty() {
        HashMap::new()
    } else {
        tx.texts(&wordy).await?
    };
    let keys = bound.into_iter().map(|(place, one, rules)| {
        let text = texts.get(&one.id).map(|texts| Text {
            title: texts.title.as_deref(),
            body: texts.body.as_deref(),
            content: &texts.content,
        });
        (place, rules.keys(one, text.unwrap_or_default()))
    });
    Ok(keys.collect())
}
