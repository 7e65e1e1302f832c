//! `/api/v1/notifications/preferences` and `/api/v1/admin/preferences`.

use serde_json::{Value, json};

use super::{ALL, MINE, get, put};
use crate::support::{Fault, TestApi, operator, service, user};

fn full() -> Value {
    json!({
        "push_notifications": false, "push_while_active": false, "email_notifications": true,
        "notification_types": {"friend_request": false, "new_message": true},
        "channels": {"new_message": {"email": false, "in_app": true}},
        "quiet_hours": {"enabled": true, "start_time": "22:00", "end_time": "08:00",
            "timezone": "Europe/Berlin"},
        "mandatory_types": [], "debounce": null, "throttle": null,
    })
}

#[tokio::test]
async fn what_is_put_is_shown_to_its_user_only() {
    let api = TestApi::new().await;
    let nothing = json!({
        "push_notifications": true, "push_while_active": true, "email_notifications": true, "notification_types": {},
        "channels": {}, "mandatory_types": [], "debounce": null, "throttle": null,
        "quiet_hours": {"enabled": false, "start_time": "22:00", "end_time": "08:00",
            "timezone": "UTC"},
    });
    let mine = user("acme", "u1");
    assert_eq!(get(&api, MINE, &mine).await, nothing);
    let answer = put(&api, MINE, &mine, &full()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json(), full());
    assert_eq!(get(&api, MINE, &mine).await, full());
    // As it was shown it may come back.
    assert_eq!(put(&api, MINE, &mine, &full()).await.json(), full());
    // A zone has one name, in whatever case it was given.
    let mut shouted = full();
    shouted["quiet_hours"]["timezone"] = json!("EUROPE/BERLIN");
    assert_eq!(put(&api, MINE, &mine, &shouted).await.json(), full());
    for other in [user("acme", "u2"), user("other", "u1")] {
        assert_eq!(get(&api, MINE, &other).await, nothing);
    }
    let answer = put(&api, MINE, &mine, &json!({})).await;
    assert_eq!(answer.json(), nothing, "what is left out is not chosen");
}

#[tokio::test]
async fn a_tenants_defaults_hold_where_a_user_has_not_chosen() {
    let api = TestApi::new().await;
    let set = json!({
        "email_notifications": false, "notification_types": {"news": false},
        "mandatory_types": ["alert"],
        "quiet_hours": {"enabled": true, "start_time": "23:00", "end_time": "07:00"},
    });
    let answer = put(&api, ALL, &operator("acme"), &set).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let shown = get(&api, ALL, &operator("acme")).await;
    assert_eq!(answer.json(), shown);
    assert_eq!(shown["quiet_hours"]["timezone"], Value::Null);
    assert_eq!(shown["push_notifications"], true);
    assert_eq!(
        get(&api, ALL, &operator("other")).await["mandatory_types"],
        json!([])
    );
    let zone = json!({"timezone": "Asia/Tokyo"});
    put(&api, "/api/v1/users/u1", &service("acme"), &zone).await;
    let mine = user("acme", "u1");
    let chosen = json!({"email_notifications": true, "mandatory_types": []});
    let shown = put(&api, MINE, &mine, &chosen).await.json();
    assert_eq!(shown["email_notifications"], true);
    assert_eq!(shown["notification_types"], json!({"news": false}));
    assert_eq!(shown["mandatory_types"], json!(["alert"]));
    let hours = json!({"enabled": true, "start_time": "23:00", "end_time": "07:00",
        "timezone": "Asia/Tokyo"});
    assert_eq!(shown["quiet_hours"], hours);
}

#[tokio::test]
async fn what_is_stored_is_a_success_though_the_look_at_what_waits_breaks_off() {
    let api = TestApi::new().await;
    // The first transaction stores the choices.
    api.storage.break_call("run", Fault::ErrorAfter(1));
    let set = json!({"email_notifications": false});
    let answer = put(&api, ALL, &operator("acme"), &set).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(get(&api, ALL, &operator("acme")).await, answer.json());
}

#[tokio::test]
async fn every_wrong_choice_is_named_and_nothing_changes() {
    let api = TestApi::new().await;
    let hours = |change: &dyn Fn(&mut Value)| {
        let mut body = full();
        change(&mut body["quiet_hours"]);
        body
    };
    let many = |value: Value| {
        let types: serde_json::Map<_, _> =
            (0..101).map(|n| (format!("t{n}"), value.clone())).collect();
        Value::Object(types)
    };
    let wide: serde_json::Map<_, _> = (0..100)
        .map(|n| {
            let channels = campanile_domain::Channel::ALL.map(|channel| channel.name());
            let channels = channels.into_iter().filter(|name| *name != "in_app");
            let row: serde_json::Map<_, _> =
                channels.map(|c| (c.to_owned(), json!(false))).collect();
            (format!("{}{n:02}", "t".repeat(62)), Value::Object(row))
        })
        .collect();
    for (body, field, code) in [
        (json!([]), "", "wrong_type"),
        (
            json!({"push_notifications": "no"}),
            "/push_notifications",
            "wrong_type",
        ),
        (
            json!({"email_notifications": 0}),
            "/email_notifications",
            "wrong_type",
        ),
        (
            json!({"notification_types": ["t"]}),
            "/notification_types",
            "wrong_type",
        ),
        (
            json!({"notification_types": {"t": null}}),
            "/notification_types/t",
            "wrong_type",
        ),
        (
            json!({"notification_types": {"A/b~": true}}),
            "/notification_types/A~1b~0",
            "invalid",
        ),
        (
            json!({"notification_types": many(json!(true))}),
            "/notification_types",
            "too_long",
        ),
        (json!({"channels": 1}), "/channels", "wrong_type"),
        (
            json!({"channels": {"t": true}}),
            "/channels/t",
            "wrong_type",
        ),
        (
            json!({"channels": {"t": {"pigeon": true}}}),
            "/channels/t/pigeon",
            "unknown_value",
        ),
        (
            json!({"channels": {"t": {"push": 1}}}),
            "/channels/t/push",
            "wrong_type",
        ),
        (
            json!({"channels": {"t": {"in_app": false}}}),
            "/channels/t/in_app",
            "not_supported",
        ),
        (
            json!({"channels": {"t": {"sse": false}}}),
            "/channels/t/sse",
            "not_supported",
        ),
        (
            json!({"channels": {"T": {"push": true}}}),
            "/channels/T",
            "invalid",
        ),
        (
            json!({"channels": many(json!({}))}),
            "/channels",
            "too_long",
        ),
        (json!({"channels": wide}), "", "too_long"),
        (json!({"quiet_hours": true}), "/quiet_hours", "wrong_type"),
        (
            json!({"quiet_hours": {}}),
            "/quiet_hours/enabled",
            "required",
        ),
        (
            json!({"quiet_hours": {"enabled": "on"}}),
            "/quiet_hours/enabled",
            "wrong_type",
        ),
        (
            hours(&|h| h["start_time"] = json!("25:00")),
            "/quiet_hours/start_time",
            "invalid",
        ),
        (
            hours(&|h| h["end_time"] = json!("8:00")),
            "/quiet_hours/end_time",
            "invalid",
        ),
        (
            hours(&|h| h["end_time"] = json!(8)),
            "/quiet_hours/end_time",
            "wrong_type",
        ),
        (
            hours(&|h| h["end_time"] = Value::Null),
            "/quiet_hours/end_time",
            "required",
        ),
        (
            hours(&|h| h["end_time"] = json!("22:00")),
            "/quiet_hours/end_time",
            "out_of_range",
        ),
        (
            hours(&|h| h["timezone"] = json!("Mars/Base")),
            "/quiet_hours/timezone",
            "invalid",
        ),
        (
            hours(&|h| h["timezone"] = json!("+25:00")),
            "/quiet_hours/timezone",
            "invalid",
        ),
        (
            hours(&|h| h["mood"] = json!("calm")),
            "/quiet_hours/mood",
            "unknown_field",
        ),
        (
            json!({"digest": {"every": "day"}}),
            "/digest",
            "not_supported",
        ),
        (
            json!({"mandatory_types": "t"}),
            "/mandatory_types",
            "wrong_type",
        ),
        (
            json!({"mandatory_types": ["t", "T"]}),
            "/mandatory_types/1",
            "invalid",
        ),
        (json!({"push": true}), "/push", "unknown_field"),
        (json!({"debounce": 900}), "/debounce", "wrong_type"),
        (json!({"debounce": {}}), "/debounce/within_s", "required"),
        (
            json!({"debounce": {"within_s": 0}}),
            "/debounce/within_s",
            "out_of_range",
        ),
        (
            json!({"debounce": {"within_s": 86_401}}),
            "/debounce/within_s",
            "out_of_range",
        ),
        (
            json!({"debounce": {"within_s": -1}}),
            "/debounce/within_s",
            "out_of_range",
        ),
        (
            json!({"debounce": {"within_s": u64::MAX}}),
            "/debounce/within_s",
            "out_of_range",
        ),
        (
            json!({"debounce": {"within_s": 1.5}}),
            "/debounce/within_s",
            "wrong_type",
        ),
        (
            json!({"debounce": {"within_s": 1, "by": "text"}}),
            "/debounce/by",
            "unknown_field",
        ),
        (json!({"throttle": []}), "/throttle", "wrong_type"),
        (
            json!({"throttle": {"burst": 1}}),
            "/throttle/per_minute",
            "required",
        ),
        (
            json!({"throttle": {"burst": 10_001, "per_minute": 1}}),
            "/throttle/burst",
            "out_of_range",
        ),
        (
            json!({"throttle": {"burst": 1, "per_minute": 0}}),
            "/throttle/per_minute",
            "out_of_range",
        ),
        (
            json!({"throttle": {"burst": "1", "per_minute": 1}}),
            "/throttle/burst",
            "wrong_type",
        ),
    ] {
        for (path, token) in [(MINE, user("acme", "u1")), (ALL, operator("acme"))] {
            let answer = put(&api, path, &token, &body).await;
            assert_eq!(answer.status, 422, "{body}: {}", answer.text);
            let problem = answer.json();
            let errors = problem["errors"].as_array().unwrap();
            assert_eq!(errors.len(), 1, "{body}: {problem}");
            let found = (&errors[0]["field"], &errors[0]["code"]);
            assert_eq!(found, (&json!(field), &json!(code)), "{body}");
        }
    }
    let off = json!({"quiet_hours": {"enabled": false}});
    let answer = put(&api, MINE, &user("acme", "u1"), &off).await;
    assert_eq!(
        answer.status, 200,
        "what is off needs no times: {}",
        answer.text
    );
    assert_eq!(
        get(&api, ALL, &operator("acme")).await["push_notifications"],
        true
    );
}

#[tokio::test]
async fn a_tenant_sets_how_often_users_may_be_disturbed() {
    let api = TestApi::new().await;
    let (debounce, throttle) = (
        json!({"within_s": 900}),
        json!({"burst": 100, "per_minute": 10}),
    );
    let set = json!({"debounce": debounce, "throttle": throttle});
    let answer = put(&api, ALL, &operator("acme"), &set).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mine = user("acme", "u1");
    for shown in [
        answer.json(),
        get(&api, ALL, &operator("acme")).await,
        get(&api, MINE, &mine).await,
        // A user does not choose it.
        put(
            &api,
            MINE,
            &mine,
            &json!({"debounce": null, "throttle": {"burst": 1, "per_minute": 1}}),
        )
        .await
        .json(),
    ] {
        assert_eq!(
            (&shown["debounce"], &shown["throttle"]),
            (&debounce, &throttle)
        );
    }
    let others = get(&api, ALL, &operator("other")).await;
    assert_eq!(others["debounce"], Value::Null);
    let off = json!({"debounce": null});
    let shown = put(&api, ALL, &operator("acme"), &off).await.json();
    assert_eq!(
        (&shown["debounce"], &shown["throttle"]),
        (&Value::Null, &Value::Null)
    );
}
