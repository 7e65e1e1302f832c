//! The switches of the preference page: types and ways, as they stand and as a form changes them.

use std::collections::BTreeSet;

use campanile_domain::{
    Channel, EffectivePreferences, NotificationType, Preferences, TenantId, UserId,
};
use campanile_storage::{InboxFilter, PageSize, PageStart, Storage, StorageError};
use chrono::{DateTime, Utc};

/// Types that the page lists.
const MOST_TYPES: usize = 60;
/// Notifications whose types are listed.
const NEWEST: u32 = 50;

/// A way of notifying that has a switch of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Mails.
    Email,
    /// Pushes, by whichever service.
    Push,
}

impl Way {
    pub(super) const ALL: [Self; 2] = [Self::Email, Self::Push];

    /// The name in forms.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Push => "push",
        }
    }

    /// The way of a channel.
    pub(super) const fn of(channel: Channel) -> Option<Self> {
        match channel {
            Channel::Email => Some(Self::Email),
            Channel::Push | Channel::WebPush | Channel::Apns => Some(Self::Push),
            _ => None,
        }
    }

    const fn channels(self) -> &'static [Channel] {
        match self {
            Self::Email => &[Channel::Email],
            Self::Push => &[Channel::Push, Channel::WebPush, Channel::Apns],
        }
    }
}

/// Whether a type comes by a way, leaving aside the switch of the way itself.
pub(super) fn is_on(effective: &Preferences, of: &NotificationType, way: Way) -> bool {
    let row = effective.channels.get(of);
    let any = way
        .channels()
        .iter()
        .any(|channel| row.and_then(|row| row.get(channel)) != Some(&false));
    any && effective.notification_types.get(of) != Some(&false)
}

/// Changes the switch of a type and a way in the user's own choices.
pub(super) fn switch(
    own: &mut Preferences,
    effective: &Preferences,
    of: &NotificationType,
    way: Way,
    on: bool,
) {
    let row = own.channels.entry(of.clone()).or_default();
    for channel in way.channels() {
        row.insert(*channel, on);
    }
    let was_off = effective.notification_types.get(of) == Some(&false);
    if on && was_off && own.notification_types.get(of) != Some(&true) {
        // The type was off as a whole: by the other channels it stays off.
        for channel in Channel::all().filter(|channel| *channel != Channel::InApp) {
            row.entry(channel).or_insert(false);
        }
        own.notification_types.insert(of.clone(), true);
    }
}

/// The types that the page lists: of recent notifications, with templates, and those about which something was chosen.
///
/// # Errors
/// [`StorageError`].
pub(super) async fn listed_types(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    effective: &EffectivePreferences,
    now: DateTime<Utc>,
) -> Result<Vec<NotificationType>, StorageError> {
    let set = effective.effective();
    let mut types: BTreeSet<NotificationType> = set.notification_types.into_keys().collect();
    types.extend(set.channels.into_keys());
    types.extend(effective.mandatory_types().into_iter().flatten().cloned());
    let (filter, start) = (InboxFilter::default(), PageStart::Offset(0));
    let newest = storage.inbox_page(tenant, user, &filter, start, PageSize::rows(NEWEST), now);
    let newest = newest.await?.items.into_iter();
    types.extend(newest.map(|item| item.notification.notification_type));
    let templates = storage.template_types(tenant).await?.into_iter();
    types.extend(templates.map(|one| one.notification_type));
    // Those of the service itself, and templates that others include, are no types that a user gets.
    types.retain(|of| !of.is_own() && !of.as_str().starts_with('_'));
    Ok(types.into_iter().take(MOST_TYPES).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news() -> NotificationType {
        NotificationType::parse("news").expect("a type")
    }

    #[test]
    fn a_switch_changes_one_way_of_one_type() {
        let mut own = Preferences::default();
        switch(&mut own, &Preferences::default(), &news(), Way::Push, false);
        assert!(!is_on(&own, &news(), Way::Push));
        assert!(is_on(&own, &news(), Way::Email));
        assert_eq!(own.channels[&news()].len(), 3);
        let before = own.clone();
        switch(&mut own, &before, &news(), Way::Push, true);
        assert!(is_on(&own, &news(), Way::Push));
    }

    #[test]
    fn a_type_that_was_off_comes_back_by_the_chosen_way_only() {
        let off = Preferences {
            notification_types: [(news(), false)].into(),
            ..Preferences::default()
        };
        let mut own = off.clone();
        switch(&mut own, &off, &news(), Way::Email, true);
        assert!(is_on(&own, &news(), Way::Email));
        assert!(!is_on(&own, &news(), Way::Push));
        assert_eq!(own.channels[&news()].get(&Channel::Slack), Some(&false));
        assert_eq!(own.channels[&news()].get(&Channel::InApp), None);
    }
}
