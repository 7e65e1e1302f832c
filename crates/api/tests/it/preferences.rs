//! `/api/v1/notifications/preferences`, `/api/v1/admin/preferences` and dry runs.

use serde_json::{Value, json};

use crate::support::{Answer, TestApi, message, operator, send_json, service, user};

const MINE: &str = "/api/v1/notifications/preferences";
const ALL: &str = "/api/v1/admin/preferences";

async fn put(api: &TestApi, path: &str, token: &str, body: &Value) -> Answer {
    api.call(send_json("PUT", path, token, body.to_string()))
        .await
}

async fn get(api: &TestApi, path: &str, token: &str) -> Value {
    let answer = api.get(path, token).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn full() -> Value {
    json!({
        "push_notifications": false, "email_notifications": true,
        "notification_types": {"friend_request": false, "new_message": true},
        "channels": {"new_message": {"email": false, "in_app": true}},
        "quiet_hours": {"enabled": true, "start_time": "22:00", "end_time": "08:00",
            "timezone": "Europe/Berlin"},
        "mandatory_types": [], "debounce": null, "throttle": null,
    })
}

#[tokio::test]
async fn what_is_put_is_shown_to_its_user_only() {
    let api = TestApi::new();
    let nothing = json!({
        "push_notifications": true, "email_notifications": true, "notification_types": {},
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
    // A zone has one name, in whatever case it was told.
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
    let api = TestApi::new();
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
async fn every_wrong_choice_is_named_and_nothing_changes() {
    let api = TestApi::new();
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
            hours(&|h| h["timezone"] = json!("+02:00")),
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
async fn it_is_told_when_something_would_be_delivered() {
    let api = TestApi::new();
    let mine = user("acme", "u1");
    let choices = json!({
        "email_notifications": false, "notification_types": {"news": false},
        "channels": {"chat": {"push": false}},
        "quiet_hours": {"enabled": true, "start_time": "22:00", "end_time": "08:00",
            "timezone": "Europe/Berlin"},
    });
    put(&api, MINE, &mine, &choices).await;
    // The night in which the clock goes forward, and the one in which it goes back.
    let (spring, autumn) = ("2026-03-28T23:00:00Z", "2026-10-24T23:00:00%2B02:00");
    let (morning, late_morning) = ("2026-03-29T06:00:00Z", "2026-10-25T07:00:00Z");
    let noon = "2026-03-29T12:00:00Z";
    for (query, delivered, deferred, suppressed) in [
        (
            format!("channel=push&at={spring}"),
            json!(morning),
            "quiet_hours",
            "",
        ),
        (
            format!("channel=push&at={autumn}"),
            json!(late_morning),
            "quiet_hours",
            "",
        ),
        (format!("channel=push&at={noon}"), json!(noon), "", ""),
        (format!("channel=in_app&at={spring}"), json!(spring), "", ""),
        (
            format!("channel=webhook&at={spring}"),
            json!(spring),
            "",
            "",
        ),
        (
            format!("channel=email&at={noon}"),
            Value::Null,
            "",
            "channel_off",
        ),
        (
            format!("channel=push&at={noon}&notification_type=news"),
            Value::Null,
            "",
            "type_off",
        ),
        (
            format!("channel=push&at={noon}&notification_type=chat"),
            Value::Null,
            "",
            "type_channel_off",
        ),
        (
            format!("channel=push&at={spring}&notification_type=other&priority=critical"),
            json!(spring),
            "",
            "",
        ),
        (
            format!("channel=push&at={spring}&priority=high"),
            json!(morning),
            "quiet_hours",
            "",
        ),
    ] {
        let shown = get(&api, &format!("{MINE}/next-delivery?{query}"), &mine).await;
        let code = |code: &str| {
            if code.is_empty() {
                Value::Null
            } else {
                json!(code)
            }
        };
        assert_eq!(shown["delivered_at"], delivered, "{query}: {shown}");
        assert_eq!(shown["deferred_by"], code(deferred), "{query}: {shown}");
        assert_eq!(shown["suppressed_by"], code(suppressed), "{query}: {shown}");
    }
    let now = get(&api, &format!("{MINE}/next-delivery?channel=push"), &mine).await;
    assert!(now["at"].is_string() && now["delivered_at"].is_string());
}

#[tokio::test]
async fn a_question_without_sense_is_refused() {
    let api = TestApi::new();
    let path = format!("{MINE}/next-delivery");
    for (query, field, code) in [
        ("", "channel", "required"),
        ("?channel=pigeon", "channel", "unknown_value"),
        ("?channel=push&at=tomorrow", "at", "wrong_format"),
        ("?channel=push&priority=urgent", "priority", "unknown_value"),
        (
            "?channel=push&notification_type=No",
            "notification_type",
            "wrong_format",
        ),
        ("?channel=push&zone=UTC", "zone", "unknown_parameter"),
    ] {
        let answer = api
            .get(&format!("{path}{query}"), &user("acme", "u1"))
            .await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
        let problem = answer.json();
        assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{problem}");
        let found = (
            &problem["errors"][0]["field"],
            &problem["errors"][0]["code"],
        );
        assert_eq!(found, (&json!(field), &json!(code)), "{query}");
    }
    for edge in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
        let edge = format!("{path}?channel=push&at={edge}");
        let answer = api.get(&edge, &user("acme", "u1")).await;
        assert_eq!(answer.status, 200, "{edge}");
    }
}

#[tokio::test]
async fn a_dry_run_tells_what_would_become_of_it_and_writes_nothing() {
    let api = TestApi::new();
    let mine = user("acme", "u1");
    let hook = json!({"channel": "webhook", "settings": {"url": "https://a.example.com/secret",
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}});
    let answer = put(
        &api,
        "/api/v1/admin/providers/main",
        &operator("acme"),
        &hook,
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    put(
        &api,
        MINE,
        &mine,
        &json!({"notification_types": {"new_message": false}}),
    )
    .await;
    let mut asked = message(&["u1", "u2"]);
    asked["notification_type"] = json!("new_message");
    asked["dry_run"] = json!(true);
    asked.as_object_mut().unwrap().remove("channels");
    let answer = api.post(asked.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(!answer.text.contains("secret"), "{}", answer.text);
    let told = answer.json();
    assert_eq!(told["dry_run"], true);
    let lines = |n: usize| {
        let lines = told["notifications"][n]["deliveries"].as_array().unwrap();
        let told = |line: &Value| {
            let text = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
            [text("channel"), text("status"), text("reason")].join(" ")
        };
        lines.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(told["notifications"][0]["user_id"], "u1");
    assert_eq!(lines(0), ["in_app sent -", "webhook suppressed type_off"]);
    assert_eq!(lines(1), ["in_app sent -", "webhook queued -"]);
    for whose in ["u1", "u2"] {
        let page = get(&api, "/api/v1/notifications", &user("acme", whose)).await;
        assert_eq!(page["total"], 0, "{page}");
    }
    asked["channels"] = json!(["email"]);
    asked["send_at"] = json!("2099-01-01T00:00:00Z");
    let answer = api.post(asked.to_string()).await;
    assert_eq!(answer.status, 422, "a dry run is checked like the rest");
    asked["send_at"] = json!(chrono::Utc::now() + chrono::TimeDelta::days(1));
    asked["recipients"] = json!(["u3"]);
    asked["channels"] = json!(["email", "in_app", "webhook"]);
    let told = api.post(asked.to_string()).await.json();
    let lines = told["notifications"][0]["deliveries"].as_array().unwrap();
    let reasons: Vec<_> = lines
        .iter()
        .map(|line| line["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["scheduled", "no_address", "scheduled"]);
}

#[tokio::test]
async fn a_tenant_sets_how_often_users_may_be_disturbed() {
    let api = TestApi::new();
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

#[tokio::test]
async fn a_dry_run_looks_at_marks_and_leaves_none() {
    use campanile_domain::{
        Debounce, Mark, Notification, NotificationId, Priority, Restraints, Text,
    };

    let api = TestApi::new();
    let mail = json!({"channel": "email", "settings": {"host": "mail.example.com",
        "from": "bell@example.com"}});
    let path = "/api/v1/admin/providers/mail";
    let answer = put(&api, path, &operator("acme"), &mail).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    put(
        &api,
        ALL,
        &operator("acme"),
        &json!({"debounce": {"within_s": 900}}),
    )
    .await;
    for whose in ["u1", "u2"] {
        let path = format!("/api/v1/users/{whose}");
        let address = json!({"email": format!("{whose}@example.com")});
        let answer = put(&api, &path, &service("acme"), &address).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let mut asked = message(&["u1", "u2"]);
    asked.as_object_mut().unwrap().remove("channels");
    asked["title"] = json!("Hello");
    asked["dry_run"] = json!(true);
    let reasons = async |asked: &Value| {
        let answer = api.post(asked.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let told = answer.json();
        let notifications = told["notifications"].as_array().unwrap().clone();
        let by_mail = |one: Value| {
            let lines = one["deliveries"].as_array().unwrap().clone();
            let line = lines.into_iter().find(|line| line["channel"] == "email");
            line.unwrap()["reason"].as_str().unwrap_or("-").to_owned()
        };
        notifications.into_iter().map(by_mail).collect::<Vec<_>>()
    };
    for _ in 0..2 {
        assert_eq!(reasons(&asked).await, ["-", "-"]);
    }
    // What a plan would have left for the first of them.
    let now = chrono::Utc::now();
    let told = Notification {
        id: NotificationId::at(now),
        tenant: campanile_domain::TenantId::parse("acme").unwrap(),
        user_id: campanile_domain::UserId::parse("u1").unwrap(),
        notification_type: campanile_domain::NotificationType::parse(
            asked["notification_type"].as_str().unwrap(),
        )
        .unwrap(),
        priority: Priority::Normal,
        title: Some("Hello".into()),
        body: asked["body"].as_str().map(str::to_owned),
        content: asked["content"].to_string().into(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        correlation_id: String::new(),
        created_at: now,
    };
    let rules = Restraints {
        debounce: Debounce::new(900).ok(),
        throttle: None,
    };
    let mark = Mark {
        notification: told.id,
        at: now,
        until: now + chrono::TimeDelta::seconds(900),
    };
    let keys = rules.keys(&told, Text::of(&told));
    let marks = keys.places().map(|place| (place.clone(), mark));
    api.storage.plan_marks.lock().unwrap().extend(marks);
    assert_eq!(reasons(&asked).await, ["debounced", "-"]);
    asked["priority"] = json!("critical");
    assert_eq!(reasons(&asked).await, ["-", "-"]);
    asked["priority"] = json!("normal");
    asked["title"] = json!("Hello again");
    assert_eq!(reasons(&asked).await, ["-", "-"]);
}
