//! Wordings that are compared: variants of a version's templates for a channel, who reads which, and what became of each.

mod assign;
mod counts;
mod results;
mod statistics;
mod variant;

pub use assign::{
    Assigned, Assignments, assignments_from_stored, assignments_to_stored, user_bucket,
    variant_seen,
};
pub use counts::{USER_BUCKETS, VariantCount, VariantCounts};
pub use results::{Difference, Measure, MeasureResult, TrialResults, VariantResults};
pub use variant::{
    CONTROL, Trial, TrialVariant, VariantDraft, VariantKey, is_variant_name, overlaid,
};
