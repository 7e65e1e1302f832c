//! What the breaker promises: by table, and whatever comes.

use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn outcome(kind: OutcomeKind) -> Outcome {
    Outcome::new(kind, "x", "")
}

fn ticket(breaker: &Breaker, now: DateTime<Utc>) -> Ticket {
    match breaker.admit(now) {
        Admit::Yes(ticket) => ticket,
        Admit::Not { until } => panic!("refused until {until}"),
    }
}

fn call(breaker: &Breaker, answer: &Outcome, now: DateTime<Utc>) -> Change {
    breaker.report(ticket(breaker, now), answer, now)
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
        let until = breaker.refuses_until(at(0));
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
fn the_providers_wish_lengthens_and_never_shortens() {
    for (wish, until) in [(10, 60), (600, 600)] {
        let breaker = Breaker::new(BreakerSettings::default());
        let mut answer = outcome(OutcomeKind::Retry);
        answer.retry_after = Some(Duration::from_secs(wish));
        for _ in 0..3 {
            call(&breaker, &answer, at(0));
        }
        let until = at(until);
        assert_eq!(breaker.state(), BreakerState::Open { until });
    }
}

#[test]
fn one_probe_decides_and_one_that_is_dropped_decides_nothing() {
    let breaker = Breaker::new(BreakerSettings::default());
    call(&breaker, &outcome(OutcomeKind::Misconfigured), at(0));
    assert!(matches!(breaker.admit(at(299)), Admit::Not { .. }));
    let dropped = ticket(&breaker, at(300));
    assert!(matches!(breaker.admit(at(300)), Admit::Not { .. }));
    drop(dropped);
    let probe = ticket(&breaker, at(301));
    let again = breaker.report(probe, &outcome(OutcomeKind::Retry), at(302));
    assert_eq!(again, Change::Opened { until: at(362) });
    let probe = ticket(&breaker, at(362));
    let closed = breaker.report(probe, &outcome(OutcomeKind::Delivered), at(363));
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
        assert_eq!(breaker.report(ticket, &outcome(kind), at(9)), Change::None);
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
                    if let Admit::Yes(ticket) = breaker.admit(at(now)) {
                        if let BreakerState::Open { until } = before {
                            prop_assert!(at(now) >= until, "admitted while open");
                        }
                        prop_assert_eq!(ticket.probe, before != BreakerState::Closed);
                        held.push(ticket);
                    }
                }
                Step::Answer(n, kind) if n < held.len() => {
                    let ticket = held.swap_remove(n);
                    breaker.report(ticket, &outcome(kind), at(now));
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
        breaker.report(probe, &outcome(OutcomeKind::Delivered), at(now + 1_000));
        prop_assert_eq!(breaker.state(), BreakerState::Closed);
    }
}
