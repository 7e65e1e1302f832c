//! Open streams of users: how many, and how long they live.

use std::time::Duration;

use crate::check;
use crate::key::Key;
use crate::reader::Reader;

/// Proxies close connections that are silent for longer.
const LONGEST_HEARTBEAT: Duration = Duration::from_secs(600);
const LONGEST_LIFE: Duration = Duration::from_secs(86_400);
const SHORTEST_LIFE: Duration = Duration::from_secs(5);
/// More than a process has connections.
const MOST: usize = 1_000_000;

const HEARTBEAT: Key = Key::plain("stream", "heartbeat", "STREAM_HEARTBEAT")
    .means("How often an idle stream sends a heartbeat.")
    .expects("a duration from 1s to 10m");
const LIFE: Key = Key::plain("stream", "life", "STREAM_LIFE")
    .means("How long a stream lives at most; its client reconnects and misses nothing.")
    .expects("a duration from 5s to 1day");
const LIMIT: Key = Key::plain("stream", "limit", "STREAM_LIMIT")
    .means(
        "Maximum number of open streams of a process. Fewer where the limit of open files or of memory is lower.",
    )
    .expects("a whole number from 1 to 1000000");
const LIMIT_TENANT: Key = Key::plain("stream", "limit_tenant", "STREAM_LIMIT_TENANT")
    .means(
        "Maximum number of open streams of one tenant on a process; at most ten elevenths of `STREAM_LIMIT`, so that no tenant takes all.",
    )
    .expects("a whole number from 1 to 1000000");
const LIMIT_USER: Key = Key::plain("stream", "limit_user", "STREAM_LIMIT_USER")
    .means("Maximum number of open streams of one user on a process.")
    .expects("a whole number from 1 to 1000000");

pub(crate) const KEYS: &[Key] = &[HEARTBEAT, LIFE, LIMIT, LIMIT_TENANT, LIMIT_USER];

/// Open streams.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    /// How often an idle stream sends a heartbeat.
    pub heartbeat: Duration,
    /// The longest life.
    pub life: Duration,
    /// Streams of a process.
    pub limit: usize,
    /// Of a tenant.
    pub limit_tenant: usize,
    /// Of a user.
    pub limit_user: usize,
}

impl Stream {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            heartbeat: reader.with_default(&HEARTBEAT, |text| {
                between(text, Duration::from_secs(1), LONGEST_HEARTBEAT)
            }),
            life: reader.with_default(&LIFE, |text| between(text, SHORTEST_LIFE, LONGEST_LIFE)),
            limit: reader.with_default(&LIMIT, number),
            limit_tenant: reader.with_default(&LIMIT_TENANT, number),
            limit_user: reader.with_default(&LIMIT_USER, number),
        }
    }
}

fn between(text: &str, least: Duration, most: Duration) -> Result<Duration, String> {
    match check::duration(text)? {
        given if (least..=most).contains(&given) => Ok(given),
        _ => Err("is out of range".to_owned()),
    }
}

fn number(text: &str) -> Result<usize, String> {
    let number = check::parsed("is not a whole number")(text)?;
    if (1..=MOST).contains(&number) {
        Ok(number)
    } else {
        Err("is out of range".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_numbers_have_bounds() {
        let life = |text| between(text, SHORTEST_LIFE, LONGEST_LIFE);
        assert_eq!(life("5m"), Ok(Duration::from_secs(300)));
        for text in ["4s", "2days", "soon", ""] {
            assert!(life(text).is_err(), "{text}");
        }
        assert_eq!(number("16"), Ok(16));
        for text in ["0", "-1", "1000001", "many"] {
            assert!(number(text).is_err(), "{text}");
        }
    }
}
