//! Calls as the services' documentation shows them, cut to what is read.

use serde_json::{Value, json};

use super::*;

fn read(body: &Value) -> Result<Vec<(String, ServiceSaid)>, Refusal> {
    assert!(is_service_call(body.to_string().as_bytes()));
    match read_service_call(body.to_string().as_bytes())? {
        ServiceCall::Events(events) => Ok(events
            .into_iter()
            .map(|one| (one.address, one.said))
            .collect()),
        ServiceCall::Confirm(url) => panic!("{url}"),
    }
}

const GONE: ServiceSaid = ServiceSaid::Fate(Fate::Gone);
const FAILED: ServiceSaid = ServiceSaid::Fate(Fate::Failed);

fn ses_bounce(kind: &str, sub: &str) -> Value {
    json!({"notificationType": "Bounce", "bounce": {"bounceType": kind, "bounceSubType": sub,
        "bouncedRecipients": [{"emailAddress": "jane@example.com", "status": "5.1.1", "action": "failed"},
            {"emailAddress": "joe@example.com"}]}, "mail": {"messageId": "0000"}})
}

fn wrapped(inner: &Value) -> Value {
    json!({"Type": "Notification", "MessageId": "22b8", "TopicArn": "arn:aws:sns:us-west-2:1:bounces",
        "Message": inner.to_string(), "Signature": "EXAMPLE"})
}

#[test]
fn what_each_service_says_is_understood() {
    let complaint = json!({"eventType": "Complaint", "complaint": {"complaintFeedbackType": "abuse",
        "complainedRecipients": [{"emailAddress": "jane@example.com"}]}});
    let jane = |said| vec![("jane@example.com".to_owned(), said)];
    let both = |said| {
        vec![
            ("jane@example.com".to_owned(), said),
            ("joe@example.com".to_owned(), said),
        ]
    };
    let postmark = |record: &str, kind: &str| json!({"RecordType": record, "Type": kind, "Email": "jane@example.com"});
    let mailgun = |event: &str, severity: &str, reason: &str, status: Value| {
        json!({"signature": {"token": "t"}, "event-data":
        {"event": event, "severity": severity, "reason": reason, "recipient": "jane@example.com", "delivery-status": status}})
    };
    for (body, expected) in [
        (wrapped(&ses_bounce("Permanent", "General")), both(GONE)),
        (ses_bounce("Permanent", "NoEmail"), both(GONE)),
        (ses_bounce("Permanent", "ContentRejected"), both(FAILED)),
        (ses_bounce("Transient", "MailboxFull"), both(FAILED)),
        (wrapped(&complaint), jane(ServiceSaid::Complaint)),
        (wrapped(&json!({"notificationType": "Delivery"})), vec![]),
        (wrapped(&json!("Successfully validated SNS topic")), vec![]),
        (postmark("Bounce", "HardBounce"), jane(GONE)),
        (postmark("Bounce", "SoftBounce"), jane(FAILED)),
        (
            postmark("SpamComplaint", "SpamComplaint"),
            jane(ServiceSaid::Complaint),
        ),
        (postmark("Open", ""), vec![]),
        (
            json!([{"event": "bounce", "type": "bounce", "email": "jane@example.com", "status": "5.1.1"},
                {"event": "processed", "email": "joe@example.com"}]),
            jane(GONE),
        ),
        (
            json!([{"event": "bounce", "type": "blocked", "email": "jane@example.com"}]),
            jane(FAILED),
        ),
        (
            json!([{"event": "spamreport", "email": "jane@example.com"}]),
            jane(ServiceSaid::Complaint),
        ),
        (
            mailgun(
                "failed",
                "permanent",
                "bounce",
                json!({"code": 550, "message": "5.1.1 no such user"}),
            ),
            jane(GONE),
        ),
        (
            mailgun(
                "failed",
                "permanent",
                "generic",
                json!({"code": 550, "enhanced-code": "5.1.1"}),
            ),
            jane(GONE),
        ),
        (
            mailgun(
                "failed",
                "permanent",
                "suppress-bounce",
                json!({"code": 605}),
            ),
            jane(GONE),
        ),
        (
            mailgun(
                "failed",
                "permanent",
                "espblock",
                json!({"code": 550, "message": "5.7.1 spam"}),
            ),
            jane(FAILED),
        ),
        (
            mailgun(
                "failed",
                "temporary",
                "generic",
                json!({"message": "5.1.1"}),
            ),
            jane(FAILED),
        ),
        (
            mailgun("complained", "", "", json!({})),
            jane(ServiceSaid::Complaint),
        ),
        (mailgun("delivered", "", "", json!({})), vec![]),
    ] {
        assert_eq!(read(&body), Ok(expected), "{body}");
    }
}

#[test]
fn only_sns_may_ask_for_a_confirmation() {
    let asks = |url: &str| {
        let body = json!({"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": url});
        read_service_call(body.to_string().as_bytes())
    };
    let url = "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=t";
    assert_eq!(asks(url), Ok(ServiceCall::Confirm(url.to_owned())));
    for wrong in [
        "http://sns.us-west-2.amazonaws.com/",
        "https://sns.us-west-2.amazonaws.com.example.org/",
        "https://example.org/?sns.us-west-2.amazonaws.com",
        "none",
    ] {
        assert!(asks(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn other_json_is_refused() {
    for body in [
        json!({}),
        json!({"event": "bounce", "email": "jane@example.com"}),
        json!([{"email": "jane@example.com"}]),
        json!([1]),
    ] {
        assert!(read(&body).is_err(), "{body}");
    }
    assert!(read_service_call(b"{").is_err());
    let deep = "[".repeat(100_000);
    assert!(read_service_call(deep.as_bytes()).is_err());
    assert!(!is_service_call(b"Subject: {}\r\n\r\n"));
}

#[test]
fn each_service_says_when_it_was() {
    let at = |body: Value| {
        let call = read_service_call(body.to_string().as_bytes());
        let Ok(ServiceCall::Events(events)) = call else {
            panic!("{call:?}")
        };
        events[0].at.map(|at| at.to_rfc3339())
    };
    let mut bounce = ses_bounce("Permanent", "General");
    assert_eq!(at(bounce.clone()), None);
    bounce["bounce"]["timestamp"] = json!("2026-01-27T14:59:38.237Z");
    assert_eq!(at(bounce.clone()).unwrap(), "2026-01-27T14:59:38.237+00:00");
    // When the mail was sent counts for more than when it came back.
    bounce["mail"]["timestamp"] = json!("2026-01-27T12:00:00.000Z");
    assert_eq!(at(wrapped(&bounce)).unwrap(), "2026-01-27T12:00:00+00:00");
    let postmark = json!({"RecordType": "Bounce", "Type": "HardBounce", "Email": "jane@example.com",
        "BouncedAt": "2026-01-27T14:59:38-05:00"});
    assert_eq!(at(postmark).unwrap(), "2026-01-27T19:59:38+00:00");
    let sendgrid =
        json!([{"event": "bounce", "email": "jane@example.com", "timestamp": 1_769_526_000}]);
    assert_eq!(at(sendgrid).unwrap(), "2026-01-27T15:00:00+00:00");
    let mailgun = json!({"event-data": {"event": "complained", "recipient": "jane@example.com",
        "timestamp": 1_769_526_000.5}});
    assert_eq!(at(mailgun).unwrap(), "2026-01-27T15:00:00.500+00:00");
    let nonsense = json!([{"event": "bounce", "email": "jane@example.com", "timestamp": 1e300}]);
    assert_eq!(at(nonsense), None);
}
