//! The decision: which notifications of a turn pass, and what marks they leave.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::{DEBOUNCED, Debounce, Mark, MarkKey, MarkPlace, RateRules, THROTTLED, Text, Throttle};
use crate::Notification;

/// Where the marks lie that a notification asks for, and by which rules.
#[derive(Debug, Clone)]
pub struct MarkKeys {
    debounce: Option<(Debounce, MarkPlace)>,
    throttle: Option<(Throttle, MarkPlace)>,
}

impl RateRules {
    /// Whether the text of a notification is needed to know its marks.
    pub fn need_text(self, notification: &Notification) -> bool {
        self.debounce.is_some() && notification.collapse_key.is_none()
    }

    /// The marks that a notification asks for; its text matters where it is needed.
    pub fn keys(self, notification: &Notification, text: Text<'_>) -> MarkKeys {
        let place = |key: MarkKey| MarkPlace {
            tenant: notification.tenant.clone(),
            user: notification.user_id.clone(),
            key,
        };
        let debounced = || place(MarkKey::debounced(notification, text));
        let throttled = || place(MarkKey::throttled(&notification.notification_type));
        MarkKeys {
            debounce: self.debounce.map(|rule| (rule, debounced())),
            throttle: self.throttle.map(|rule| (rule, throttled())),
        }
    }
}

impl MarkKeys {
    /// Where they lie.
    pub fn places(&self) -> impl Iterator<Item = &MarkPlace> {
        let debounce = self.debounce.iter().map(|(_, place)| place);
        debounce.chain(self.throttle.iter().map(|(_, place)| place))
    }
}

/// The marks of a turn: those that were found, and those that it leaves.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    found: HashMap<MarkPlace, Mark>,
    left: BTreeMap<MarkPlace, Mark>,
}

impl Marks {
    /// Those that were found.
    pub fn new(found: HashMap<MarkPlace, Mark>) -> Self {
        Self {
            found,
            left: BTreeMap::new(),
        }
    }

    /// Decides about one notification; says why it is held back, or leaves its marks.
    ///
    /// Debounce comes first, so that equal notifications take no token. Suppressed notifications leave no mark, so
    /// the window starts with what the user received. The notification that left a mark passes again.
    pub fn admit(
        &mut self,
        notification: &Notification,
        keys: &MarkKeys,
        now: DateTime<Utc>,
    ) -> Option<&'static str> {
        let id = notification.id;
        if let Some((rule, place)) = &keys.debounce
            && let Some(mark) = self.at(place)
        {
            if mark.notification == id {
                return None;
            }
            if now < rule.until(mark.at) {
                return Some(DEBOUNCED);
            }
        }
        if let Some((rule, place)) = &keys.throttle {
            let mark = self.at(place);
            if mark.is_none_or(|mark| mark.notification != id) {
                let Some(until) = rule.take(mark, now) else {
                    return Some(THROTTLED);
                };
                self.leave(
                    place,
                    Mark {
                        notification: id,
                        at: now,
                        until,
                    },
                );
            }
        }
        if let Some((rule, place)) = &keys.debounce {
            let until = rule.until(now);
            self.leave(
                place,
                Mark {
                    notification: id,
                    at: now,
                    until,
                },
            );
        }
        None
    }

    /// What is to be kept, in the order of places.
    pub fn left(&self) -> impl Iterator<Item = (&MarkPlace, &Mark)> {
        self.left.iter()
    }

    fn at(&self, place: &MarkPlace) -> Option<Mark> {
        let left = self.left.get(place);
        left.or_else(|| self.found.get(place)).copied()
    }

    fn leave(&mut self, place: &MarkPlace, mark: Mark) {
        self.left.insert(place.clone(), mark);
    }
}

#[cfg(test)]
#[path = "marks_tests.rs"]
mod tests;
