//! What the breaker promises: by table, and whatever comes.

use campanile_domain::{Blame, Outcome, OutcomeKind};
use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn outcome(kind: OutcomeKind) -> Outcome {
    Outcome::new(kind, "x", "")
}

/// Another one each time.
fn any() -> DeliveryId {
    DeliveryId(uuid::Uuid::new_v4())
}

fn ticket(breaker: &Breaker, now: DateTime<Utc>) -> Ticket {
    match breaker.admit(any(), now) {
        Admit::Yes(ticket) => ticket,
        Admit::Not { until } => panic!("refused until {until}"),
    }
}

fn report(breaker: &Breaker, ticket: Ticket, answer: &Outcome, now: DateTime<Utc>) -> Change {
    breaker.report(ticket, Heard::of_account(answer), now)
}

fn call(breaker: &Breaker, answer: &Outcome, now: DateTime<Utc>) -> Change {
    report(breaker, ticket(breaker, now), answer, now)
}

/// For how long each opening lasts that follows upon the other, where every probe fails.
fn pauses(answer: &Outcome, openings: usize) -> Vec<i64> {
    let breaker = Breaker::new(BreakerSettings::default());
    let (mut now, mut pauses) = (at(0), Vec::new());
    while pauses.len() < openings {
        if let Change::Opened { until } = call(&breaker, answer, now) {
            pauses.push((until - now).num_seconds());
            now = until;
        }
    }
    pauses
}

#[test]
fn answers_add_up_as_the_table_says() {
    use OutcomeKind::{AddressGone, Ambiguous, Delivered, Misconfigured, Rejected, Retry};
    let after_a_minute = Some(60);
    let table: [(&[OutcomeKind], Option<i64>); 9] = [
        (&[Retry, Retry], None),
        (&[Retry, Retry, Retry], after_a_minute),
        (&[Ambiguous, Retry, Ambiguous], after_a_minute),
        (&[Retry, Retry, Delivered, Retry, Retry], None),
        (&[Retry, Retry, AddressGone, Retry, Retry], None),
        (&[Retry, Retry, Rejected, Retry], None),
        (&[Rejected, Rejected, Rejected, AddressGone], None),
        (&[Misconfigured], Some(300)),
        (&[Retry, Delivered, Misconfigured], Some(300)),
    ];
    for (answers, open_for) in table {
        let breaker = Breaker::new(BreakerSettings::default());
        for kind in answers {
            call(&breaker, &outcome(*kind), at(0));
        }
        let until = breaker.refuses_until(any(), at(0));
        assert_eq!(until, open_for.map(at), "{answers:?}");
    }
}

#[test]
fn what_is_the_addressees_fault_proves_that_the_account_works() {
    let breaker = Breaker::new(BreakerSettings::default());
    for _ in 0..10 {
        call(&breaker, &outcome(OutcomeKind::Retry).of_addressee(), at(0));
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[test]
fn it_probes_on_its_own_clock_and_wishes_lengthen_it_step_by_step() {
    let wishing = |wish| Outcome {
        retry_after: wish,
        ..outcome(OutcomeKind::Retry)
    };
    let s = |seconds| Some(Duration::from_secs(seconds));
    let hourly = [60, 120, 240, 480, 960, 1_920, 3_600, 3_600];
    for (wish, expected) in [
        (None, [60; 8]),
        (s(10), [60; 8]),
        (s(100), [60, 100, 100, 100, 100, 100, 100, 100]),
        (s(600), [60, 120, 240, 480, 600, 600, 600, 600]),
        (s(86_400), hourly),
        // `Retry-After: Fri, 31 Dec 9999 23:59:59 GMT`, and the largest number that there is.
        (s(251_000_000_000), hourly),
        (s(u64::MAX), hourly),
        (Some(Duration::MAX), hourly),
    ] {
        assert_eq!(pauses(&wishing(wish), 8), expected, "{wish:?}");
    }
    // A quota opens at once, and nobody says when it comes back.
    let quota = outcome(OutcomeKind::Retry).blamed_on(Blame::Quota);
    assert_eq!(pauses(&quota, 8), hourly);
    let breaker = Breaker::new(BreakerSettings::default());
    assert_eq!(
        call(&breaker, &quota, at(0)),
        Change::Opened { until: at(60) }
    );
    assert_eq!(pauses(&outcome(OutcomeKind::Misconfigured), 3), [300; 3]);
    // Closed in between, it begins anew; and hundreds of failed probes are no trouble.
    assert_eq!(pauses(&wishing(s(u64::MAX)), 300)[299], 3_600);
}

#[test]
fn the_one_that_failed_a_probe_is_not_the_next_to_probe() {
    let breaker = Breaker::new(BreakerSettings::default());
    let blamed = any();
    call(&breaker, &outcome(OutcomeKind::Misconfigured), at(0));
    let probe = |delivery, now| match breaker.admit(delivery, now) {
        Admit::Yes(ticket) => Ok(ticket),
        Admit::Not { until } => Err((until - at(0)).num_seconds()),
    };
    let first = probe(blamed, at(300)).expect("the first");
    report(&breaker, first, &outcome(OutcomeKind::Retry), at(300));
    // Others at 360; it comes after those that waited.
    assert_eq!(probe(blamed, at(310)).unwrap_err(), 375);
    assert_eq!(probe(blamed, at(360)).unwrap_err(), 375);
    assert_eq!(breaker.refuses_until(blamed, at(374)), Some(at(375)));
    assert_eq!(breaker.refuses_until(any(), at(360)), None);
    let other = probe(any(), at(360)).expect("another");
    drop(other);
    // Nobody else is there any more.
    let alone = probe(blamed, at(375)).expect("alone");
    // An answer that proves nothing leaves the place to the next, too.
    let unclear = outcome(OutcomeKind::Retry).blamed_on(Blame::Unclear);
    assert_eq!(report(&breaker, alone, &unclear, at(375)), Change::None);
    assert_eq!(probe(blamed, at(376)).unwrap_err(), 390);
    let other = probe(any(), at(376)).expect("another");
    report(&breaker, other, &outcome(OutcomeKind::Delivered), at(376));
    assert_eq!(breaker.refuses_until(blamed, at(377)), None, "all is well");
}

#[test]
fn what_proves_nothing_neither_opens_nor_closes() {
    let breaker = Breaker::new(BreakerSettings::default());
    let unclear = outcome(OutcomeKind::Retry).blamed_on(Blame::Unclear);
    for answer in [&outcome(OutcomeKind::Retry), &unclear] {
        call(&breaker, answer, at(0));
        call(&breaker, answer, at(0));
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
    let third = call(&breaker, &outcome(OutcomeKind::Retry), at(0));
    assert_eq!(third, Change::Opened { until: at(60) }, "two were counted");
}

#[test]
fn one_probe_decides_and_one_that_is_dropped_decides_nothing() {
    let breaker = Breaker::new(BreakerSettings::default());
    call(&breaker, &outcome(OutcomeKind::Misconfigured), at(0));
    assert!(matches!(breaker.admit(any(), at(299)), Admit::Not { .. }));
    let dropped = ticket(&breaker, at(300));
    assert!(matches!(breaker.admit(any(), at(300)), Admit::Not { .. }));
    drop(dropped);
    let probe = ticket(&breaker, at(301));
    let again = report(&breaker, probe, &outcome(OutcomeKind::Retry), at(302));
    assert_eq!(again, Change::Opened { until: at(362) });
    let probe = ticket(&breaker, at(362));
    let closed = report(&breaker, probe, &outcome(OutcomeKind::Delivered), at(363));
    assert_eq!(closed, Change::Closed);
    assert_eq!(breaker.state(), BreakerState::Closed);
    assert_eq!(breaker.trouble(), None);
}

#[test]
fn trouble_lasts_from_the_first_opening_to_the_closing() {
    let breaker = Breaker::new(BreakerSettings::default());
    assert_eq!(breaker.trouble(), None);
    for (kind, at_second, lasting) in [
        (OutcomeKind::Misconfigured, 0, true),
        (OutcomeKind::Retry, 300, false),
    ] {
        call(&breaker, &outcome(kind), at(at_second));
        let since = at(0);
        assert_eq!(breaker.trouble(), Some(Trouble { lasting, since }));
    }
    call(&breaker, &outcome(OutcomeKind::Delivered), at(900));
    assert_eq!(breaker.trouble(), None);
}

#[test]
fn late_reports_are_about_the_past() {
    let breaker = Breaker::new(BreakerSettings::default());
    let late: Vec<_> = (0..6).map(|_| ticket(&breaker, at(0))).collect();
    call(&breaker, &outcome(OutcomeKind::Misconfigured), at(0));
    let open = breaker.state();
    for (kind, ticket) in [OutcomeKind::Delivered, OutcomeKind::Misconfigured]
        .into_iter()
        .cycle()
        .zip(late)
    {
        assert_eq!(
            report(&breaker, ticket, &outcome(kind), at(9)),
            Change::None
        );
        assert_eq!(breaker.state(), open);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Ask,
    Answer(usize, OutcomeKind),
    Drop(usize),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Ask),
        3 => (0_usize..8, prop::sample::select(OutcomeKind::ALL.to_vec()))
            .prop_map(|(n, kind)| Step::Answer(n, kind)),
        1 => (0_usize..8).prop_map(Step::Drop),
        1 => (0_i64..200).prop_map(Step::Wait),
    ]
}

proptest! {
    #[test]
    fn whatever_comes(steps in prop::collection::vec(step(), 0..120)) {
        let breaker = Breaker::new(BreakerSettings::default());
        let (mut now, mut held) = (0, Vec::<Ticket>::new());
        for step in steps {
            match step {
                Step::Ask => {
                    let before = breaker.state();
                    if let Admit::Yes(ticket) = breaker.admit(any(), at(now)) {
                        if let BreakerState::Open { until } = before {
                            prop_assert!(at(now) >= until, "admitted while open");
                        }
                        prop_assert_eq!(ticket.probe, before != BreakerState::Closed);
                        held.push(ticket);
                    }
                }
                Step::Answer(n, kind) if n < held.len() => {
                    let ticket = held.swap_remove(n);
                    report(&breaker, ticket, &outcome(kind), at(now));
                }
                Step::Drop(n) if n < held.len() => drop(held.swap_remove(n)),
                Step::Answer(..) | Step::Drop(_) => {}
                Step::Wait(seconds) => now += seconds,
            }
            let period = lock(&breaker.inner).period;
            let probes = held.iter().filter(|t| t.probe && t.period == period).count();
            prop_assert!(probes <= 1, "{} probes", probes);
        }
        held.clear();
        let probe = ticket(&breaker, at(now + 1_000));
        report(&breaker, probe, &outcome(OutcomeKind::Delivered), at(now + 1_000));
        prop_assert_eq!(breaker.state(), BreakerState::Closed);
    }
}
