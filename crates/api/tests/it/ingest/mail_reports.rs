//! Bounces and complaints: what they add to the suppression list, and what is not believed.

use campanile_domain::{Channel, DeliveryId, DeliveryState, NotificationId, TenantId};
use campanile_storage_contract::fixture::finished;
use serde_json::{Value, json};

use super::{ADDRESSES, address, send};
use crate::support::{TestApi, make_reachable, message, operator, send_json, work};

const JSON: (&str, &str) = ("content-type", "application/json");
const MAIL: (&str, &str) = ("content-type", "message/rfc822");

/// The mails that a worker sent to `u1@example.com` for a notification.
async fn sent(api: &TestApi) -> Vec<(NotificationId, DeliveryId)> {
    let body = message(&["u1"]).to_string();
    assert_eq!(api.post(body).await.status, 202);
    let acme = TenantId::parse("acme").unwrap();
    let mut sent = Vec::new();
    work(api.storage.as_ref(), &acme, Channel::Email, |job| {
        sent.push((job.notification.id, job.delivery_id));
        finished(job, DeliveryState::Sent)
    })
    .await;
    sent
}

/// A report as a server sends it.
fn report(
    kind: &str,
    said: &str,
    (notification, delivery): (NotificationId, DeliveryId),
) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example\r\nSubject: report\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
         --b\r\nContent-Type: message/{kind}\r\n\r\n{said}\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Message-ID: <{delivery}@example.com>\r\nX-Notification-Id: {notification}\r\nSubject: Hi\r\n\r\n--b--\r\n"
    )
}

fn bounce(to: &str, status: &str, sent: (NotificationId, DeliveryId)) -> String {
    let said = format!(
        "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: {status}\r\n"
    );
    report("delivery-status", &said, sent)
}

async fn listed(api: &TestApi) -> Vec<Value> {
    let path = "/api/v1/admin/suppressions";
    let list = api.get(path, &operator("acme")).await.json();
    let told = |one: &Value| json!([one["address"], one["reason"], one["source"]]);
    list["suppressions"]
        .as_array()
        .unwrap()
        .iter()
        .map(told)
        .collect()
}

#[tokio::test]
async fn a_hard_bounce_or_a_complaint_suppresses_the_address() {
    for (is_bounce, reason) in [(true, "hard_bounce"), (false, "complaint")] {
        let api = TestApi::new().await;
        make_reachable(&api, "acme").await;
        let mail = sent(&api).await[0];
        let key = address(&api, json!({"kind": "mail_report", "name": "Bounces"})).await;
        let body = match is_bounce {
            true => bounce("U1@Example.com", "5.1.1", mail),
            false => report(
                "feedback-report",
                "Feedback-Type: abuse\r\nVersion: 1\r\n",
                mail,
            ),
        };
        for result in ["added", "known"] {
            let answer = send(
                &api,
                "POST",
                &format!("/ingest/{key}"),
                &[MAIL],
                body.clone(),
            )
            .await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            assert_eq!(answer.json(), json!({"kind": reason, "result": result}));
        }
        let entry = json!(["u1@example.com", reason, "mail_report"]);
        assert_eq!(listed(&api).await, [entry]);
        assert!(sent(&api).await.is_empty(), "nothing is sent to it");
    }
}

#[tokio::test]
async fn a_report_is_believed_only_about_a_mail_that_was_sent_to_the_address() {
    let api = TestApi::new().await;
    make_reachable(&api, "acme").await;
    let (notification, delivery) = sent(&api).await[0];
    let guessed = NotificationId::at(chrono::Utc::now());
    let key = address(&api, json!({"kind": "mail_report", "name": "Bounces"})).await;
    let other = DeliveryId(uuid::Uuid::nil());
    for (body, kind, result) in [
        (
            bounce("u1@example.com", "4.2.2", (notification, delivery)),
            "soft_bounce",
            "ignored",
        ),
        (
            bounce("u1@example.com", "5.1.1", (guessed, delivery)),
            "hard_bounce",
            "unknown_mail",
        ),
        (
            bounce("u1@example.com", "5.1.1", (notification, other)),
            "hard_bounce",
            "unknown_mail",
        ),
        // Where the owner of the address has their mail forwarded.
        (
            bounce("else@example.org", "5.1.1", (notification, delivery)),
            "hard_bounce",
            "unknown_mail",
        ),
        (
            report(
                "feedback-report",
                "Feedback-Type: abuse",
                (guessed, delivery),
            ),
            "complaint",
            "unknown_mail",
        ),
        (
            report(
                "feedback-report",
                "Feedback-Type: not-spam",
                (notification, delivery),
            ),
            "other",
            "ignored",
        ),
        (
            "Subject: Out of office\r\n\r\nI am away.".to_owned(),
            "other",
            "ignored",
        ),
        (String::new(), "other", "ignored"),
    ] {
        let answer = send(
            &api,
            "POST",
            &format!("/ingest/{key}"),
            &[MAIL],
            body.clone(),
        )
        .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(
            answer.json(),
            json!({"kind": kind, "result": result}),
            "{body}"
        );
    }
    assert!(listed(&api).await.is_empty());
}

#[tokio::test]
async fn what_a_mail_service_says_of_an_address_counts() {
    let api = TestApi::new().await;
    let key = address(&api, json!({"kind": "mail_report", "name": "Service"})).await;
    let path = format!("/ingest/{key}");
    let events = json!([
        {"event": "bounce", "type": "bounce", "email": "Gone@example.com"},
        {"event": "spamreport", "email": "angry@example.com"},
        {"event": "bounce", "type": "blocked", "email": "full@example.com"},
        {"event": "bounce", "type": "bounce", "email": "no address"},
    ]);
    for added in [2, 0] {
        let answer = send(&api, "POST", &path, &[JSON], events.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json(), json!({"events": 4, "added": added}));
    }
    let expected = [
        json!(["angry@example.com", "complaint", "webhook"]),
        json!(["gone@example.com", "hard_bounce", "webhook"]),
    ];
    assert_eq!(listed(&api).await, expected);
    let strange = send(&api, "POST", &path, &[JSON], r#"{"hello": 1}"#).await;
    strange.is_problem(400, "malformed_request");
    let confirm = json!({"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Token=t"});
    let answer = send(&api, "POST", &path, &[JSON], confirm.to_string()).await;
    assert_eq!(answer.json(), json!({"events": 0, "added": 0}));
}

#[tokio::test]
async fn an_address_of_reports_notifies_no_one() {
    let api = TestApi::new().await;
    let body = json!({"kind": "mail_report", "name": "Bounces", "recipients": ["u1"], "channels": ["email"]});
    let refused = api.call(send_json(
        "POST",
        ADDRESSES,
        &operator("acme"),
        body.to_string(),
    ));
    refused.await.names_wrong(&[
        ("/recipients", "contradictory"),
        ("/channels", "contradictory"),
    ]);
    let key = address(&api, json!({"kind": "mail_report", "name": "Bounces"})).await;
    let answer = send(&api, "POST", &format!("/notify/{key}"), &[MAIL], "Hello").await;
    assert_eq!(answer.status, 403, "{}", answer.text);
}
