use chrono::TimeDelta;

use super::*;
use crate::{Actor, ChainCheck, ChainFault};

/// Made by another program from the layout of ADR 75.
const EXPECTED: &str = "a2bc7b3bfafa0d364e269797bcefcc3c6673552f5f0715c922b92d5f3b991f28";

fn tenant() -> TenantId {
    TenantId::parse("acme").expect("valid")
}

fn act(second: i64) -> Act {
    Act {
        actor: Actor::token("ann"),
        request_id: Some("r1".into()),
        address: "192.0.2.1".parse().ok(),
        at: DateTime::UNIX_EPOCH + TimeDelta::seconds(second),
    }
}

fn chain(seconds: &[i64]) -> (AuditHead, Vec<AuditRow>) {
    let (mut head, mut rows) = (AuditHead::EMPTY, Vec::new());
    let random = Random::seeded(7);
    for (at, second) in seconds.iter().enumerate() {
        let states = (Some(json!({"n": at})), Some(json!({"n": at + 1})));
        let row = AuditRow::next(
            &tenant(),
            &head,
            &act(*second),
            (AuditAction::BrandSave, "brand"),
            (states.0.as_ref(), states.1.as_ref()),
            &random,
        );
        head = head.after(&row);
        rows.push(row);
    }
    (head, rows)
}

fn faults(head: &AuditHead, rows: &[AuditRow]) -> Vec<ChainFault> {
    let mut check = ChainCheck::new(tenant(), head.clone());
    rows.iter().for_each(|row| check.row(row));
    check.finish().faults
}

#[test]
fn a_chain_as_it_was_written_fits() {
    let (head, rows) = chain(&[1, 2, 3]);
    assert_eq!(faults(&head, &rows), []);
    assert_eq!(faults(&AuditHead::EMPTY, &[]), []);
}

#[test]
fn a_clock_that_was_set_back_keeps_the_order() {
    let (_, rows) = chain(&[100, 50, 50, 200]);
    let follow = |pair: &[AuditRow]| pair[0].id < pair[1].id && pair[0].at <= pair[1].at;
    assert!(rows.windows(2).all(follow), "{rows:?}");
    let seconds = rows.iter().map(|row| row.at.timestamp());
    assert_eq!(seconds.collect::<Vec<_>>(), [100, 100, 100, 200]);
}

#[test]
fn every_field_that_is_changed_is_found() {
    let (head, rows) = chain(&[1, 2, 3]);
    let changes: [fn(&mut AuditRow); 10] = [
        |row| row.at += TimeDelta::microseconds(1),
        |row| row.actor_kind = ActorKind::System,
        |row| row.actor.push('x'),
        |row| row.key_id = Some(String::new()),
        |row| row.action = "brand.sav".into(),
        |row| row.target = "brands".into(),
        |row| row.before = None,
        |row| row.after = Some("{}".into()),
        |row| row.request_id = None,
        |row| row.address = Some("192.0.2.2".into()),
    ];
    for change in changes {
        for at in 0..3 {
            let mut rows = rows.clone();
            change(&mut rows[at]);
            let seq = at as u64 + 1;
            assert_eq!(faults(&head, &rows), [ChainFault::Changed { seq }]);
        }
    }
}

#[test]
fn a_row_that_was_hashed_anew_does_not_fit_the_next() {
    let (head, mut rows) = chain(&[1, 2, 3]);
    rows[1].actor = "eve".into();
    rows[1].hash = rows[1].hash_after(&tenant(), &rows[0].hash);
    assert_eq!(faults(&head, &rows), [ChainFault::Changed { seq: 3 }]);
    let (head, mut rows) = chain(&[1]);
    rows[0].actor = "eve".into();
    rows[0].hash = rows[0].hash_after(&tenant(), &AuditHash::ZERO);
    assert_eq!(faults(&head, &rows), [ChainFault::WrongEnd { seq: 1 }]);
}

#[test]
fn rows_that_are_missing_are_named() {
    let (head, rows) = chain(&[1, 2, 3, 4]);
    let without = |gone: &[usize]| {
        let rows = rows.iter().enumerate();
        let left: Vec<_> = rows
            .filter(|(at, _)| !gone.contains(at))
            .map(|(_, row)| row.clone())
            .collect();
        faults(&head, &left)
    };
    let missing = |first, last| ChainFault::Missing { first, last };
    assert_eq!(without(&[0]), [missing(1, 1)]);
    assert_eq!(without(&[1, 2]), [missing(2, 3)]);
    assert_eq!(without(&[3]), [missing(4, 4)]);
    assert_eq!(without(&[0, 1, 2, 3]), [missing(1, 4)]);
    let twice: Vec<_> = [&rows[..2], &rows[1..]].concat();
    assert_eq!(faults(&head, &twice), [ChainFault::Repeated { seq: 2 }]);
}

#[test]
fn what_retention_removed_is_not_missed() {
    let (head, rows) = chain(&[1, 2, 3]);
    let head = AuditHead {
        anchor_seq: 2,
        anchor_hash: rows[1].hash,
        ..head
    };
    assert_eq!(faults(&head, &rows[2..]), []);
    let mut changed = rows[2].clone();
    changed.target = "x".into();
    assert_eq!(faults(&head, &[changed]), [ChainFault::Changed { seq: 3 }]);
}

#[test]
fn the_hash_of_a_row_is_what_the_adr_says() {
    let row = AuditRow {
        id: AuditId(uuid::Uuid::from_u128(1)),
        seq: 1,
        at: DateTime::UNIX_EPOCH,
        actor_kind: ActorKind::Token,
        actor: "ann".into(),
        key_id: None,
        action: "brand.save".into(),
        target: "brand".into(),
        before: None,
        after: Some("{}".into()),
        request_id: None,
        address: None,
        hash: AuditHash::ZERO,
    };
    let hash = row.hash_after(&tenant(), &AuditHash::ZERO).to_string();
    assert_eq!(hash, EXPECTED);
    assert_eq!(
        AuditHash::parse(&hash).map(|hash| hash.to_string()),
        Some(hash)
    );
}

#[test]
fn large_states_become_their_digest() {
    let large = json!({"text": "x".repeat(MOST_STATE_BYTES)});
    let kept: Value = serde_json::from_str(&stored(&large)).expect("JSON");
    assert_eq!(kept["bytes"], large.to_string().len());
    assert_eq!(kept["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(cut(&"é".repeat(200)).len(), MOST_TARGET_BYTES);
}
