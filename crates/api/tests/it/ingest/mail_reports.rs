//! Bounces and complaints: what they add to the suppression list, and what is not believed.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::{Channel, DeliveryId, DeliveryState, NotificationId, SystemClock, TenantId};
use campanile_links::Links;
use campanile_storage::Storage;
use campanile_storage_contract::fixture::finished;
use serde_json::{Value, json};

use super::{ADDRESSES, address, send};
use crate::support::{TestApi, make_reachable, message, operator, send_json, service, work};

const JSON: (&str, &str) = ("content-type", "application/json");
const MAIL: (&str, &str) = ("content-type", "message/rfc822");

/// What the headers of a mail say: its notification, and its stamp.
type Mail = (NotificationId, String);

/// The stamp that a worker gives the mail of a delivery.
async fn stamp(api: &TestApi, tenant: &str, delivery: DeliveryId) -> String {
    let storage: Arc<dyn Storage> = api.storage.clone();
    let links = Links::new(storage, Arc::new(SystemClock), None);
    let tenant = TenantId::parse(tenant).unwrap();
    links.stamp(&tenant, delivery).await.unwrap()
}

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
fn report(kind: &str, said: &str, (notification, stamp): &Mail) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example\r\nSubject: report\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
         --b\r\nContent-Type: message/{kind}\r\n\r\n{said}\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         X-Notification-Stamp: {stamp}\r\nX-Notification-Id: {notification}\r\nSubject: Hi\r\n\r\n--b--\r\n"
    )
}

fn bounce(to: &str, status: &str, sent: &Mail) -> String {
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
        let (notification, delivery) = sent(&api).await[0];
        let mail = &(notification, stamp(&api, "acme", delivery).await);
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
    let mail = &(notification, stamp(&api, "acme", delivery).await);
    let guessed = &(guessed, mail.1.clone());
    let of_another = &(notification, stamp(&api, "acme", other).await);
    let of_a_tenant = &(notification, stamp(&api, "other", delivery).await);
    // Who knows the address can compute the delivery's id, but no code.
    let forged = URL_SAFE_NO_PAD.encode([delivery.0.as_bytes(), &[0; 16][..]].concat());
    let forged = &(notification, forged);
    let soft = bounce("u1@example.com", "4.2.2", mail);
    let mut cases = vec![(soft, "soft_bounce", "ignored")];
    for wrong in [guessed, of_another, of_a_tenant, forged] {
        let hard = bounce("u1@example.com", "5.1.1", wrong);
        cases.push((hard, "hard_bounce", "unknown_mail"));
        let abuse = report("feedback-report", "Feedback-Type: abuse", wrong);
        cases.push((abuse, "complaint", "unknown_mail"));
    }
    cases.extend([
        // Where the owner of the address has their mail forwarded.
        (
            bounce("else@example.org", "5.1.1", mail),
            "hard_bounce",
            "unknown_mail",
        ),
        (
            report("feedback-report", "Feedback-Type: not-spam", mail),
            "other",
            "ignored",
        ),
        (
            "Subject: Out of office\r\n\r\nI am away.".to_owned(),
            "other",
            "ignored",
        ),
        (String::new(), "other", "ignored"),
    ]);
    for (body, kind, result) in cases {
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

/// A server may report a mail days later. What a service or an operator has said since counts more.
#[tokio::test]
async fn a_late_report_does_not_undo_what_was_decided_since() {
    let api = TestApi::new().await;
    make_reachable(&api, "acme").await;
    let (notification, delivery) = sent(&api).await[0];
    let mail = &(notification, stamp(&api, "acme", delivery).await);
    let key = address(&api, json!({"kind": "mail_report", "name": "Bounces"})).await;
    let path = format!("/ingest/{key}");
    let hard = bounce("u1@example.com", "5.1.1", mail);
    let abuse = report("feedback-report", "Feedback-Type: abuse", mail);
    let said = async |body: &str| {
        let answer = send(&api, "POST", &path, &[MAIL], body.to_owned()).await;
        answer.json()["result"].clone()
    };
    let person = json!({"email": "U1@example.com"}).to_string();
    let put = send_json("PUT", "/api/v1/users/u1", &service("acme"), person);
    assert_eq!(api.call(put).await.status, 200);
    assert_eq!(said(&hard).await, "outdated");
    assert!(listed(&api).await.is_empty());
    assert_eq!(
        said(&abuse).await,
        "added",
        "a complaint is not about the mailbox"
    );
    let entry = json!({"address": "u1@example.com"}).to_string();
    let list = "/api/v1/admin/suppressions";
    let removed = api
        .call(send_json("DELETE", list, &operator("acme"), entry))
        .await;
    assert!(removed.status.is_success(), "{}", removed.text);
    for body in [&hard, &abuse] {
        assert_eq!(said(body).await, "outdated");
    }
    assert!(listed(&api).await.is_empty());
}

/// The same rule for what a mail service reports, by the time that it gives.
#[tokio::test]
async fn a_late_event_of_a_service_does_not_undo_what_was_decided_since() {
    let api = TestApi::new().await;
    make_reachable(&api, "acme").await;
    let key = address(&api, json!({"kind": "mail_report", "name": "Bounces"})).await;
    let path = format!("/ingest/{key}");
    let said = async |kind: &str, at: chrono::DateTime<chrono::Utc>| {
        let record = if kind == "HardBounce" { "Bounce" } else { kind };
        let body =
            json!({"RecordType": record, "Type": kind, "Email": "U1@example.com", "BouncedAt": at});
        let head = [("content-type", "application/json")];
        let answer = send(&api, "POST", &path, &head, body.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["added"].clone()
    };
    let before = chrono::Utc::now() - chrono::TimeDelta::hours(1);
    let person = json!({"email": "U1@example.com"}).to_string();
    let put = send_json("PUT", "/api/v1/users/u1", &service("acme"), person);
    assert_eq!(api.call(put).await.status, 200);
    assert_eq!(said("HardBounce", before).await, 0);
    assert!(
        listed(&api).await.is_empty(),
        "the address was stored since"
    );
    assert_eq!(
        said("SpamComplaint", before).await,
        1,
        "a complaint is not about the mailbox"
    );
    let entry = json!({"address": "u1@example.com"}).to_string();
    let list = "/api/v1/admin/suppressions";
    let removed = api.call(send_json("DELETE", list, &operator("acme"), entry));
    assert!(removed.await.status.is_success());
    for kind in ["HardBounce", "SpamComplaint"] {
        assert_eq!(said(kind, before).await, 0, "it was taken off since");
    }
    assert!(listed(&api).await.is_empty());
    let after = chrono::Utc::now() + chrono::TimeDelta::hours(1);
    assert_eq!(
        said("HardBounce", after).await,
        1,
        "what is of the future is news"
    );
}
