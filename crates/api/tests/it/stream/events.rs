//! What a stream is sent.

use campanile_api::ServerLimits;
use campanile_domain::NotificationId;
use campanile_live::StreamLimits;
use chrono::{TimeDelta, Utc};
use serde_json::json;

use super::support::Live;
use crate::support::{Fault, TestApi, get, send_json, token};

#[tokio::test]
async fn a_stream_has_every_event() {
    let live = Live::start().await;
    live.send("anna", "old").await;
    let (mut reader, first) = live.open("anna", "").await;
    assert!(first.retry.is_some_and(|ms| (1_000..3_000).contains(&ms)));
    let cursor = first.id.clone().unwrap();
    let expected =
        json!({"user_id": "anna", "unread": 1, "total": 1, "resume": false, "cursor": cursor});
    assert_eq!(first.data, expected);

    live.send("bert", "message").await;
    let id = live.send("anna", "message").await;
    let arrived = reader.next().await.unwrap();
    assert_eq!(arrived.event, "notification");
    assert_eq!(arrived.id.as_ref(), Some(&id));
    let listed = live.call("GET", "?limit=1", "anna").await;
    assert_eq!(arrived.data, listed["notifications"][0]);
    let count = reader.next().await.unwrap();
    assert_eq!((count.event.as_str(), count.id), ("count", None));
    assert_eq!(count.data, json!({"unread": 2, "total": 2}));

    live.call("PUT", &format!("/{id}/read"), "anna").await;
    let read = reader.find("read").await;
    assert_eq!((read.data, read.id), (json!({"ids": [id]}), None));
    let count = reader.find("count").await;
    assert_eq!(count.data, json!({"unread": 1, "total": 2}));

    for (change, undo) in [("read", "unread"), ("archive", "unarchive")] {
        live.call("PUT", &format!("/{id}/{change}"), "anna").await;
        live.call("PUT", &format!("/{id}/{undo}"), "anna").await;
        let again = reader.find("notification").await;
        assert_eq!(again.id, None, "a client must not resume there");
        let listed = live.call("GET", "?limit=1", "anna").await;
        assert_eq!(again.data, listed["notifications"][0], "{undo}");
    }

    live.call("PUT", "/read-all", "anna").await;
    let read = reader.find("read").await;
    assert_eq!(
        (&read.data["ids"], &read.data["all"]),
        (&json!([]), &json!(true))
    );
    assert!(read.data["before"].is_string());

    live.call("DELETE", &format!("/{id}"), "anna").await;
    loop {
        if reader.find("count").await.data == json!({"unread": 0, "total": 1}) {
            break;
        }
    }
}

#[tokio::test]
async fn what_a_failed_read_all_has_marked_is_reported() {
    let live = Live::start().await;
    let id = live.send("anna", "message").await;
    let (mut reader, _) = live.open("anna", "").await;
    // New notifications are listed and marked, and then older ones are.
    live.api.storage.break_call("run", Fault::ErrorAfter(2));
    let path = "/api/v1/notifications/read-all";
    let anna = token("acme", "anna", "inbox");
    let answer = live.api.call(send_json("PUT", path, &anna, "")).await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert_eq!(reader.find("read").await.data, json!({"ids": [id]}));
}

#[tokio::test]
async fn a_content_with_line_breaks_arrives_whole() {
    let live = Live::start().await;
    let (mut reader, _) = live.open("anna", "").await;
    let body = "{\"notification_type\":\"message\",\"recipients\":[\"anna\"],\"content\":{\n\n\"a\":\r\n[1,\r2]}}";
    assert_eq!(live.api.post(body).await.status, 202);
    let arrived = reader.find("notification").await;
    assert_eq!(arrived.data["content"], json!({"a": [1, 2]}));
}

#[tokio::test]
async fn two_streams_of_a_user_get_the_same_over_http_1_and_2() {
    let live = Live::start().await;
    let client = reqwest::Client::builder().http2_prior_knowledge();
    let client = client.build().unwrap();
    let (mut second, _) = live.open_with(client, "anna", "", None).await;
    let (mut first, _) = live.open("anna", "").await;
    for _ in 0..3 {
        let id = live.send("anna", "message").await;
        for reader in [&mut first, &mut second] {
            assert_eq!(reader.find("notification").await.id.as_ref(), Some(&id));
        }
    }
    drop((first, second));
    live.wait_for_streams(0).await;
}

#[tokio::test]
async fn a_stream_resumes_by_header_and_by_query() {
    let live = Live::start().await;
    let (reader, first) = live.open("anna", "").await;
    let cursor = first.id.unwrap();
    // It breaks off before a notification has come.
    drop(reader);
    let mut sent = Vec::new();
    for _ in 0..5 {
        sent.push(live.send("anna", "message").await);
    }
    let client = reqwest::Client::new;
    let since = format!("since={}", sent[4]);
    for (query, last, missed) in [
        ("", Some(cursor.as_str()), &sent[..]),
        // The header of a browser that reconnects wins over the query of its page.
        (since.as_str(), Some(cursor.as_str()), &sent[..]),
    ] {
        let (mut reader, first) = live.open_with(client(), "anna", query, last).await;
        assert_eq!(first.data["resume"], true);
        for id in missed {
            let next = reader.next().await.unwrap();
            assert_eq!(
                (next.event.as_str(), next.id.as_ref()),
                ("notification", Some(id))
            );
        }
        let count = reader.next().await.unwrap();
        assert_eq!(count.data, json!({"unread": 5, "total": 5}));
    }
    let (mut reader, _) = live.open("anna", &since).await;
    let repeated = reader.find("notification").await;
    assert_eq!((repeated.id, &repeated.data["id"]), (None, &json!(sent[0])));
}

#[tokio::test]
async fn a_cursor_older_than_the_retention_period_is_reported_about_the_gap() {
    let live = Live::start().await;
    let old = NotificationId::first_of(Utc::now() - TimeDelta::days(4_000));
    let (mut reader, _) = live.open("anna", &format!("since={}", old.0)).await;
    let gap = reader.next().await.unwrap();
    assert_eq!(gap.event, "gap");
    let since = gap.data["since"].as_str().unwrap();
    assert!(since.parse::<chrono::DateTime<Utc>>().unwrap() < Utc::now());
}

#[tokio::test]
async fn only_the_types_that_are_asked_for_arrive() {
    let live = Live::start().await;
    let (mut reader, _) = live.open("anna", "types=wanted,other").await;
    live.send("anna", "message").await;
    let id = live.send("anna", "wanted").await;
    assert_eq!(reader.find("notification").await.id, Some(id));
}

#[tokio::test]
async fn bad_parameters_are_named_and_other_callers_are_refused() {
    let api = TestApi::new().await;
    let path = "/api/v1/notifications/stream";
    let of_user = token("acme", "anna", "inbox");
    let later = NotificationId::at(Utc::now() + TimeDelta::hours(1)).0;
    let many = vec!["type"; 1_000].join(",");
    for (query, expected) in [
        (
            "since=x&types=,".into(),
            &[("since", "wrong_format"), ("types", "wrong_format")][..],
        ),
        (format!("since={later}"), &[("since", "out_of_range")]),
        (format!("types={many}"), &[("types", "too_long")]),
        ("limit=1".into(), &[("limit", "unknown_parameter")]),
    ] {
        let answer = api.get(&format!("{path}?{query}"), &of_user).await;
        answer.names_wrong(expected);
    }
    let mut request = get(path, &of_user);
    request
        .headers_mut()
        .insert("last-event-id", "x".parse().unwrap());
    api.call(request)
        .await
        .names_wrong(&[("Last-Event-ID", "wrong_format")]);
    for (token, status) in [
        (token("acme", "svc", "notifications:send"), 403),
        (token("nobody", "anna", "inbox"), 401),
        ("forged".to_owned(), 401),
    ] {
        assert_eq!(api.get(path, &token).await.status, status);
    }
}

#[tokio::test]
async fn a_user_with_too_many_streams_is_reported_when_to_come_again() {
    let limits = StreamLimits {
        user: 1,
        ..StreamLimits::default()
    };
    let live = Live::with(limits, ServerLimits::default()).await;
    let (reader, _) = live.open("anna", "").await;
    let path = "/api/v1/notifications/stream";
    let anna = token("acme", "anna", "inbox");
    let refused = live.api.get(path, &anna).await;
    refused.is_problem(503, "overloaded");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((5..=15).contains(&wait), "{wait}");
    let health = live
        .api
        .get("/api/v1/notifications/health", "")
        .await
        .json();
    assert_eq!(health["streams"], json!({"open": 1, "limit": 10_000}));
    drop(reader);
    live.wait_for_streams(0).await;
    live.open("anna", "").await;
}
