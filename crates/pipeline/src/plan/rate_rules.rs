//! Holding back what a tenant's debounce and throttle hold back. Tenants without them cost nothing.

use std::collections::{BTreeSet, HashMap};

use campanile_domain::{Mark, MarkKeys, MarkPlace, Marks, Notification, RateRules, Text};
use campanile_storage::{ChoicesByPerson, StorageError, Texts, Transaction};
use chrono::{DateTime, Utc};

use super::inputs::Planning;

/// Decides over the marks at places that it locks, and leaves marks.
pub(super) async fn apply(
    tx: &mut dyn Transaction,
    plans: &mut [Planning<'_>],
    choices: &ChoicesByPerson,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let mut bound = bound(plans, choices);
    if bound.is_empty() {
        return Ok(());
    }
    // The row of a planned notification was read without its texts.
    let wordy = bound.iter().filter_map(|(place, rules)| {
        let one = &plans[*place].0.notification;
        rules.need_text(one).then_some((&one.tenant, one.id))
    });
    let wordy: Vec<_> = wordy.collect();
    let texts = if wordy.is_empty() {
        HashMap::new()
    } else {
        tx.texts(&wordy).await?
    };
    // What cannot be read must not be taken for a repetition of another that cannot.
    bound.retain(|(place, rules)| {
        let one = &plans[*place].0.notification;
        !rules.need_text(one) || texts.contains_key(&one.id)
    });
    let asked = asked(plans, bound, |one| {
        texts.get(&one.id).map(text).unwrap_or_default()
    });
    let held = tx.hold_marks(&places(&asked), now).await?;
    let marks = decide(plans, &asked, held, now);
    tx.leave_marks(&marks).await
}

/// Decides over the marks that there are now, and leaves none. The notifications have their texts.
pub(super) async fn preview(
    tx: &mut dyn Transaction,
    plans: &mut [Planning<'_>],
    choices: &ChoicesByPerson,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let bound = bound(plans, choices);
    if bound.is_empty() {
        return Ok(());
    }
    let asked = asked(plans, bound, Text::of);
    let found = tx.marks(&places(&asked)).await?;
    decide(plans, &asked, found, now);
    Ok(())
}

/// Which of the plans are bound by rules.
fn bound(plans: &[Planning<'_>], choices: &ChoicesByPerson) -> Vec<(usize, RateRules)> {
    let plans = plans.iter().enumerate();
    let bound = plans.filter_map(|(place, (one, plan))| {
        let rules = choices.rate_rules(&one.notification.tenant);
        let is_bound = rules.bind(&one.notification, plan);
        is_bound.then_some((place, rules))
    });
    bound.collect()
}

/// The marks that they ask for, in the order in which the notifications were made: of equal ones the first passes.
fn asked<'t>(
    plans: &'t [Planning<'_>],
    bound: Vec<(usize, RateRules)>,
    text: impl Fn(&'t Notification) -> Text<'t>,
) -> Vec<(usize, MarkKeys)> {
    let keys = bound.into_iter().map(|(place, rules)| {
        let one = &plans[place].0.notification;
        (place, rules.keys(one, text(one)))
    });
    let mut asked: Vec<_> = keys.collect();
    asked.sort_by_key(|(place, _)| plans[*place].0.notification.id);
    asked
}

fn places(asked: &[(usize, MarkKeys)]) -> BTreeSet<&MarkPlace> {
    asked.iter().flat_map(|(_, keys)| keys.places()).collect()
}

/// Holds back what the marks hold back; gives the marks that the others leave.
fn decide(
    plans: &mut [Planning<'_>],
    asked: &[(usize, MarkKeys)],
    found: HashMap<MarkPlace, Mark>,
    now: DateTime<Utc>,
) -> Marks {
    let mut marks = Marks::new(found);
    for (place, keys) in asked {
        let (one, plan) = &mut plans[*place];
        if let Some(reason) = marks.admit(&one.notification, keys, now) {
            *plan = std::mem::take(plan).held_back(reason);
        }
    }
    marks
}

fn text(texts: &Texts) -> Text<'_> {
    Text {
        title: texts.title.as_deref(),
        body: texts.body.as_deref(),
        content: &texts.content,
    }
}
