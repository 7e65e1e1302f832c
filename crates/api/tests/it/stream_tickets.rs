//! `POST /api/v1/notifications/stream-ticket`, and who may open a stream.

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use campanile_api::identity::{AllowedOrigins, CallRates};
use campanile_cache::{
    InProcessStreamTickets, NoStreamTickets, StreamGrant, StreamTickets, TicketHash,
    TicketsUnavailable,
};
use campanile_domain::{Clock, ManualClock, TenantId};
use campanile_test_support::log::Lines;
use chrono::{DateTime, TimeDelta, Utc};
use http::Request;
use serde_json::Value;
use tower::ServiceExt;

use crate::log::collect;
use crate::support::{Answer, TestApi, WHO, claims, get, send_json, sign, token, user};

const TICKET: &str = "/api/v1/notifications/stream-ticket";

struct Place {
    api: TestApi,
    clock: Arc<ManualClock>,
}

async fn place(tickets: Arc<dyn StreamTickets>) -> Place {
    limited(tickets, CallRates::default()).await
}

async fn limited(tickets: Arc<dyn StreamTickets>, rules: CallRates) -> Place {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let origins = AllowedOrigins::new(["https://app.example.com".to_owned()]);
    let api = TestApi::with_stream_access(clock.clone(), tickets, origins, rules).await;
    Place { api, clock }
}

async fn in_process() -> Place {
    place(Arc::new(InProcessStreamTickets::default())).await
}

impl Place {
    async fn issue(&self, token: &str) -> Answer {
        self.api.call(send_json("POST", TICKET, token, "")).await
    }

    async fn ticket(&self, token: &str) -> String {
        let issued = self.issue(token).await;
        assert_eq!(issued.status, 201, "{}", issued.text);
        issued.json()["ticket"].as_str().unwrap().to_owned()
    }

    /// Opens what stands for a stream.
    async fn open(&self, query: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(format!("{WHO}{query}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.api.call(request.body(Body::empty()).unwrap()).await
    }
}

fn moment(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_ticket_opens_one_stream_of_its_user() {
    let place = in_process().await;
    let issued = place.issue(&user("acme", "u1")).await;
    assert_eq!(issued.status, 201, "{}", issued.text);
    assert_eq!(issued.header("cache-control"), Some("no-store"));
    let body = issued.json();
    let life = moment(&body["expires_at"]) - place.clock.now();
    assert!((29..=30).contains(&life.num_seconds()), "{life}");
    let ticket = body["ticket"].as_str().unwrap();
    let query = format!("?types=message&ticket={ticket}");
    let opened = place.open(&query, &[]).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    let who = opened.json();
    assert_eq!(
        (&who["tenant"], &who["user"]),
        (&"acme".into(), &"u1".into())
    );
    let again = place.open(&query, &[]).await;
    assert_eq!(again.status, 401);
    assert!(
        again
            .header("www-authenticate")
            .unwrap()
            .starts_with("Bearer")
    );
}

#[tokio::test]
async fn a_stream_ends_with_the_token_whether_that_is_shown_or_was_exchanged() {
    let place = in_process().await;
    let mut short = claims("acme", "u1", "inbox");
    short.exp = place.clock.now().timestamp() + 10;
    let token = sign(&short);
    let body = place.issue(&token).await.json();
    assert_eq!(moment(&body["expires_at"]).timestamp(), short.exp);
    let ticket = body["ticket"].as_str().unwrap();
    let by_ticket = place.open(&format!("?ticket={ticket}"), &[]).await;
    let header = format!("Bearer {token}");
    let by_token = place.open("", &[("authorization", &header)]).await;
    for opened in [by_ticket, by_token] {
        let valid_until = moment(&opened.json()["valid_until"]);
        assert_eq!(valid_until.timestamp(), short.exp);
    }
}

#[tokio::test]
async fn what_is_no_ticket_or_no_longer_one_opens_nothing() {
    let place = in_process().await;
    let ticket = place.ticket(&user("acme", "u1")).await;
    let (tenant, random) = ticket.split_once('.').unwrap();
    assert_eq!(tenant, "acme");
    for wrong in [
        format!("other.{random}"),
        format!("acme.{}", random.to_ascii_uppercase()),
        format!("acme.{}", &random[1..]),
        random.to_owned(),
        String::new(),
        "acme.".to_owned(),
        "%ff.%00".to_owned(),
        "x".repeat(10_000),
        user("acme", "u1"),
    ] {
        let refused = place.open(&format!("?ticket={wrong}"), &[]).await;
        assert_eq!(refused.status, 401, "{wrong}");
    }
    place.clock.advance(TimeDelta::seconds(30));
    let late = place.open(&format!("?ticket={ticket}"), &[]).await;
    assert_eq!(late.status, 401);
}

#[tokio::test]
async fn a_ticket_stands_alone() {
    let place = in_process().await;
    let token = user("acme", "u1");
    let ticket = place.ticket(&token).await;
    let header = format!("Bearer {token}");
    let both = place
        .open(&format!("?ticket={ticket}"), &[("authorization", &header)])
        .await;
    assert_eq!(both.status, 422);
    let twice = format!("?ticket={ticket}&ticket={ticket}");
    assert_eq!(place.open(&twice, &[]).await.status, 422);
    let neither = place.open("", &[]).await;
    assert_eq!(neither.status, 401);
    // None of these has used it up.
    let query = format!("?ticket={ticket}");
    assert_eq!(place.open(&query, &[]).await.status, 200);
    let service = token_without_inbox();
    let header = format!("Bearer {service}");
    let refused = place.open("", &[("authorization", &header)]).await;
    assert_eq!(refused.status, 403);
    place
        .issue(&service)
        .await
        .is_problem(403, "insufficient_scope");
}

fn token_without_inbox() -> String {
    token("acme", "svc", "notifications:send admin")
}

#[tokio::test]
async fn only_pages_that_may_open_streams_with_a_ticket_or_by_websocket() {
    let place = in_process().await;
    let token = user("acme", "u1");
    let header = format!("Bearer {token}");
    for (origin, is_allowed) in [
        ("https://app.example.com", true),
        ("https://here.example.com", true),
        ("https://evil.example", false),
        ("null", false),
    ] {
        let from = [("host", "here.example.com"), ("origin", origin)];
        let ticket = place.ticket(&token).await;
        let status = if is_allowed { 200 } else { 403 };
        let opened = place.open(&format!("?ticket={ticket}"), &from).await;
        assert_eq!(opened.status, status, "{origin}");
        let socket = [
            from[0],
            from[1],
            ("upgrade", "websocket"),
            ("authorization", &header),
        ];
        assert_eq!(place.open("", &socket).await.status, status, "{origin}");
        // With the header, CORS protects: the page could not have sent it otherwise.
        let plain = [from[0], from[1], ("authorization", &header)];
        assert_eq!(place.open("", &plain).await.status, 200, "{origin}");
    }
}

/// A store that cannot be reached.
struct Away;

#[async_trait]
impl StreamTickets for Away {
    async fn put(
        &self,
        _: &TicketHash,
        _: &StreamGrant,
        _: DateTime<Utc>,
        _: DateTime<Utc>,
    ) -> Result<(), TicketsUnavailable> {
        Err(TicketsUnavailable::Away)
    }

    async fn take(
        &self,
        _: &TenantId,
        _: &TicketHash,
        _: DateTime<Utc>,
    ) -> Result<Option<StreamGrant>, TicketsUnavailable> {
        Err(TicketsUnavailable::Away)
    }
}

#[tokio::test]
async fn without_the_store_of_tickets_the_answer_says_what_to_do_and_the_header_still_works() {
    let token = user("acme", "u1");
    let from_elsewhere = in_process().await.ticket(&token).await;
    let cases: [(Arc<dyn StreamTickets>, u16, &str); 2] = [
        (Arc::new(Away), 503, "service_unavailable"),
        (Arc::new(NoStreamTickets), 409, "not_configured"),
    ];
    for (tickets, status, code) in cases {
        let place = place(tickets).await;
        let refused = place.issue(&token).await;
        assert_eq!(refused.header("retry-after").is_some(), status == 503);
        let detail = refused.is_problem(status, code)["detail"].to_string();
        assert!(detail.contains("Authorization header"), "{detail}");
        let query = format!("?ticket={from_elsewhere}");
        assert_eq!(place.open(&query, &[]).await.status, status);
        let opened = place.api.call(get(WHO, &token)).await;
        assert_eq!(opened.status, 200);
    }
}

#[tokio::test]
async fn streams_and_tickets_count_for_the_rate_limit() {
    let rules = CallRates {
        user: "1/h burst 3".parse().ok(),
        ..CallRates::default()
    };
    let place = limited(Arc::new(InProcessStreamTickets::default()), rules).await;
    let token = user("acme", "u1");
    let first = place.ticket(&token).await;
    let second = place.ticket(&token).await;
    let opened = place.open(&format!("?ticket={first}"), &[]).await;
    assert_eq!(opened.status, 200);
    let refused = place.open(&format!("?ticket={second}"), &[]).await;
    assert_eq!(refused.status, 429);
    place.issue(&token).await.is_problem(429, "rate_limited");
}

#[tokio::test]
async fn a_ticket_is_not_in_the_log() {
    let lines = Lines::default();
    let guard = collect(&lines);
    let place = in_process().await;
    let ticket = place.ticket(&user("acme", "u1")).await;
    // Opened, and then refused.
    for status in [200, 401] {
        let path = format!("/api/v1/notifications/stream?ticket={ticket}");
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = place.api.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status);
    }
    drop(guard);
    let text = lines.text();
    assert!(text.contains("/api/v1/notifications/stream"), "{text}");
    let (_, random) = ticket.split_once('.').unwrap();
    assert!(!text.contains(random), "{text}");
}
