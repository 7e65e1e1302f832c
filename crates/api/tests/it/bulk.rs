//! `POST /api/v1/notifications/bulk`.

use campanile_api::identity::CallRates;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, message, send_json, service, user};

const PATH: &str = "/api/v1/notifications/bulk";

async fn bulk(api: &TestApi, items: &Value, key: Option<&str>) -> Answer {
    let body = json!({"items": items}).to_string();
    let mut request = send_json("POST", PATH, &service("acme"), body);
    if let Some(key) = key {
        let key = key.parse().unwrap();
        request.headers_mut().insert("idempotency-key", key);
    }
    api.call(request).await
}

fn statuses(answer: &Answer) -> Vec<u64> {
    let json = answer.json();
    let results = json["results"].as_array().unwrap().iter();
    results
        .map(|line| line["status"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn one_bad_item_keeps_back_no_other() {
    let api = TestApi::new().await;
    let mut nul = message(&["u1"]);
    nul["title"] = json!("a\u{0}b");
    let items = json!([message(&["u1", "u2"]), {"recipients": []}, 7, nul, message(&["u1"])]);
    let answer = bulk(&api, &items, None).await;
    assert_eq!(answer.status, 207, "{}", answer.text);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("idempotency-replayed"), None);
    assert_eq!(statuses(&answer), [202, 422, 422, 422, 202]);
    let json = answer.json();
    let first = &json["results"][0];
    assert_eq!(first["accepted"], 2);
    let users: Vec<_> = first["notifications"].as_array().unwrap().iter().collect();
    assert_eq!(
        users.iter().map(|n| &n["user_id"]).collect::<Vec<_>>(),
        ["u1", "u2"]
    );
    assert_eq!(first.get("problem"), None);
    let wrong = &json["results"][3];
    assert_eq!(wrong.get("accepted"), None);
    assert_eq!(wrong["problem"]["code"], "validation_failed");
    assert_eq!(wrong["problem"]["errors"][0]["field"], "/title");
    assert_eq!(
        wrong["problem"]["request_id"].as_str(),
        answer.header("x-request-id")
    );
    let inbox = api.get("/api/v1/notifications", &user("acme", "u1")).await;
    assert_eq!(inbox.json()["total"], 2);
}

#[tokio::test]
async fn the_answer_does_not_grow_with_what_is_wrong() {
    let api = TestApi::new().await;
    // 4 MB: a thousand items, each with a thousand wrong recipients.
    let item = format!("{{\"recipients\":[{}\"\"]}}", "true,".repeat(799));
    let body = format!("{{\"items\":[{}]}}", vec![item; 1_000].join(","));
    assert!(body.len() > 3 * 1024 * 1024);
    let answer = api
        .call(send_json("POST", PATH, &service("acme"), body))
        .await;
    assert_eq!(answer.status, 207);
    assert!(answer.text.len() < 1024 * 1024, "{}", answer.text.len());
    let json = answer.json();
    let problems = json["results"].as_array().unwrap().iter();
    let reported = problems.map(|line| {
        let problem = &line["problem"];
        let listed = problem["errors"].as_array().unwrap().len() as u64;
        assert_eq!(listed + problem["errors_omitted"].as_u64().unwrap(), 802);
        listed
    });
    assert_eq!(reported.sum::<u64>(), 10 * 100 + 990);
}

#[tokio::test]
async fn a_call_of_empty_items_is_refused_by_their_number() {
    let api = TestApi::new().await;
    let body = format!("{{\"items\":[{}[]]}}", "[],".repeat(1_390_000));
    let answer = api.call(send_json("POST", PATH, &service("acme"), body));
    answer.await.names_wrong(&[("/items", "too_long")]);
}

#[tokio::test]
async fn a_thousand_come_back_in_order() {
    let api = TestApi::new().await;
    let items: Vec<_> = (0..1_000).map(|n| message(&[&format!("u{n}")])).collect();
    let answer = bulk(&api, &json!(items), None).await;
    assert_eq!(answer.status, 207);
    let json = answer.json();
    for (n, line) in json["results"].as_array().unwrap().iter().enumerate() {
        assert_eq!(
            line["notifications"][0]["user_id"],
            format!("u{n}"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn under_its_key_a_call_is_accepted_once_and_finished() {
    let api = TestApi::new().await;
    let (a, b, bad) = (message(&["a"]), message(&["b"]), json!({}));
    // What a call that was cut off leaves behind: its first items.
    let cut_off = bulk(&api, &json!([a]), Some("k1")).await;
    let whole = json!([a, bad, b]);
    let finished = bulk(&api, &whole, Some("k1")).await;
    assert_eq!(statuses(&finished), [202, 422, 202]);
    assert_eq!(finished.header("idempotency-replayed"), None);
    assert_eq!(finished.json()["results"][0], cut_off.json()["results"][0]);
    let again = bulk(&api, &whole, Some("k1")).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let (first, second) = (finished.json(), again.json());
    for place in [0, 2] {
        assert_eq!(first["results"][place], second["results"][place]);
    }
    // The key says what each place was: another item there is refused, the rest stands.
    let other = bulk(&api, &json!([b, bad, b]), Some("k1")).await;
    assert_eq!(statuses(&other), [422, 422, 202]);
    let problem = &other.json()["results"][0]["problem"];
    assert_eq!(problem["code"], "idempotency_key_reused");
    for user_id in ["a", "b"] {
        let inbox = api
            .get("/api/v1/notifications", &user("acme", user_id))
            .await;
        assert_eq!(inbox.json()["total"], 1, "{user_id}");
    }
    // Another call's key is another, also where it looks like one of ours.
    let single = send_json(
        "POST",
        "/api/v1/notifications",
        &service("acme"),
        a.to_string(),
    );
    let (mut parts, body) = single.into_parts();
    parts
        .headers
        .insert("idempotency-key", "k1".parse().unwrap());
    let alone = api.call(http::Request::from_parts(parts, body)).await;
    assert_eq!(alone.status, 202);
    assert_eq!(alone.header("idempotency-replayed"), None);
}

#[tokio::test]
async fn each_item_counts_for_the_limits() {
    let limited = CallRates {
        send: Some("3/h burst 3".parse().unwrap()),
        ..CallRates::default()
    };
    let api = TestApi::with_rules(limited).await;
    let items: Vec<_> = (0..5).map(|_| message(&["u1"])).collect();
    let answer = bulk(&api, &json!(items), None).await;
    assert_eq!(answer.status, 207);
    let mut reported = statuses(&answer);
    assert_eq!(reported[0], 202, "the call has paid for it");
    reported.sort_unstable();
    assert_eq!(reported, [202, 202, 202, 429, 429]);
    let answer = bulk(&api, &json!(items), None).await;
    answer.is_problem(429, "rate_limited");
}

#[tokio::test]
async fn the_call_has_its_bounds_and_each_item_too() {
    let api = TestApi::new().await;
    let of = |bytes: usize| {
        let mut item = message(&["u1"]);
        item["content"] = json!({"text": "x".repeat(bytes)});
        item
    };
    let large = json!([of(1), of(300 * 1024), of(200 * 1024)]);
    assert_eq!(statuses(&bulk(&api, &large, None).await), [202, 413, 202]);
    let four = json!(vec![of(220 * 1024); 18]);
    assert_eq!(
        bulk(&api, &four, None).await.status,
        207,
        "just under 4 MiB"
    );
    let more = json!(vec![of(220 * 1024); 20]);
    bulk(&api, &more, None)
        .await
        .is_problem(413, "payload_too_large");
    bulk(&api, &json!([]), None)
        .await
        .names_wrong(&[("/items", "too_short")]);
    let many = json!(vec![1; 1_001]);
    bulk(&api, &many, None)
        .await
        .names_wrong(&[("/items", "too_long")]);
    let key = "k".repeat(256);
    let both = bulk(&api, &json!({}), Some(&key)).await;
    both.names_wrong(&[("Idempotency-Key", "too_long"), ("/items", "wrong_type")]);
    for broken in ["{\"items\": [", "\u{0}"] {
        let request = send_json("POST", PATH, &service("acme"), broken.to_owned());
        api.call(request).await.is_problem(400, "malformed_request");
    }
}

#[tokio::test]
async fn one_item_that_cannot_be_kept_costs_no_other() {
    let api = TestApi::new().await;
    let good = message(&["u1"]).to_string();
    let with = |content: &str| {
        format!(r#"{{"notification_type":"t","recipients":["u1"],"content":{content}}}"#)
    };
    let half = with(r#"{"text":"\ud83d"}"#);
    let deep = with(&format!("{}1{}", r#"{"a":"#.repeat(125), "}".repeat(125)));
    let body = format!(r#"{{"items":[{good},{half},{deep},{good}]}}"#);
    let answer = api
        .call(send_json("POST", PATH, &service("acme"), body))
        .await;
    assert_eq!(statuses(&answer), [202, 422, 422, 202]);
    let results = answer.json()["results"].clone();
    for (place, code) in [(1, "invalid_unicode"), (2, "too_deep")] {
        let error = &results[place]["problem"]["errors"][0];
        assert_eq!(error["field"], "/content");
        assert_eq!(error["code"], code);
    }
}

#[tokio::test]
async fn without_a_database_nothing_is_promised() {
    let api = TestApi::new().await;
    let items = json!([message(&["u1"]), message(&["u2"])]);
    // The tenant is known by now, so only the writes fail.
    assert_eq!(bulk(&api, &items, None).await.status, 207);
    api.storage.go_down();
    let answer = bulk(&api, &items, None).await;
    answer.is_problem(503, "service_unavailable");
    assert!(answer.header("retry-after").is_some());
    let partly = json!([message(&["u1"]), {}]);
    assert_eq!(statuses(&bulk(&api, &partly, None).await), [503, 422]);
}

#[tokio::test]
async fn a_kept_answer_that_cannot_be_read_fails_its_own_item_alone() {
    let api = TestApi::new().await;
    let items: Vec<_> = (0..20).map(|n| message(&[&format!("u{n}")])).collect();
    let items = json!(items);
    let first = bulk(&api, &items, Some("k")).await.json();
    let mut file = api.folder.connect().await;
    let spoil = "UPDATE idempotency_keys SET response = '{}' \
                 WHERE key = (SELECT min(key) FROM idempotency_keys)";
    let spoilt = sqlx::query(spoil).execute(&mut file).await.unwrap();
    assert_eq!(spoilt.rows_affected(), 1);
    let again = bulk(&api, &items, Some("k")).await;
    assert_eq!(again.status, 207, "{}", again.text);
    let failed = statuses(&again).into_iter().filter(|status| *status == 500);
    assert_eq!(failed.count(), 1, "{}", again.text);
    let again = again.json();
    for (place, line) in again["results"].as_array().unwrap().iter().enumerate() {
        if line["status"] != 500 {
            assert_eq!(*line, first["results"][place]);
        }
    }
}
