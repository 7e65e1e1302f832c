use super::*;
use crate::{Channel, Priority};

fn kind(name: &str) -> NotificationType {
    NotificationType::parse(name).expect("a type")
}

fn night(zone: Option<&str>) -> QuietHours {
    let time = |text: &str| text.parse().expect("a time of day");
    let zone = zone.map(str::to_owned);
    QuietHours::new(true, time("22:00"), time("08:00"), zone).expect("a window")
}

fn effective_preferences(tenant: TenantPreferences, own: Preferences) -> EffectivePreferences {
    EffectivePreferences::new(Some(Arc::new(tenant)), Some(Arc::new(own)))
}

#[test]
fn who_has_chosen_nothing_hears_everything_at_any_time() {
    let defaults = EffectivePreferences::default();
    for channel in Channel::ALL {
        assert_eq!(defaults.suppressed_by(&kind("t"), channel), None);
        assert_eq!(defaults.wakes_at(channel, Priority::Low, Utc::now()), None);
    }
    let shown = defaults.effective();
    assert_eq!(
        (shown.push_notifications, shown.email_notifications),
        (Some(true), Some(true))
    );
    let hours = shown.quiet_hours.expect("a window");
    assert_eq!(
        (hours.enabled, hours.timezone.as_deref()),
        (false, Some("UTC"))
    );
}

#[test]
fn each_switch_silences_what_it_names() {
    let own = Preferences {
        push_notifications: Some(false),
        notification_types: [(kind("off"), false), (kind("on"), true)].into(),
        channels: [(
            kind("on"),
            [(Channel::Email, false), (Channel::Push, true)].into(),
        )]
        .into(),
        ..Preferences::default()
    };
    let preferences = effective_preferences(TenantPreferences::default(), own);
    for (of, by, expected) in [
        ("on", Channel::Push, Some(CHANNEL_OFF)),
        ("on", Channel::WebPush, Some(CHANNEL_OFF)),
        ("on", Channel::Apns, Some(CHANNEL_OFF)),
        ("on", Channel::Email, Some(TYPE_CHANNEL_OFF)),
        ("on", Channel::Webhook, None),
        ("off", Channel::Push, Some(CHANNEL_OFF)),
        ("off", Channel::Email, Some(TYPE_OFF)),
        ("off", Channel::Webhook, Some(TYPE_OFF)),
        ("off", Channel::InApp, None),
        ("other", Channel::Email, None),
    ] {
        assert_eq!(
            preferences.suppressed_by(&kind(of), by),
            expected,
            "{of} by {by}"
        );
    }
}

#[test]
fn a_users_choice_goes_before_the_tenants_default() {
    let tenant = TenantPreferences {
        defaults: Preferences {
            push_while_active: Some(false),
            push_notifications: Some(false),
            email_notifications: Some(false),
            notification_types: [(kind("a"), false), (kind("b"), false)].into(),
            channels: [(
                kind("c"),
                [(Channel::Email, false), (Channel::Push, false)].into(),
            )]
            .into(),
            quiet_hours: Some(night(Some("Asia/Tokyo"))),
        },
        mandatory_types: BTreeSet::new(),
        ..TenantPreferences::default()
    };
    let own = Preferences {
        push_notifications: Some(true),
        notification_types: [(kind("a"), true)].into(),
        channels: [(kind("c"), [(Channel::Push, true)].into())].into(),
        ..Preferences::default()
    };
    let preferences = effective_preferences(tenant, own);
    for (of, by, expected) in [
        ("a", Channel::Push, None),
        ("a", Channel::Email, Some(CHANNEL_OFF)),
        ("b", Channel::Push, Some(TYPE_OFF)),
        ("c", Channel::Push, None),
    ] {
        assert_eq!(
            preferences.suppressed_by(&kind(of), by),
            expected,
            "{of} by {by}"
        );
    }
    let shown = preferences.effective();
    assert_eq!(
        (shown.push_notifications, shown.email_notifications),
        (Some(true), Some(false))
    );
    let types: Vec<_> = shown.notification_types.into_values().collect();
    assert_eq!(types, [true, false]);
    assert_eq!(shown.channels[&kind("c")].len(), 2);
}

#[test]
fn of_a_mandatory_type_only_the_tenants_switches_count() {
    let tenant = TenantPreferences {
        defaults: Preferences {
            channels: [(kind("alert"), [(Channel::Push, false)].into())].into(),
            ..Preferences::default()
        },
        mandatory_types: [kind("alert")].into(),
        ..TenantPreferences::default()
    };
    let own = Preferences {
        push_notifications: Some(false),
        email_notifications: Some(false),
        notification_types: [(kind("alert"), false), (kind("chat"), false)].into(),
        quiet_hours: Some(night(None)),
        ..Preferences::default()
    };
    let preferences = effective_preferences(tenant, own);
    let alert = kind("alert");
    assert_eq!(preferences.suppressed_by(&alert, Channel::Email), None);
    assert_eq!(
        preferences.suppressed_by(&alert, Channel::Push),
        Some(TYPE_CHANNEL_OFF)
    );
    assert_eq!(
        preferences.suppressed_by(&kind("chat"), Channel::Webhook),
        Some(TYPE_OFF)
    );
}

#[test]
fn the_zone_is_the_chosen_one_else_where_the_person_lives_else_the_tenants() {
    let of = |own: Option<&str>, lives: Option<&str>, tenants: Option<&str>| {
        let tenant = TenantPreferences {
            defaults: Preferences {
                quiet_hours: Some(night(tenants)),
                ..Preferences::default()
            },
            mandatory_types: BTreeSet::new(),
            ..TenantPreferences::default()
        };
        let own = Preferences {
            quiet_hours: own.map(|zone| night(Some(zone).filter(|zone| !zone.is_empty()))),
            ..Preferences::default()
        };
        let preferences = effective_preferences(tenant, own).in_zone(lives);
        let zone = preferences
            .effective()
            .quiet_hours
            .and_then(|hours| hours.timezone);
        (zone.expect("a zone"), preferences.needs_zone())
    };
    let (tokyo, rome, lima) = (
        Some("Asia/Tokyo"),
        Some("Europe/Rome"),
        Some("America/Lima"),
    );
    assert_eq!(of(tokyo, rome, lima), ("Asia/Tokyo".into(), false));
    assert_eq!(of(Some(""), rome, lima), ("Europe/Rome".into(), true));
    assert_eq!(of(None, rome, lima), ("Europe/Rome".into(), true));
    assert_eq!(of(None, None, lima), ("America/Lima".into(), true));
    assert_eq!(of(Some(""), None, None), ("UTC".into(), true));
    assert!(!EffectivePreferences::default().needs_zone());
}

#[test]
fn quiet_holds_back_what_disturbs_and_is_not_critical() {
    let own = Preferences {
        quiet_hours: Some(night(None)),
        ..Preferences::default()
    };
    let preferences =
        EffectivePreferences::new(None, Some(Arc::new(own))).in_zone(Some("Europe/Berlin"));
    let midnight = "2026-06-01T22:00:00Z".parse().expect("a moment");
    let morning = "2026-06-02T06:00:00Z".parse().expect("a moment");
    for channel in Channel::ALL {
        let expected = channel.disturbs().then_some(morning);
        for priority in [Priority::High, Priority::Normal, Priority::Low] {
            assert_eq!(
                preferences.wakes_at(channel, priority, midnight),
                expected,
                "{channel}"
            );
        }
        assert_eq!(
            preferences.wakes_at(channel, Priority::Critical, midnight),
            None
        );
        assert_eq!(preferences.wakes_at(channel, Priority::High, morning), None);
    }
    assert!(!Channel::InApp.disturbs() && !Channel::Webhook.disturbs());
}

#[test]
fn without_a_type_only_channels_and_hours_count() {
    let own = Preferences {
        email_notifications: Some(false),
        notification_types: [(kind("t"), false)].into(),
        quiet_hours: Some(night(Some("UTC"))),
        ..Preferences::default()
    };
    let plain = effective_preferences(TenantPreferences::default(), own).of_no_type();
    assert_eq!(plain.suppressed_by(&kind("t"), Channel::Push), None);
    assert_eq!(
        plain.suppressed_by(&kind("t"), Channel::Email),
        Some(CHANNEL_OFF)
    );
    let midnight = "2026-06-01T00:00:00Z".parse().expect("a moment");
    assert!(
        plain
            .wakes_at(Channel::Push, Priority::Normal, midnight)
            .is_some()
    );
}

#[test]
fn a_push_is_silent_for_a_user_who_is_looking_where_that_is_chosen() {
    let set = |push_while_active| Preferences {
        push_while_active,
        ..Preferences::default()
    };
    let alert = NotificationType::parse("alert").expect("valid");
    let news = NotificationType::parse("news").expect("valid");
    let of = |tenant, own| {
        let tenant = TenantPreferences {
            defaults: set(tenant),
            mandatory_types: [alert.clone()].into(),
            ..TenantPreferences::default()
        };
        effective_preferences(tenant, set(own))
    };
    let silent = |all: &EffectivePreferences, of: &NotificationType, by, priority| {
        all.is_silent_while_active(of, by, priority)
    };
    for (tenant, own, asks, of_news, of_alert) in [
        (None, None, false, false, false),
        (None, Some(true), false, false, false),
        (None, Some(false), true, true, false),
        (Some(false), None, true, true, true),
        (Some(false), Some(true), true, false, true),
        (Some(true), Some(false), true, true, false),
    ] {
        let all = of(tenant, own);
        let case = format!("{tenant:?} {own:?}");
        assert_eq!(all.asks_for_presence(), asks, "{case}");
        for by in [Channel::Push, Channel::WebPush, Channel::Apns] {
            assert_eq!(silent(&all, &news, by, Priority::High), of_news, "{case}");
            assert_eq!(silent(&all, &alert, by, Priority::Low), of_alert, "{case}");
            assert!(!silent(&all, &news, by, Priority::Critical), "{case}");
        }
        for by in [Channel::Email, Channel::Webhook, Channel::Slack] {
            assert!(!silent(&all, &news, by, Priority::Normal), "{case}");
        }
    }
}
