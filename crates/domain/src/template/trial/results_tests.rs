//! What comparisons show over 20,000 readers whose behaviour is drawn with a known seed.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::super::{TrialVariant, user_bucket};
use super::*;
use crate::{Channel, NotificationType, TenantId, UserId};

const USERS: usize = 20_000;
/// Results are looked at after so many readers each.
const LOOK_EVERY: usize = 250;

struct Readers {
    tenant: TenantId,
    of: NotificationType,
    given: Vec<(String, u8)>,
}

fn trial(weights: &[(&str, u8)]) -> Trial {
    let variant = |(name, weight): &(&str, u8)| {
        let one = TrialVariant {
            weight: *weight,
            stopped: false,
            templates: [("en".to_owned(), BTreeMap::new())].into(),
        };
        ((*name).to_owned(), one)
    };
    Trial {
        number: 3,
        variants: weights.iter().map(variant).collect(),
    }
}

impl Readers {
    fn of(trial: &Trial) -> Self {
        let tenant = TenantId::parse("acme").expect("a tenant");
        let of = NotificationType::parse("order").expect("a type");
        let given = (0..USERS).map(|user| {
            let user = UserId::parse(&format!("u{user}")).expect("a user");
            let given = trial.choose(&tenant, &of, Channel::Push, &user, "en");
            let bucket = user_bucket(&tenant, &of, Channel::Push, &user);
            (given.expect("takes part").variant, bucket)
        });
        Self {
            given: given.collect(),
            tenant,
            of,
        }
    }

    /// Readers come one after the other, each of whom causes so many deliveries; what is to become of those of a variant
    /// is drawn. Says which variants were ever named, by a look after each few readers.
    fn look(
        &self,
        trial: &Trial,
        deliveries: i64,
        mut draw: impl FnMut(&str, i64) -> VariantCounts,
        mut seen: impl FnMut(&Trial, &[VariantCount]),
    ) {
        let mut counts: BTreeMap<(String, u8), VariantCounts> = BTreeMap::new();
        for (at, (variant, bucket)) in self.given.iter().enumerate() {
            let key = (variant.clone(), *bucket);
            let drawn = draw(variant, deliveries);
            counts.entry(key).or_default().add(drawn);
            if (at + 1) % LOOK_EVERY == 0 {
                let rows = counts
                    .iter()
                    .map(|((variant, bucket), counts)| VariantCount {
                        tenant: self.tenant.clone(),
                        notification_type: self.of.clone(),
                        channel: Channel::Push,
                        trial: trial.number,
                        variant: variant.clone(),
                        bucket: *bucket,
                        counts: *counts,
                    });
                seen(trial, &rows.collect::<Vec<_>>());
            }
        }
    }

    /// The winners that were named at any look, in order, each once.
    fn winners(
        &self,
        trial: &Trial,
        deliveries: i64,
        draw: impl FnMut(&str, i64) -> VariantCounts,
    ) -> Vec<String> {
        let mut named: Vec<String> = Vec::new();
        self.look(trial, deliveries, draw, |trial, counts| {
            let results = TrialResults::of(Channel::Push, trial, counts);
            let winner = results.winners.into_iter().find_map(|(_, winner)| winner);
            named.extend(winner.filter(|winner| !named.contains(winner)));
        });
        named
    }
}

/// Independent deliveries, read with this probability.
fn read(random: &mut StdRng, deliveries: i64, probability: f64) -> VariantCounts {
    let read = (0..deliveries).filter(|_| random.random_bool(probability));
    VariantCounts {
        read: read.count() as i64,
        delivered: deliveries,
        ..VariantCounts::default()
    }
}

#[test]
fn a_planted_winner_is_found() {
    let trial = trial(&[("a", 30), ("b", 30)]);
    let readers = Readers::of(&trial);
    for seed in 0..10 {
        let mut random = StdRng::seed_from_u64(seed);
        let named = readers.winners(&trial, 1, |variant, deliveries| {
            let probability = if variant == "b" { 0.24 } else { 0.20 };
            read(&mut random, deliveries, probability)
        });
        assert_eq!(named, ["b"], "seed {seed}");
    }
}

#[test]
fn equals_have_no_winner_however_often_one_looks() {
    let trial = trial(&[("a", 50)]);
    let readers = Readers::of(&trial);
    let (mut wrong, mut wrong_at_single_looks) = (0, 0);
    for seed in 0..100 {
        let mut random = StdRng::seed_from_u64(1_000 + seed);
        let (mut always_valid, mut single_look) = (false, false);
        let draw = |_: &str, deliveries| read(&mut random, deliveries, 0.2);
        readers.look(&trial, 1, draw, |trial, counts| {
            let results = TrialResults::of(Channel::Push, trial, counts);
            always_valid |= results.winners.iter().any(|(_, winner)| winner.is_some());
            let rate = |at: usize| {
                let counts = results.variants[at].counts;
                (
                    counts.read as f64 / counts.delivered as f64,
                    counts.delivered as f64,
                )
            };
            let ((one, n), (other, m)) = (rate(0), rate(1));
            let variance = one * (1.0 - one) / n + other * (1.0 - other) / m;
            single_look |= (one - other).abs() > 1.96 * variance.sqrt();
        });
        wrong += usize::from(always_valid);
        wrong_at_single_looks += usize::from(single_look);
    }
    assert!(wrong <= 5, "{wrong} of 100");
    assert!(
        wrong_at_single_looks > 20,
        "else this shows nothing: {wrong_at_single_looks}"
    );
}

/// A reader either reads all of 20 messages or none: a count of deliveries alone would see 20 times as many.
#[test]
fn equals_have_no_winner_where_each_reader_gets_many() {
    let trial = trial(&[("a", 50)]);
    let readers = Readers::of(&trial);
    let mut wrong = 0;
    for seed in 0..40 {
        let mut random = StdRng::seed_from_u64(2_000 + seed);
        let named = readers.winners(&trial, 20, |_, deliveries| VariantCounts {
            read: deliveries * i64::from(random.random_bool(0.3)),
            delivered: deliveries,
            ..VariantCounts::default()
        });
        wrong += usize::from(!named.is_empty());
    }
    assert!(wrong <= 3, "{wrong} of 40");
}

#[test]
fn a_variant_whose_failures_rise_is_found_and_no_other() {
    let trial = trial(&[("a", 30), ("b", 30)]);
    let readers = Readers::of(&trial);
    for seed in 0..20 {
        let mut random = StdRng::seed_from_u64(3_000 + seed);
        let mut stopped = BTreeMap::new();
        let mut looks = 0;
        let draw = |variant: &str, _| {
            let failed = random.random_bool(if variant == "b" { 0.08 } else { 0.01 });
            VariantCounts {
                failed: i64::from(failed),
                delivered: i64::from(!failed),
                ..VariantCounts::default()
            }
        };
        readers.look(&trial, 1, draw, |trial, counts| {
            looks += 1;
            for (variant, why) in trial.failing(counts) {
                stopped.entry(variant).or_insert((looks, why));
            }
        });
        let names: Vec<_> = stopped.keys().collect();
        assert_eq!(names, ["b"], "seed {seed}: {stopped:?}");
        let (look, why) = &stopped["b"];
        assert!(*look * LOOK_EVERY <= 5_000, "{why}");
        assert!(why.starts_with("variant b was stopped: "), "{why}");
    }
}

#[test]
fn what_is_shown_adds_up() {
    let trial = trial(&[("a", 40)]);
    let counts = |variant: &str, trial, bucket, delivered, failed, read| VariantCount {
        tenant: TenantId::parse("acme").expect("a tenant"),
        notification_type: NotificationType::parse("order").expect("a type"),
        channel: Channel::Push,
        trial,
        variant: variant.to_owned(),
        bucket,
        counts: VariantCounts {
            delivered,
            failed,
            faults: 0,
            read,
            ..VariantCounts::default()
        },
    };
    let rows = [
        counts(CONTROL, 3, 0, 150, 10, 30),
        counts(CONTROL, 3, 31, 50, 0, 10),
        counts("a", 3, 4, 150, 50, 60),
        counts("a", 2, 4, 999, 999, 999),
    ];
    let results = TrialResults::of(Channel::Push, &trial, &rows);
    let [control, a] = &results.variants[..] else {
        panic!("{results:?}");
    };
    assert_eq!((&*control.variant, control.weight), (CONTROL, 60));
    let rates = |one: &VariantResults| -> Vec<_> {
        let rates = one.measures.iter();
        rates.map(|one| one.rate.expect("delivered")).collect()
    };
    assert_eq!(rates(control), [0.2, 10.0 / 210.0]);
    assert_eq!(rates(a), [0.4, 0.25]);
    assert!(control.measures[0].against_control.is_none());
    let difference = a.measures[0].against_control.expect("enough");
    assert!((difference.estimate - 0.2).abs() < 1e-9, "{difference:?}");
    assert!(difference.low < 0.2 && 0.2 < difference.high);
    assert_eq!(results.winners, [(Measure::Read, None)]);
}

#[test]
fn clicks_of_mails_name_a_winner_and_opens_do_not() {
    let trial = trial(&[("a", 50)]);
    let readers = Readers::of(&trial);
    let mut random = StdRng::seed_from_u64(7);
    let mut last = None;
    let draw = |variant: &str, deliveries: i64| {
        let likely = if variant == "a" { 0.3 } else { 0.2 };
        let mut drawn = || i64::from(random.random_bool(likely));
        VariantCounts {
            delivered: deliveries,
            opened: drawn(),
            clicked: drawn(),
            ..VariantCounts::default()
        }
    };
    readers.look(&trial, 1, draw, |trial, counts| {
        let of = |channel| TrialResults::of(channel, trial, counts);
        last = Some((of(Channel::Email), of(Channel::Push)));
    });
    let (mail, push) = last.expect("looked at");
    let winner = Some("a".to_owned());
    let expected = [(Measure::Read, None), (Measure::Clicked, winner)];
    assert_eq!(mail.winners, expected);
    let measures: Vec<_> = mail.variants[1].measures.iter().collect();
    let names: Vec<_> = measures.iter().map(|one| one.measure.name()).collect();
    assert_eq!(names, ["read", "opened", "clicked", "failed"]);
    for one in &measures[1..3] {
        let (rate, (low, high)) = (one.rate.expect("counted"), one.interval);
        assert!(low < rate && rate < high && (0.28..0.32).contains(&rate));
        assert!(one.against_control.expect("enough").is_significant());
    }
    assert_eq!(push.winners, [(Measure::Read, None)]);
    assert_eq!(push.variants[1].measures.len(), 2);
}
