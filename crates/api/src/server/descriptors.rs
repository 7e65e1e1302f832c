//! How many connections the process can hold.

/// Of all descriptors, one in so many stays for the database, Redis, the broker, files and calls to
/// providers.
const RESERVED_PART: usize = 4;
/// And never fewer than this.
const LEAST_RESERVED: usize = 64;

/// As many seats as are wanted, as far as the limit of open files allows.
pub(super) fn seats(wanted: usize) -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    within(wanted, limit)
}

fn within(wanted: usize, limit: Option<usize>) -> usize {
    let Some(limit) = limit else {
        return wanted;
    };
    let reserved = (limit / RESERVED_PART).max(LEAST_RESERVED);
    // A process with hardly any descriptors serves one after the other.
    wanted.min(limit.saturating_sub(reserved)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_descriptors_stays_for_everything_else() {
        for (limit, expected) in [
            (None, 12_000),
            (Some(1_048_576), 12_000),
            (Some(4_096), 3_072),
            (Some(1_024), 768),
            (Some(100), 36),
            (Some(16), 1),
        ] {
            assert_eq!(within(12_000, limit), expected, "{limit:?}");
        }
        assert_eq!(within(2, Some(1_024)), 2);
    }
}
