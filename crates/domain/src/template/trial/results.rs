//! What a comparison has shown so far.

use super::statistics::{Rate, difference, spread, wilson};
use super::{CONTROL, Trial, TrialVariant, USER_BUCKETS, VariantCount, VariantCounts};
use crate::Channel;

/// How often a comparison of equals may name a winner, over all variants, measures and times.
const ALPHA: f64 = 0.05;
/// How often a variant of equals may be stopped, over all variants and times.
const ALPHA_OF_STOPS: f64 = 0.01;
/// A variant is stopped if so much more of its deliveries fail: one in a hundred.
const MOST_MORE_FAILURES: f64 = 0.01;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// The share of delivered ones that were read.
    Read,
    /// The share of delivered mails that readers opened, where that is tracked. It names no winner: proxies load pictures
    /// whether a mail is read or not, and hide those who read.
    Opened,
    /// The share of delivered mails in which readers opened a link, where that is tracked.
    Clicked,
    /// The share of all that failed or whose template failed. It names no winner.
    Failed,
}

impl Measure {
    /// Those that are shown of a channel.
    pub const fn of(channel: Channel) -> &'static [Self] {
        match channel {
            Channel::Email => &[Self::Read, Self::Opened, Self::Clicked, Self::Failed],
            _ => &[Self::Read, Self::Failed],
        }
    }

    /// Those that may name a winner. By the channel and not by what was counted: a measure that joins later would have
    /// looked at the same readers without its share of the error.
    const fn deciding(channel: Channel) -> &'static [Self] {
        match channel {
            Channel::Email => &[Self::Read, Self::Clicked],
            _ => &[Self::Read],
        }
    }

    /// The name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Opened => "opened",
            Self::Clicked => "clicked",
            Self::Failed => "failed",
        }
    }

    fn rate(self, counts: VariantCounts) -> Rate {
        let (successes, of) = match self {
            Self::Read => (counts.read, counts.delivered),
            Self::Opened => (counts.opened, counts.delivered),
            Self::Clicked => (counts.clicked, counts.delivered),
            Self::Failed => (
                counts.failed + counts.faults,
                counts.delivered + counts.failed,
            ),
        };
        // What is read is taken back when it is marked as unread, maybe before its delivery is counted.
        Rate {
            successes: successes.clamp(0, of.max(0)) as f64,
            of: of.max(0) as f64,
        }
    }
}

/// How much a variant is above the template itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// As counted.
    pub estimate: f64,
    /// At least, at all times.
    pub low: f64,
    /// At most, at all times.
    pub high: f64,
}

impl Difference {
    /// Whether it is certain which of the two is above.
    pub fn is_significant(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// A share of a variant's deliveries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasureResult {
    /// Of what.
    pub measure: Measure,
    /// As counted; `None` without any delivery.
    pub rate: Option<f64>,
    /// The 95% interval, of itself and at this moment.
    pub interval: (f64, f64),
    /// How much it is above the template itself, if there are enough to compare.
    pub against_control: Option<Difference>,
}

/// What became of a variant.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantResults {
    /// Its name; [`CONTROL`] is the template itself.
    pub variant: String,
    /// Its share of readers in percent.
    pub weight: u8,
    /// Whether it was stopped.
    pub stopped: bool,
    /// The numbers.
    pub counts: VariantCounts,
    /// Its shares.
    pub measures: Vec<MeasureResult>,
}

/// What a comparison has shown so far.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialResults {
    /// The version that began it.
    pub trial: u64,
    /// The template itself first, then its variants by name.
    pub variants: Vec<VariantResults>,
    /// By measure, the variant that is certainly above each of the others that run.
    pub winners: Vec<(Measure, Option<String>)>,
}

/// The numbers of a variant by bucket of users.
struct Counted<'t> {
    name: &'t str,
    weight: u8,
    stopped: bool,
    buckets: Vec<VariantCounts>,
}

impl Counted<'_> {
    fn all(&self) -> VariantCounts {
        let mut all = VariantCounts::default();
        self.buckets.iter().for_each(|one| all.add(*one));
        all
    }

    fn rates(&self, measure: Measure) -> Vec<Rate> {
        self.buckets.iter().map(|one| measure.rate(*one)).collect()
    }
}

fn counted<'t>(trial: &'t Trial, counts: &[VariantCount]) -> Vec<Counted<'t>> {
    let of = |name: &'t str, weight, stopped| {
        let mut buckets = vec![VariantCounts::default(); usize::from(USER_BUCKETS)];
        let own = counts.iter();
        let own = own.filter(|one| one.trial == trial.number && one.variant == name);
        for one in own {
            if let Some(bucket) = buckets.get_mut(usize::from(one.bucket)) {
                bucket.add(one.counts);
            }
        }
        Counted {
            name,
            weight,
            stopped,
            buckets,
        }
    };
    let variants = trial.variants.iter();
    let variants = variants.map(|(name, one)| of(name, one.weight, one.stopped));
    let control = of(CONTROL, trial.control_weight(), false);
    std::iter::once(control).chain(variants).collect()
}

/// By how much deliveries of the same user are alike.
fn spread_of(all: &[Counted<'_>], measure: Measure) -> f64 {
    let rates: Vec<_> = all.iter().map(|one| one.rates(measure)).collect();
    spread(rates.iter().map(Vec::as_slice))
}

impl TrialResults {
    /// Of the numbers of a trial in this channel; those of other trials are passed over.
    pub fn of(channel: Channel, trial: &Trial, counts: &[VariantCount]) -> Self {
        let (shown, deciding) = (Measure::of(channel), Measure::deciding(channel));
        let all = counted(trial, counts);
        let running = all.iter().filter(|one| !one.stopped).count();
        let pairs = (running * running.saturating_sub(1) / 2).max(1);
        let alpha = ALPHA / (pairs * deciding.len()) as f64;
        let spreads = shown.iter().copied();
        let spreads = spreads.map(|measure| (measure, spread_of(&all, measure)));
        let spreads: Vec<_> = spreads.collect();
        let compare = |measure: Measure, one: &Counted<'_>, other: &Counted<'_>| {
            let spread = spreads.iter().find(|(found, _)| *found == measure)?.1;
            let (one, other) = (measure.rate(one.all()), measure.rate(other.all()));
            let (estimate, low, high) = difference(one, other, alpha, spread)?;
            Some(Difference {
                estimate,
                low,
                high,
            })
        };
        let variants = all.iter().map(|one| VariantResults {
            variant: one.name.to_owned(),
            weight: one.weight,
            stopped: one.stopped,
            counts: one.all(),
            measures: shown
                .iter()
                .map(|&measure| {
                    let rate = measure.rate(one.all());
                    let is_control = one.name == CONTROL;
                    MeasureResult {
                        measure,
                        rate: (rate.of > 0.0).then(|| rate.successes / rate.of),
                        interval: wilson(rate),
                        against_control: match is_control {
                            true => None,
                            false => compare(measure, one, &all[0]),
                        },
                    }
                })
                .collect(),
        });
        let winner = |measure: Measure| {
            let running = || all.iter().filter(|one| !one.stopped);
            let is_above = |one: &Counted<'_>, other: &Counted<'_>| {
                compare(measure, one, other).is_some_and(|difference| difference.low > 0.0)
            };
            let wins = |one: &&Counted<'_>| {
                let mut others = running().filter(|other| other.name != one.name);
                others.all(|other| is_above(one, other))
            };
            let found = (running().count() > 1).then(|| running().find(wins))?;
            found.map(|one| one.name.to_owned())
        };
        Self {
            trial: trial.number,
            variants: variants.collect(),
            winners: deciding
                .iter()
                .map(|&measure| (measure, winner(measure)))
                .collect(),
        }
    }
}

impl Trial {
    /// The comparison that was counted, as far as counts tell: neither shares nor stops.
    pub fn counted(number: u64, counts: &[VariantCount]) -> Self {
        let own = counts.iter().filter(|one| one.trial == number);
        let variants = own.filter(|one| one.variant != CONTROL);
        Self {
            number,
            variants: variants
                .map(|one| (one.variant.clone(), TrialVariant::default()))
                .collect(),
        }
    }

    /// Running variants that certainly fail more often than the template itself, and by more than one in a hundred; with
    /// what is to be said of each.
    pub fn failing(&self, counts: &[VariantCount]) -> Vec<(String, String)> {
        let all = counted(self, counts);
        let alpha = ALPHA_OF_STOPS / self.variants.len().max(1) as f64;
        let spread = spread_of(&all, Measure::Failed);
        let control = Measure::Failed.rate(all[0].all());
        let running = all.iter().skip(1).filter(|one| !one.stopped);
        let failing = running.filter_map(|one| {
            let rate = Measure::Failed.rate(one.all());
            let (estimate, low, _) = difference(rate, control, alpha, spread)?;
            (low > 0.0 && estimate > MOST_MORE_FAILURES).then(|| {
                let percent = |rate: Rate| 100.0 * rate.successes / rate.of;
                let why = format!(
                    "variant {} was stopped: {:.1}% of {} failed, and {:.1}% of {} of {CONTROL}",
                    one.name,
                    percent(rate),
                    rate.of,
                    percent(control),
                    control.of,
                );
                (one.name.to_owned(), why)
            })
        });
        failing.collect()
    }
}

#[cfg(test)]
#[path = "results_tests.rs"]
mod tests;
