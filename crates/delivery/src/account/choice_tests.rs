//! The choice, by table.

use uuid::Uuid;

use super::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn open(seconds: i64) -> Option<Deferral> {
    Some(Deferral {
        until: at(seconds),
        spread: TimeDelta::seconds(15),
        reason: "breaker_open",
    })
}

fn one<'a>(
    name: &'a str,
    failover_to: Option<&'a str>,
    refuses: Option<Deferral>,
) -> Candidate<'a> {
    Candidate {
        name,
        weight: None,
        failover_to,
        refuses,
    }
}

fn delivery(n: u64) -> DeliveryId {
    DeliveryId(Uuid::from_u64_pair(0, n))
}

/// The name, or why and for how many seconds it waits.
fn chosen<'a>(all: &[Candidate<'a>], bound: Bound<'_>) -> Result<&'a str, (&'static str, i64)> {
    match choose(all, delivery(7), bound, at(0)) {
        Ok(place) => Ok(all[place].name),
        Err(why) => Err((why.reason, (why.until - at(0)).num_seconds())),
    }
}

#[test]
fn the_spare_takes_over_only_where_nothing_may_be_sent_twice() {
    let well = [one("a", Some("b"), None), one("b", None, None)];
    let first_open = [one("a", Some("b"), open(60)), one("b", None, None)];
    let both_open = [one("a", Some("b"), open(60)), one("b", None, open(20))];
    let (opens, gone) = (Err(("breaker_open", 60)), Err(("account_gone", 300)));
    let table = [
        (&well, Bound::Free, Ok("a")),
        (&well, Bound::Own, Ok("a")),
        (&well, Bound::To("a"), Ok("a")),
        (&well, Bound::To("b"), Ok("b")),
        (&well, Bound::To("c"), gone),
        (&first_open, Bound::Free, Ok("b")),
        (&first_open, Bound::Own, opens),
        (&first_open, Bound::To("a"), opens),
        (&first_open, Bound::To("b"), Ok("b")),
        (&first_open, Bound::To("c"), gone),
        (&both_open, Bound::Free, Err(("breaker_open", 20))),
        (&both_open, Bound::Own, opens),
    ];
    for (all, bound, expected) in table {
        assert_eq!(chosen(all, bound), expected, "{all:?} {bound:?}");
    }
    assert_eq!(chosen(&[], Bound::Free), Err(("no_account", 300)));
    assert_eq!(chosen(&[], Bound::Own), Err(("no_account", 300)));
}

#[test]
fn a_chain_is_followed_to_its_end_and_a_circle_once() {
    let chain = [
        one("a", Some("b"), open(1)),
        one("b", Some("c"), open(2)),
        one("c", None, None),
    ];
    assert_eq!(chosen(&chain, Bound::Free), Ok("c"));
    let circle = [one("a", Some("b"), open(9)), one("b", Some("a"), open(8))];
    assert_eq!(chosen(&circle, Bound::Free), Err(("breaker_open", 8)));
    let itself = [one("a", Some("a"), open(9))];
    assert_eq!(chosen(&itself, Bound::Free), Err(("breaker_open", 9)));
    let nowhere = [one("a", Some("x"), open(9))];
    assert_eq!(chosen(&nowhere, Bound::Free), Err(("breaker_open", 9)));
    assert_eq!(chosen(&[one("a", Some("x"), None)], Bound::Free), Ok("a"));
}

/// How many of 10,000 deliveries fall to each.
fn shares(all: &[Candidate<'_>]) -> Vec<usize> {
    let mut counts = vec![0; all.len()];
    for n in 0..10_000 {
        counts[choose(all, delivery(n), Bound::Free, at(0)).unwrap()] += 1;
    }
    counts
}

#[test]
fn deliveries_fall_to_accounts_by_weight_and_to_spares_only_where_it_is_said() {
    let weighed = |name, weight, failover_to| Candidate {
        weight,
        ..one(name, failover_to, None)
    };
    let of = |a, b, failover_to| shares(&[weighed("a", a, failover_to), weighed("b", b, None)]);
    assert_eq!(of(None, None, None), [5_000, 5_000]);
    assert_eq!(of(Some(3), Some(1), None), [7_500, 2_500]);
    assert_eq!(of(Some(3), None, None), [7_500, 2_500]);
    assert_eq!(of(None, None, Some("b")), [10_000, 0]);
    assert_eq!(of(None, Some(1), Some("b")), [5_000, 5_000]);
    assert_eq!(of(Some(1_000), Some(1_000), None), [5_000, 5_000]);
}

#[test]
fn every_attempt_of_a_delivery_falls_to_the_same() {
    let all = [one("a", None, None), one("b", None, None)];
    for n in 0..100 {
        let first = choose(&all, delivery(n), Bound::Free, at(0));
        assert_eq!(choose(&all, delivery(n), Bound::Own, at(9)), first);
    }
}
