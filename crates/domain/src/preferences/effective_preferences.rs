//! The effective preferences of one user: their own choices, then their tenant's defaults, and without either
//! everything at any time.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Preferences, QuietHours, TenantPreferences};
use crate::{Channel, NotificationType, Priority, RateRules};

/// Why a delivery is suppressed: all pushes, or all mails, are switched off.
pub const CHANNEL_OFF: &str = "channel_off";
/// Why a delivery is suppressed: its type is switched off.
pub const TYPE_OFF: &str = "type_off";
/// Why a delivery is suppressed: its type is switched off for its channel.
pub const TYPE_CHANNEL_OFF: &str = "type_channel_off";
/// Why a push is suppressed: the user has a live stream open, and sees the notification there.
pub const USER_IS_ACTIVE: &str = "user_is_active";
/// Why a delivery waits: the person is not to be disturbed now.
pub const QUIET_HOURS: &str = "quiet_hours";

/// The zone of those of whom none is known.
const NO_ZONE: &str = "UTC";

/// A person's choices over their tenant's; cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EffectivePreferences {
    tenant: Option<Arc<TenantPreferences>>,
    own: Option<Arc<Preferences>>,
    timezone: Option<Arc<str>>,
}

impl EffectivePreferences {
    /// What the user has chosen; `None` if they never did.
    pub fn own(&self) -> Option<&Preferences> {
        self.own.as_deref()
    }

    /// From the preferences of a user and the defaults of their tenant; either may be absent.
    pub fn new(tenant: Option<Arc<TenantPreferences>>, own: Option<Arc<Preferences>>) -> Self {
        Self {
            tenant,
            own,
            timezone: None,
        }
    }

    /// The same, with the zone in which the person is known to live.
    #[must_use]
    pub fn in_zone(mut self, timezone: Option<&str>) -> Self {
        self.timezone = timezone.map(Arc::from);
        self
    }

    /// The same for a notification whose type is not known: only what is said of channels and hours.
    #[must_use]
    pub fn of_no_type(&self) -> Self {
        let plain = |of: &Preferences| Preferences {
            notification_types: Default::default(),
            channels: Default::default(),
            ..of.clone()
        };
        Self {
            tenant: self.tenant.as_ref().map(|tenant| {
                Arc::new(TenantPreferences {
                    defaults: plain(&tenant.defaults),
                    mandatory_types: BTreeSet::new(),
                    rate_rules: tenant.rate_rules,
                })
            }),
            own: self.own.as_deref().map(plain).map(Arc::new),
            timezone: self.timezone.clone(),
        }
    }

    /// Whether the person's own zone, which is not among these choices, could matter.
    pub fn needs_zone(&self) -> bool {
        let named = self.own_hours().is_some_and(|own| own.timezone.is_some());
        !named && self.hours().is_some_and(|hours| hours.enabled)
    }

    /// Why a type is off for a channel. Every switch that is set must be on.
    ///
    /// The inbox has no switch: it keeps every notification. Of a mandatory type only the tenant's
    /// switches count.
    pub fn suppressed_by(&self, of: &NotificationType, by: Channel) -> Option<&'static str> {
        if by == Channel::InApp || of.as_str() == NotificationType::MAGIC_LINK {
            return None;
        }
        let is_mandatory = self.mandatory_types().is_some_and(|all| all.contains(of));
        let own = self.own.as_deref().filter(|_| !is_mandatory);
        let theirs = self.tenant.as_deref().map(|tenant| &tenant.defaults);
        let is_off = |switch: &dyn Fn(&Preferences) -> Option<bool>| {
            let said = own.and_then(switch).or_else(|| theirs.and_then(switch));
            said == Some(false)
        };
        if is_off(&|choices| choices.channel(by)) {
            Some(CHANNEL_OFF)
        } else if is_off(&|choices| choices.notification_types.get(of).copied()) {
            Some(TYPE_OFF)
        } else if is_off(&|choices| choices.type_channel(of, by)) {
            Some(TYPE_CHANNEL_OFF)
        } else {
            None
        }
    }

    /// Whether it matters that the user has a live stream open.
    pub fn asks_for_presence(&self) -> bool {
        let tenant = self.tenant.as_deref().map(|tenant| &tenant.defaults);
        let own = self.own.as_deref();
        let said = |of: Option<&Preferences>| of.and_then(|of| of.push_while_active);
        said(own) == Some(false) || said(tenant) == Some(false)
    }

    /// Whether a channel is silent about a type while the user has a live stream open. Of a mandatory type only the
    /// tenant's switch counts, and what is critical always disturbs.
    pub fn is_silent_while_active(
        &self,
        of: &NotificationType,
        by: Channel,
        priority: Priority,
    ) -> bool {
        if priority == Priority::Critical || !by.is_push() {
            return false;
        }
        let is_mandatory = self.mandatory_types().is_some_and(|all| all.contains(of));
        let own = self.own.as_deref().filter(|_| !is_mandatory);
        let tenant = self.tenant.as_deref().map(|tenant| &tenant.defaults);
        let said = own.and_then(|own| own.push_while_active);
        said.or_else(|| tenant?.push_while_active) == Some(false)
    }

    /// When the quiet that holds a delivery of this channel and priority back now will end.
    pub fn wakes_at(
        &self,
        by: Channel,
        priority: Priority,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        if priority == Priority::Critical || !by.disturbs() {
            return None;
        }
        self.hours()?.wakes_at(now, self.zone())
    }

    /// All that holds, switch by switch, with the zone that the hours are read in.
    pub fn effective(&self) -> Preferences {
        let tenant = self.tenant.as_deref().map(|tenant| &tenant.defaults);
        let mut all = tenant.cloned().unwrap_or_default();
        let mut hours = self.hours().cloned().unwrap_or_else(QuietHours::off);
        hours.timezone = Some(self.zone().to_owned());
        if let Some(own) = self.own.as_deref() {
            all.push_notifications = own.push_notifications.or(all.push_notifications);
            all.push_while_active = own.push_while_active.or(all.push_while_active);
            all.email_notifications = own.email_notifications.or(all.email_notifications);
            let types = own.notification_types.iter();
            all.notification_types
                .extend(types.map(|(of, on)| (of.clone(), *on)));
            for (of, row) in &own.channels {
                let merged = all.channels.entry(of.clone()).or_default();
                merged.extend(row.iter().map(|(channel, on)| (*channel, *on)));
            }
        }
        all.push_notifications.get_or_insert(true);
        all.push_while_active.get_or_insert(true);
        all.email_notifications.get_or_insert(true);
        all.quiet_hours = Some(hours);
        all
    }

    /// Types about which the person's switches do not count.
    pub fn mandatory_types(&self) -> Option<&BTreeSet<NotificationType>> {
        Some(&self.tenant.as_deref()?.mandatory_types)
    }

    /// How often the tenant lets the person be disturbed.
    pub fn rate_rules(&self) -> RateRules {
        let tenant = self.tenant.as_deref();
        tenant.map_or_else(RateRules::default, |tenant| tenant.rate_rules)
    }

    fn own_hours(&self) -> Option<&QuietHours> {
        self.own.as_deref()?.quiet_hours.as_ref()
    }

    fn tenants_hours(&self) -> Option<&QuietHours> {
        self.tenant.as_deref()?.defaults.quiet_hours.as_ref()
    }

    fn hours(&self) -> Option<&QuietHours> {
        self.own_hours().or_else(|| self.tenants_hours())
    }

    /// The one that the person chose for the hours, else the one they live in, else the tenant's.
    fn zone(&self) -> &str {
        let own = self.own_hours().and_then(|hours| hours.timezone.as_deref());
        let tenants = || self.tenants_hours()?.timezone.as_deref();
        own.or(self.timezone.as_deref())
            .or_else(tenants)
            .unwrap_or(NO_ZONE)
    }
}

#[cfg(test)]
#[path = "effective_preferences_tests.rs"]
mod tests;
