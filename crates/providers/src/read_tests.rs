//! What is taken, what is kept, and what is refused by name.

use campanile_channels::SenderFactory;
use campanile_domain::SystemClock;
use campanile_test_support::fcm::FcmAccount;
use secrecy::ExposeSecret;
use serde_json::json;

use super::*;
use crate::build;

fn sender_factory() -> SenderFactory {
    SenderFactory::new(std::sync::Arc::new(SystemClock), Vec::new())
}

fn names(
    channel: Channel,
    settings: &Value,
    stored: Option<&Account>,
) -> Vec<(String, &'static str)> {
    let errors = read(channel, settings, stored).expect_err("wrong");
    errors
        .into_iter()
        .map(|e| (e.field, e.code.name()))
        .collect()
}

fn mail() -> Value {
    json!({"host": "mail.example.com", "username": "zoe", "password": "hunter2",
        "from": "zoe@example.com"})
}

#[test]
fn secrets_are_parted_from_what_may_be_shown() {
    let account = read(Channel::Email, &mail(), None).unwrap();
    assert_eq!(
        account.secret("password").unwrap().expose_secret(),
        "hunter2"
    );
    let shown = format!("{account:?} {}", Value::from(account.public.clone()));
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("mail.example.com"), "{shown}");
}

#[test]
fn every_wrong_field_is_named() {
    let wrong =
        json!({"host": 7, "port": "x", "tls": "", "dkim": {"domain": "a", "pin": 1}, "colour": 1});
    let names = names(Channel::Email, &wrong, None);
    for expected in [
        ("/settings/host", "wrong_type"),
        ("/settings/port", "wrong_type"),
        ("/settings/tls", "too_short"),
        ("/settings/from", "required"),
        ("/settings/dkim/selector", "required"),
        ("/settings/dkim/private_key", "required"),
        ("/settings/dkim/pin", "unknown_field"),
        ("/settings/colour", "unknown_field"),
    ] {
        assert!(
            names.contains(&(expected.0.into(), expected.1)),
            "{expected:?}: {names:?}"
        );
    }
    assert_eq!(names.len(), 8, "{names:?}");
}

#[test]
fn a_secret_left_out_is_kept_only_where_it_goes_nowhere_else() {
    let stored = read(Channel::Email, &mail(), None).unwrap();
    let mut again = mail();
    again["password"] = Value::Null;
    again["from"] = json!("ops@example.com");
    let kept = read(Channel::Email, &again, Some(&stored)).unwrap();
    assert_eq!(kept.secret("password").unwrap().expose_secret(), "hunter2");
    for (field, value) in [
        ("host", json!("evil.example.com")),
        ("port", json!(2525)),
        ("tls", json!("none")),
        ("username", json!("eve")),
    ] {
        let mut moved = again.clone();
        moved[field] = value;
        let moved = read(Channel::Email, &moved, Some(&stored)).unwrap();
        assert!(moved.secret("password").is_none(), "{field}");
        let refused = build(&sender_factory(), Channel::Email, &moved);
        let refused = refused.err().expect("no password").to_string();
        assert!(refused.contains("/settings/password"), "{refused}");
    }
    let hook = json!({"url": "https://a.example.com/", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"});
    let stored = read(Channel::Webhook, &hook, None).unwrap();
    let moved = json!({"url": "https://b.example.com/"});
    assert!(read(Channel::Webhook, &moved, Some(&stored)).is_ok());
    let new = names(Channel::Webhook, &moved, None);
    assert_eq!(new, [("/settings/secret".into(), "required")]);
}

#[test]
fn googles_file_is_taken_as_it_is_and_half_of_it_is_refused() {
    let account = FcmAccount::new();
    let file = json!({
        "type": "service_account", "project_id": account.project_id,
        "private_key_id": account.private_key_id, "private_key": account.private_key,
        "client_email": account.client_email, "client_id": "1",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "auth_provider_x509_cert_url": "x", "client_x509_cert_url": "y",
        "universe_domain": "googleapis.com",
    });
    let stored = read(Channel::Push, &file, None).unwrap();
    assert!(!stored.public.contains_key("type"));
    assert!(build(&sender_factory(), Channel::Push, &stored).is_ok());
    let half = names(Channel::Push, &json!({"project_id": "p"}), None);
    let expected = [
        ("/settings/client_email", "required"),
        ("/settings/private_key", "required"),
    ];
    assert_eq!(half, expected.map(|(field, code)| (field.into(), code)));
    // The tokens would go there.
    let mut moved = file.clone();
    moved["private_key"] = Value::Null;
    assert!(read(Channel::Push, &moved, Some(&stored)).is_ok());
    moved["endpoint"] = json!("https://evil.example.com");
    let moved = names(Channel::Push, &moved, Some(&stored));
    assert_eq!(moved, [("/settings/private_key".into(), "required")]);
}

#[test]
fn a_key_that_is_none_and_an_address_inside_are_refused_by_name() {
    let account = FcmAccount::new();
    let push = |key: &str, endpoint: &str| {
        let settings = json!({"project_id": "p", "client_email": "a@b", "private_key": key, "endpoint": endpoint});
        let account = read(Channel::Push, &settings, None).unwrap();
        let refused = build(&sender_factory(), Channel::Push, &account);
        refused.err().expect("refused").to_string()
    };
    let no_key = push("hunter2", "https://fcm.example.com");
    assert!(
        no_key.starts_with("/settings/private_key") && !no_key.contains("hunter2"),
        "{no_key}"
    );
    let inside = push(&account.private_key, "http://127.0.0.1:9");
    assert!(inside.starts_with("/settings/endpoint"), "{inside}");
}
