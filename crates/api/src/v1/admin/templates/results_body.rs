//! Results of a comparison as they are shown. `campanile template results --format json` prints the same.

use std::collections::BTreeMap;

use campanile_app::templates::ShownTrial;
use campanile_domain::{Difference, MeasureResult, VariantResults};
use serde::Serialize;
use utoipa::ToSchema;

/// What the version in use compares.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateTrialList)]
pub(super) struct TrialList {
    /// By channel.
    trials: Vec<TrialItem>,
    /// Always absent: the list has one page.
    #[schema(required, example = json!(null))]
    next_cursor: Option<String>,
}

/// A comparison in one channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateTrial)]
struct TrialItem {
    /// The channel.
    #[schema(example = "push")]
    channel: &'static str,
    /// The version that began it. Later versions that compare the same go on with it.
    #[schema(example = 2)]
    trial: u64,
    /// The locales whose readers take part: those that every variant has.
    #[schema(example = json!(["en"]))]
    locales: Vec<String>,
    /// The template itself, named `control`, and its variants.
    variants: Vec<VariantItem>,
    /// By measure (`read`, and `clicked` of mails), the variant that is certainly above all others that run; `null` as long as
    /// that is not certain.
    #[schema(value_type = Object, example = json!({"read": null}))]
    winners: BTreeMap<&'static str, Option<String>>,
}

/// What became of a variant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVariantResults)]
struct VariantItem {
    /// Its name.
    #[schema(example = "control")]
    variant: String,
    /// Its share of readers in percent.
    #[schema(example = 50)]
    weight: u8,
    /// Whether it was stopped because too many of its deliveries failed.
    stopped: bool,
    /// Deliveries that came to an end: `delivered` and `failed`.
    #[schema(example = 1000)]
    sent: i64,
    /// Deliveries that the provider took; in the inbox: notifications that were shown there.
    #[schema(example = 990)]
    delivered: i64,
    /// Deliveries that are dead.
    #[schema(example = 10)]
    failed: i64,
    /// Those of the delivered whose template failed, so that they had built-in words.
    #[schema(example = 0)]
    faults: i64,
    /// Those of the delivered whose notification is read.
    #[schema(example = 200)]
    read: i64,
    /// Those of the delivered mails that readers opened, without what programs did; 0 if the tenant does not track opens.
    #[schema(example = 300)]
    opened: i64,
    /// Those of the delivered mails in which readers opened a link; 0 if the tenant does not track clicks.
    #[schema(example = 40)]
    clicked: i64,
    /// Its shares, by measure: `read`, and of mails `opened` and `clicked`, of the delivered; `failed` (with `faults`) of the
    /// sent.
    #[schema(value_type = Object, example = json!({"read": {"rate": 0.2, "low": 0.18, "high": 0.22, "difference": null}}))]
    rates: BTreeMap<&'static str, RateItem>,
}

/// A share of a variant's deliveries.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVariantRate)]
struct RateItem {
    /// As counted; `null` without any delivery.
    #[schema(required)]
    rate: Option<f64>,
    /// The lower end of its 95% interval (Wilson).
    low: f64,
    /// The upper end.
    high: f64,
    /// How much it is above the template itself; `null` for that, and as long as there are too few to compare.
    #[schema(required)]
    difference: Option<DifferenceItem>,
}

/// How much a share is above that of the template itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVariantDifference)]
struct DifferenceItem {
    /// As counted.
    estimate: f64,
    /// At least; valid at all times.
    low: f64,
    /// At most; valid at all times.
    high: f64,
    /// Whether the interval leaves out 0.
    significant: bool,
}

impl From<Vec<ShownTrial>> for TrialList {
    fn from(trials: Vec<ShownTrial>) -> Self {
        Self {
            trials: trials.into_iter().map(TrialItem::from).collect(),
            next_cursor: None,
        }
    }
}

impl From<ShownTrial> for TrialItem {
    fn from(shown: ShownTrial) -> Self {
        let results = shown.results;
        let winners = results.winners.into_iter();
        Self {
            channel: shown.channel.name(),
            trial: results.trial,
            locales: shown.locales,
            variants: results
                .variants
                .into_iter()
                .map(VariantItem::from)
                .collect(),
            winners: winners
                .map(|(measure, winner)| (measure.name(), winner))
                .collect(),
        }
    }
}

impl From<VariantResults> for VariantItem {
    fn from(one: VariantResults) -> Self {
        let (counts, measures) = (one.counts, one.measures.into_iter());
        Self {
            variant: one.variant,
            weight: one.weight,
            stopped: one.stopped,
            sent: counts.delivered + counts.failed,
            delivered: counts.delivered,
            failed: counts.failed,
            faults: counts.faults,
            read: counts.read,
            opened: counts.opened,
            clicked: counts.clicked,
            rates: measures
                .map(|measure| (measure.measure.name(), RateItem::from(measure)))
                .collect(),
        }
    }
}

impl From<MeasureResult> for RateItem {
    fn from(one: MeasureResult) -> Self {
        let (low, high) = one.interval;
        Self {
            rate: one.rate,
            low,
            high,
            difference: one.against_control.map(DifferenceItem::from),
        }
    }
}

impl From<Difference> for DifferenceItem {
    fn from(one: Difference) -> Self {
        Self {
            estimate: one.estimate,
            low: one.low,
            high: one.high,
            significant: one.is_significant(),
        }
    }
}
