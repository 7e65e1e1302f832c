use campanile_domain::Channel;
use serde_json::{Value, json};

use super::*;
use crate::read::read;

const SECRETS: [&str; 5] = [
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
    "whsec_GBkaGxwdHh8gISIjJCUmJygpKissLS4v",
    "whsec_MDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZH",
];

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::hours(hour)
}

/// What comes of a PUT with this secret, if any, and overlap.
fn put(before: Option<&Account>, secret: Option<usize>, overlap: Value, hour: i64) -> Account {
    let settings = json!({"url": "https://a.example.com/", FIELD: overlap,
        "secret": secret.map(|secret| SECRETS[secret])});
    let mut account = read(Channel::Webhook, &settings, before).unwrap();
    carry_over(&mut account, before, at(hour)).unwrap();
    account
}

/// The earlier secrets by number, and when they expire.
fn previous(account: &Account) -> Vec<(usize, DateTime<Utc>)> {
    let number = |one: &Previous| {
        let text = one.secret.expose_secret();
        SECRETS.iter().position(|secret| *secret == text).unwrap()
    };
    let all = account.previous.iter();
    all.map(|one| (number(one), one.expires_at)).collect()
}

#[test]
fn the_secret_before_signs_for_a_day_or_as_long_as_the_account_says() {
    let first = put(None, Some(0), Value::Null, 0);
    assert_eq!(previous(&first), []);
    let second = put(Some(&first), Some(1), Value::Null, 1);
    assert_eq!(previous(&second), [(0, at(25))]);
    let longer = put(Some(&first), Some(1), json!(48), 1);
    assert_eq!(previous(&longer), [(0, at(49))]);
    // Other changes neither prolong nor end it, and afterwards it is forgotten.
    for secret in [None, Some(1)] {
        let same = put(Some(&second), secret, json!(48), 24);
        assert_eq!(previous(&same), [(0, at(25))]);
        assert_eq!(previous(&put(Some(&second), secret, json!(48), 25)), []);
    }
}

#[test]
fn several_changes_in_a_row_leave_each_its_time_but_for_too_many() {
    let mut account = put(None, Some(0), Value::Null, 0);
    for (hour, secret) in [(1, 1), (2, 2), (3, 3), (4, 4)] {
        account = put(Some(&account), Some(secret), Value::Null, hour);
    }
    assert_eq!(previous(&account), [(1, at(26)), (2, at(27)), (3, at(28))]);
    let back = put(Some(&account), Some(2), Value::Null, 5);
    assert_eq!(previous(&back), [(1, at(26)), (3, at(28)), (4, at(29))]);
    assert_eq!(expires_at(&back.previous), Some(at(29)));
}

#[test]
fn a_secret_that_leaked_ends_at_once() {
    let first = put(None, Some(0), Value::Null, 0);
    let second = put(Some(&first), Some(1), Value::Null, 1);
    assert_eq!(previous(&put(Some(&second), Some(2), json!(0), 2)), []);
    assert_eq!(previous(&put(Some(&second), None, json!(0), 2)), []);
}

#[test]
fn an_overlap_has_bounds() {
    let settings = json!({"url": "https://a.example.com/", "secret": SECRETS[0], FIELD: 721});
    let mut account = read(Channel::Webhook, &settings, None).unwrap();
    let refused = carry_over(&mut account, None, at(0)).expect_err("too long");
    let expected = ("/settings/secret_overlap_hours", "out_of_range");
    assert_eq!((refused.field.as_str(), refused.code.name()), expected);
}

#[test]
fn earlier_secrets_are_sealed_with_the_others_and_shown_nowhere() {
    let first = put(None, Some(0), Value::Null, 0);
    let second = put(Some(&first), Some(1), Value::Null, 1);
    let sealed = second.secrets_json();
    let secrets = serde_json::from_str(sealed.expose_secret()).unwrap();
    let opened = Account::of(second.public.clone(), secrets).unwrap();
    assert_eq!(previous(&opened), previous(&second));
    assert_eq!(opened.secrets.len(), 1);
    let shown = format!("{second:?} {}", crate::shown::Kept::of(&second));
    assert!(
        SECRETS.iter().all(|secret| !shown.contains(secret)),
        "{shown}"
    );
}
