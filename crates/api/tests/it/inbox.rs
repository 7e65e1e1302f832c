//! `GET /api/v1/notifications` and its count.

use std::collections::HashSet;

use serde_json::Value;

use crate::support::{Answer, TestApi, message, user};

async fn filled(n: usize) -> TestApi {
    let api = TestApi::new().await;
    for i in 0..n {
        let mut body = message(&["u1", "u2"]);
        if i % 2 == 1 {
            body["notification_type"] = "friend_request".into();
        }
        assert_eq!(api.post(body.to_string()).await.status, 202);
    }
    api
}

async fn list(api: &TestApi, query: &str) -> Answer {
    let path = format!("/api/v1/notifications?{query}");
    api.get(&path, &user("acme", "u1")).await
}

fn ids(page: &Value) -> Vec<String> {
    let lines = page["notifications"].as_array().unwrap();
    lines
        .iter()
        .map(|n| n["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_line_has_every_member() {
    let page = list(&filled(1).await, "").await.json();
    let line = page["notifications"][0].as_object().unwrap();
    let mut members: Vec<_> = line.keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "actions",
            "archived_at",
            "body",
            "content",
            "created_at",
            "expires_at",
            "id",
            "is_read",
            "link",
            "notification_type",
            "priority",
            "read_at",
            "seen_at",
            "snoozed_until",
            "status",
            "title",
            "updated_at",
            "user_id",
        ]
    );
    assert_eq!(line["user_id"], "u1");
    assert_eq!(line["content"]["message_id"], "m1");
    assert_eq!(line["status"], "sent");
    assert_eq!(line["is_read"], false);
    assert_eq!(line["priority"], "normal");
    assert_eq!(page["total"], 1);
    assert_eq!(page["has_more"], false);
    assert_eq!(page["next_cursor"], Value::Null);
}

#[tokio::test]
async fn cursors_lead_through_everything_once() {
    let api = filled(7).await;
    let (mut seen, mut query) = (Vec::new(), "limit=3".to_owned());
    loop {
        let page = list(&api, &query).await.json();
        assert_eq!(page["total"], 7);
        seen.extend(ids(&page));
        match page["next_cursor"].as_str() {
            Some(cursor) => query = format!("limit=3&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 7);
    assert!(seen.is_sorted_by(|a, b| a > b), "newest first");

    let offset = list(&api, "limit=2&offset=3").await.json();
    assert_eq!(ids(&offset), seen[3..5]);
}

#[tokio::test]
async fn only_the_callers_own_are_shown() {
    let api = filled(2).await;
    for (tenant, id) in [("acme", "u3"), ("other", "u1")] {
        let page = api
            .get("/api/v1/notifications", &user(tenant, id))
            .await
            .json();
        assert_eq!(page["total"], 0, "{tenant} {id}");
    }
}

#[tokio::test]
async fn filters_are_applied() {
    let api = filled(3).await;
    let page = list(&api, "notification_type=friend_request&unread_only=true")
        .await
        .json();
    assert_eq!(page["total"], 1);
    assert_eq!(
        list(&api, "to=2020-01-01T00:00:00Z").await.json()["total"],
        0
    );
    assert_eq!(
        list(&api, "from=2020-01-01T00:00:00%2B02:00").await.json()["total"],
        3
    );
}

#[tokio::test]
async fn a_search_is_case_blind_and_bounded() {
    let api = filled(3).await;
    let text = message(&["u1"])["content"].to_string();
    for (query, total) in [("q=M1", 3), ("q=message_id", 0), ("q=nowhere%25", 0)] {
        let page = list(&api, query).await.json();
        assert_eq!(page["total"], total, "{query} in {text}");
    }
    let longest = format!("q={}", "x".repeat(256));
    assert_eq!(list(&api, &longest).await.json()["total"], 0);
    let json = list(&api, &format!("{longest}x")).await;
    let json = json.is_problem(422, "validation_failed");
    assert_eq!(json["errors"][0]["code"], "too_long");
}

#[tokio::test]
async fn the_ends_of_time_are_moments_like_others() {
    let api = filled(1).await;
    for (query, total) in [
        ("from=0000-01-01T00:00:00Z&to=9999-12-31T23:59:59Z", 1),
        ("from=9999-12-31T23:59:59Z", 0),
        ("offset=1000000000", 1),
    ] {
        assert_eq!(list(&api, query).await.json()["total"], total, "{query}");
    }
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let api = TestApi::new().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("offset=-1", "offset"),
        ("cursor=forged", "cursor"),
        ("cursor=AAAAAAAAAAAAAAAAAAAAAA", "cursor"),
        ("unread_only=perhaps", "unread_only"),
        ("notification_type=%00", "notification_type"),
        ("from=today", "from"),
        ("from=9999-12-31T23:59:59-23:59", "from"),
        ("from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z", "from"),
        ("to=2026-02-30T00:00:00Z", "to"),
        ("sort=asc", "sort"),
        ("limit=1&limit=1", "limit"),
        ("limit=1000000000", "limit"),
        ("archived=perhaps", "archived"),
        ("q=", "q"),
        ("q=%20%20", "q"),
        ("q=a%00b", "q"),
        ("q=%ED%A0%80", "q"),
        ("notification_type=%ED%A0%80", "notification_type"),
        (
            "from=9999-12-31T23:59:60.5Z&q=x&to=99999-01-01T00:00:00Z",
            "to",
        ),
    ] {
        let json = list(&api, query).await.is_problem(422, "validation_failed");
        assert_eq!(json["errors"][0]["field"], field, "{query}");
        assert_eq!(json["errors"].as_array().unwrap().len(), 1, "{query}");
    }
}

#[tokio::test]
async fn the_count_is_exact_and_strict() {
    let api = filled(3).await;
    let count = async |query: &str| {
        let path = format!("/api/v1/notifications/count?{query}");
        api.get(&path, &user("acme", "u1")).await
    };
    assert_eq!(count("").await.text, r#"{"count":3}"#);
    let typed = count("notification_type=new_message&unread_only=true").await;
    assert_eq!(typed.json()["count"], 2);
    count("limit=3").await.is_problem(422, "validation_failed");
}
