use chrono::TimeDelta;

use super::*;
use crate::{
    Channel, DeliveryState, EffectivePreferences, NotificationId, NotificationType, PlanInputs,
    Priority, Routes, TenantId, UserId, plan,
};

fn notification(text: &str) -> Notification {
    let now = Utc::now();
    Notification {
        id: NotificationId::at(now),
        tenant: TenantId::parse("acme").expect("valid"),
        user_id: UserId::parse("u1").expect("valid"),
        notification_type: NotificationType::parse("t").expect("valid"),
        priority: Priority::Normal,
        title: None,
        body: Some(text.to_owned()),
        content: "{}".into(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        item: Default::default(),
        correlation_id: String::new(),
        created_at: now,
    }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn rules(within_s: Option<u32>, burst: Option<u32>) -> RateRules {
    RateRules {
        debounce: within_s.map(|within_s| Debounce::new(within_s).expect("in bounds")),
        throttle: burst.map(|burst| Throttle::new(burst, 1).expect("in bounds")),
    }
}

/// Decides by the marks of a turn.
fn ask(marks: &mut Marks, by: RateRules, one: &Notification, now: i64) -> Option<&'static str> {
    let keys = by.keys(one, Text::of(one));
    marks.admit(one, &keys, at(now))
}

#[test]
fn equal_ones_are_held_back_from_the_last_that_passed() {
    let by = rules(Some(60), None);
    let mut marks = Marks::default();
    let reported: Vec<_> = [0, 30, 59, 60, 90, 119, 120]
        .into_iter()
        .map(|now| ask(&mut marks, by, &notification("a"), now))
        .collect();
    let held = Some(DEBOUNCED);
    assert_eq!(reported, [None, held, held, None, held, held, None]);
}

#[test]
fn what_differs_passes() {
    let by = rules(Some(60), None);
    let mut marks = Marks::default();
    let first = Notification {
        title: Some("ab".into()),
        body: Some("c".into()),
        content: r#"{"x":1,"y":2}"#.into(),
        channels: Some(vec![Channel::Push, Channel::Email]),
        ..notification("")
    };
    assert_eq!(ask(&mut marks, by, &first, 0), None);
    let again = |change: &dyn Fn(&mut Notification)| {
        let mut other = first.clone();
        other.id = NotificationId::at(Utc::now());
        change(&mut other);
        other
    };
    let in_other_order = again(&|n| {
        n.channels = Some(vec![Channel::Email, Channel::Push, Channel::Email]);
    });
    let more_urgent = again(&|n| n.priority = Priority::High);
    let turned = again(&|n| n.content = r#"{"y":2,"x":1}"#.into());
    for equal in [in_other_order, more_urgent, turned] {
        assert_eq!(ask(&mut marks, by, &equal, 1), Some(DEBOUNCED));
    }
    for other in [
        again(&|n| n.user_id = UserId::parse("u2").expect("valid")),
        again(&|n| n.tenant = TenantId::parse("other").expect("valid")),
        again(&|n| n.notification_type = NotificationType::parse("t2").expect("valid")),
        again(&|n| n.content = "{\"a\":1}".into()),
        again(&|n| (n.title, n.body) = (Some("a".into()), Some("bc".into()))),
        again(&|n| n.title = None),
        again(&|n| n.channels = None),
        again(&|n| n.collapse_key = Some("k".into())),
    ] {
        assert_eq!(ask(&mut marks, by, &other, 1), None, "{other:?}");
    }
}

#[test]
fn a_collapse_key_takes_the_place_of_the_text() {
    let by = rules(Some(60), None);
    let keyed = |text: &str, key: &str| Notification {
        collapse_key: Some(key.into()),
        ..notification(text)
    };
    let mut marks = Marks::default();
    assert!(!by.need_text(&keyed("a", "k")) && by.need_text(&notification("a")));
    assert_eq!(ask(&mut marks, by, &keyed("a", "k"), 0), None);
    assert_eq!(ask(&mut marks, by, &keyed("b", "k"), 1), Some(DEBOUNCED));
    assert_eq!(ask(&mut marks, by, &keyed("a", "l"), 1), None);
}

#[test]
fn the_same_one_passes_again_and_takes_no_second_token() {
    let one = notification("a");
    for by in [
        rules(Some(60), None),
        rules(None, Some(1)),
        rules(Some(60), Some(1)),
    ] {
        let mut marks = Marks::default();
        assert_eq!(ask(&mut marks, by, &one, 0), None);
        let kept: HashMap<_, _> = marks.left().map(|(at, mark)| (at.clone(), *mark)).collect();
        let mut later = Marks::new(kept);
        assert_eq!(ask(&mut later, by, &one, 1), None);
        assert_eq!(later.left().count(), 0, "nothing new to keep");
        assert!(ask(&mut later, by, &notification("a"), 1).is_some());
    }
}

#[test]
fn an_equal_one_takes_no_token_and_a_throttled_one_leaves_no_mark() {
    let by = rules(Some(10), Some(2));
    let mut marks = Marks::default();
    assert_eq!(ask(&mut marks, by, &notification("a"), 0), None);
    assert_eq!(ask(&mut marks, by, &notification("a"), 1), Some(DEBOUNCED));
    assert_eq!(ask(&mut marks, by, &notification("b"), 1), None);
    assert_eq!(ask(&mut marks, by, &notification("c"), 1), Some(THROTTLED));
    // A minute later there is a token, and nothing equal has gone out.
    assert_eq!(ask(&mut marks, by, &notification("c"), 61), None);
    let of_another_type = Notification {
        notification_type: NotificationType::parse("t2").expect("valid"),
        ..notification("d")
    };
    assert_eq!(ask(&mut marks, by, &of_another_type, 61), None);
}

#[test]
fn a_changed_window_holds_at_once() {
    let mut marks = Marks::default();
    ask(&mut marks, rules(Some(600), None), &notification("a"), 0);
    let mut shorter = marks.clone();
    let by = rules(Some(10), None);
    assert_eq!(ask(&mut shorter, by, &notification("a"), 11), None);
    let none = ask(&mut marks, rules(None, None), &notification("a"), 1);
    assert_eq!(none, None);
}

#[test]
fn what_disturbs_is_held_back_and_the_rest_leaves() {
    let one = notification("a");
    let mut routes = Routes::default();
    routes.add(one.tenant.clone(), Channel::Webhook, "https://a/".into());
    let planned = |one: &Notification, routes: &Routes| {
        plan(&PlanInputs {
            notification: one,
            routes,
            addresses: &[(Channel::Push, "token:a".to_owned())],
            suppressed: &[],
            unreadable: &[],
            preferences: &EffectivePreferences::default(),
            is_active: false,
            now: at(0),
        })
    };
    let by = rules(Some(60), None);
    assert!(
        !by.bind(&one, &planned(&one, &routes)),
        "a webhook disturbs nobody"
    );
    routes.add_for_users(one.tenant.clone(), Channel::Push);
    let whole = planned(&one, &routes);
    assert!(by.bind(&one, &whole));
    assert!(!RateRules::default().bind(&one, &whole));
    let critical = Notification {
        priority: Priority::Critical,
        ..one.clone()
    };
    assert!(!by.bind(&critical, &planned(&critical, &routes)));

    let held = whole.clone().held_back(THROTTLED);
    let reported: Vec<_> = held
        .deliveries
        .iter()
        .map(|line| (line.channel, line.state, line.reason))
        .collect();
    let push = (Channel::Push, DeliveryState::Suppressed, Some(THROTTLED));
    let hook = (Channel::Webhook, DeliveryState::Queued, None);
    assert_eq!(reported, [push, hook]);
    assert_eq!(held.deliveries[0].id, whole.deliveries[0].id);
    assert!(!by.bind(&one, &held), "nobody is disturbed any more");
}
