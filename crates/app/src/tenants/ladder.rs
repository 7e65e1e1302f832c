//! Retry schedules as people write them: `5s`, `30s`, `2m`.

use std::time::Duration;

use campanile_domain::RetryLadder;
use campanile_fields::kinds::{Kind, parsed};

/// The shortest and the longest pause.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The steps of a schedule, as texts.
pub fn ladder_texts(ladder: &RetryLadder) -> Vec<String> {
    let texts = ladder.steps().iter();
    let texts = texts.map(|step| humantime::format_duration(*step).to_string());
    texts.collect()
}

/// A step of a schedule in a request body.
pub(super) const fn step() -> impl Kind<Value = Duration> {
    parsed(read)
}

fn read(text: &str) -> Result<Duration, &'static str> {
    let step = humantime::parse_duration(text);
    let step = step.map_err(|_| "must be a duration such as \"30s\", \"5m\" or \"2h\"")?;
    match (SHORTEST..=LONGEST).contains(&step) {
        true => Ok(step),
        false => Err("must be 1ms to 30 days"),
    }
}
