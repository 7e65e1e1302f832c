//! The results of a test.

use std::collections::BTreeMap;

use campanile_app::test_notifications::TestResult;
use campanile_domain::DeliveryState;
use serde::Serialize;
use utoipa::ToSchema;

/// The outcomes of a test.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TestResults)]
pub(crate) struct TestResults {
    /// Outcomes by channel.
    #[schema(value_type = BTreeMap<String, ResultBody>)]
    results: BTreeMap<&'static str, ResultBody>,
}

/// The outcome of one channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TestResult)]
pub(super) struct ResultBody {
    /// Status of the delivery; `queued` if there was no outcome in time.
    #[schema(value_type = String, example = "sent")]
    status: DeliveryState,
    /// The provider's answer, or the reason why no provider was called.
    #[schema(example = "200: OK")]
    detail: String,
    /// Time from acceptance to the outcome, or to the last check.
    duration_ms: u64,
}

impl From<Vec<TestResult>> for TestResults {
    fn from(results: Vec<TestResult>) -> Self {
        let results = results.into_iter();
        Self {
            results: results
                .map(|one| (one.channel.name(), one.into()))
                .collect(),
        }
    }
}

impl From<TestResult> for ResultBody {
    fn from(result: TestResult) -> Self {
        Self {
            status: result.status,
            detail: result.detail,
            duration_ms: u64::try_from(result.duration.num_milliseconds()).unwrap_or(0),
        }
    }
}
