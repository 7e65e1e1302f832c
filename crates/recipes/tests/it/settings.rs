//! What accounts are given.

use std::collections::BTreeMap;

use campanile_recipes::{Addressed, Flaw, Kind};
use serde_json::{Map, Value, json};

use crate::support::recipe;

fn flaws(name: &str, given: &Value) -> Vec<(String, Flaw)> {
    let given: BTreeMap<String, Value> = given
        .as_object()
        .expect("an object")
        .clone()
        .into_iter()
        .collect();
    let errors = recipe(name).accept(given).err().unwrap_or_default();
    errors
        .into_iter()
        .map(|error| (error.name, error.flaw))
        .collect()
}

#[test]
fn every_wrong_setting_is_named() {
    let key = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG";
    for (name, given, expected) in [
        ("pushover", json!({}), vec![("token", Flaw::Required)]),
        (
            "pushover",
            json!({"token": key, "user_key": key, "emergency": true}),
            vec![],
        ),
        (
            "pushover",
            json!({"token": "short", "user_key": "x".repeat(31), "device": "a b", "emergency": "yes", "retry_seconds": 29,
                "expire_seconds": "1", "endpoint": "ftp://a.example/"}),
            vec![
                ("token", Flaw::TooShort),
                ("user_key", Flaw::TooLong),
                ("device", Flaw::Invalid),
                ("emergency", Flaw::WrongType),
                ("retry_seconds", Flaw::OutOfRange),
                ("expire_seconds", Flaw::WrongType),
                ("endpoint", Flaw::Invalid),
            ],
        ),
        ("slack", json!({}), vec![]),
        ("slack", json!({"token": "xoxb-1"}), vec![]),
        (
            "slack",
            json!({"token": "abc"}),
            vec![("token", Flaw::Invalid)],
        ),
        (
            "slack",
            json!({"url": "https://hooks.slack.com/services/T/B/X"}),
            vec![],
        ),
        (
            "slack",
            json!({"url": "https://user:pass@hooks.slack.com/"}),
            vec![("url", Flaw::Invalid)],
        ),
        (
            "slack",
            json!({"url": "file:///etc/passwd"}),
            vec![("url", Flaw::Invalid)],
        ),
        (
            "discord",
            json!({"url": "https://discord.com/#x"}),
            vec![("url", Flaw::Invalid)],
        ),
        (
            "discord",
            json!({"url": "https://discord.com/a", "extra": 1}),
            vec![("extra", Flaw::Invalid)],
        ),
        (
            "sms_http",
            json!({"url": "https://a.example/", "format": "xml"}),
            vec![("format", Flaw::UnknownValue)],
        ),
        (
            "telegram",
            json!({"token": "1:a\r\nX-Evil: 1"}),
            vec![("token", Flaw::Invalid)],
        ),
    ] {
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(name, flaw)| (name.to_owned(), flaw))
            .collect();
        assert_eq!(flaws(name, &given), expected, "{name} {given}");
    }
}

#[test]
fn every_setting_is_explained_and_what_opens_an_account_is_secret() {
    for recipe in campanile_recipes::all() {
        assert!(
            recipe.settings.iter().any(|one| one.is_secret),
            "{}",
            recipe.name
        );
        for setting in &recipe.settings {
            assert!(
                setting.help.ends_with('.'),
                "{}: {}",
                recipe.name,
                setting.name
            );
            let is_telling = [
                "token",
                "password",
                "secret",
                "routing_key",
                "api_key",
                "access_token",
                "auth_token",
            ];
            let opens = is_telling.contains(&setting.name.as_str()) && recipe.name != "twilio_sms";
            assert!(
                !opens || setting.is_secret,
                "{}: {}",
                recipe.name,
                setting.name
            );
            assert!(setting.check(&setting.example).is_ok());
        }
        let is_place = |name: &str| {
            recipe
                .settings
                .iter()
                .any(|one| one.name == name && one.kind == Kind::Url)
        };
        assert!(recipe.places().all(is_place));
    }
}

#[test]
fn an_account_has_an_address_or_its_users_have() {
    let open = |value: Value| value.as_object().cloned().unwrap_or_else(Map::new);
    let account = |address: &str| Addressed::Account(address.to_owned());
    let users = || Addressed::Users;
    for (name, public, secrets, expected) in [
        ("slack", json!({}), &["url"][..], account("slack")),
        ("slack", json!({}), &[][..], users()),
        ("discord", json!({}), &[][..], users()),
        ("slack", json!({}), &["token"][..], users()),
        (
            "slack",
            json!({"channel": "C1"}),
            &["token"][..],
            account("C1"),
        ),
        ("discord", json!({}), &["url"][..], account("discord")),
        ("pushover", json!({}), &["token"][..], users()),
        (
            "pushover",
            json!({"user_key": "u"}),
            &["token"][..],
            account("u"),
        ),
        ("telegram", json!({}), &["token"][..], users()),
        (
            "gotify",
            json!({"endpoint": "https://g.example"}),
            &["token"][..],
            account("gotify"),
        ),
    ] {
        let secrets: Vec<String> = secrets.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(
            recipe(name).addressed(&open(public), &secrets),
            expected,
            "{name}"
        );
    }
}
