//! How an answer is kept in a field: the moments of its life, in milliseconds, and its bytes.

use std::time::Duration;

use bytes::Bytes;
use campanile_cache::Life;
use chrono::{DateTime, Utc};

/// A moment or a length of time.
const NUMBER: usize = 8;
const HEAD: usize = 3 * NUMBER;

pub(crate) fn pack(answer: &[u8], life: &Life) -> Vec<u8> {
    let mut packed = Vec::with_capacity(HEAD + answer.len());
    let unused = i64::try_from(life.unused.as_millis()).unwrap_or(i64::MAX);
    for number in [
        life.ends.timestamp_millis(),
        life.until.timestamp_millis(),
        unused,
    ] {
        packed.extend_from_slice(&number.to_be_bytes());
    }
    packed.extend_from_slice(answer);
    packed
}

/// Nothing where the bytes are not ours, or its life is over.
pub(crate) fn unpack(packed: Vec<u8>, now: DateTime<Utc>) -> Option<(Bytes, Life)> {
    let mut numbers = packed
        .get(..HEAD)?
        .chunks_exact(NUMBER)
        .map_while(|bytes| bytes.try_into().ok().map(i64::from_be_bytes));
    let life = Life {
        ends: DateTime::from_timestamp_millis(numbers.next()?)?,
        until: DateTime::from_timestamp_millis(numbers.next()?)?,
        unused: Duration::from_millis(u64::try_from(numbers.next()?).ok()?),
    };
    // What is kept is precise to the millisecond.
    let is_alive = now.timestamp_millis() < life.ends.timestamp_millis();
    is_alive.then(|| (Bytes::from(packed).slice(HEAD..), life))
}
