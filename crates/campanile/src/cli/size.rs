//! Options of `size`.

use campanile_domain::{Channel, UnknownChannel};
use clap::Args;

use super::Format;

/// Options of `size`.
#[derive(Debug, Args)]
pub(crate) struct SizeOptions {
    /// Users that have an inbox.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub(crate) users: u64,
    /// Notifications per second in the busiest minute.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub(crate) rate: u64,
    /// Channels, each with the percentage of notifications that go out through it.
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "CHANNEL=PERCENT,…",
        default_value = "push=100",
        value_parser = share
    )]
    pub(crate) channels: Vec<ChannelShare>,
    /// Live streams that are open at the same time (default: one for every user).
    #[arg(long, value_parser = clap::value_parser!(u64).range(0..=1_000_000_000))]
    pub(crate) streams: Option<u64>,
    /// Reads of inboxes per second: lists and counts (default: one for every ten users).
    #[arg(long, value_parser = clap::value_parser!(u64).range(0..=100_000_000))]
    pub(crate) reads: Option<u64>,
    /// Notifications per day (default: a quarter of what the busiest minute would make in a day).
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) per_day: Option<u64>,
    /// Days that notifications are kept.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=3_650))]
    pub(crate) retention: u64,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// A channel and the part of all notifications that goes through it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ChannelShare {
    pub(crate) channel: Channel,
    /// From 0 to 1.
    pub(crate) part: f64,
}

fn share(text: &str) -> Result<ChannelShare, String> {
    let (name, percent) = text.split_once('=').unwrap_or((text, "100"));
    let channel: Channel = name
        .parse()
        .map_err(|why: UnknownChannel| why.to_string())?;
    let percent: u32 = percent
        .parse()
        .ok()
        .filter(|percent| *percent <= 100)
        .ok_or_else(|| {
            format!("expected a percentage from 0 to 100 after {name}=, not {percent:?}")
        })?;
    let part = f64::from(percent) / 100.0;
    Ok(ChannelShare { channel, part })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_channel_and_a_percentage() {
        let part = |text| share(text).map(|share| share.part);
        assert_eq!(part("push=80"), Ok(0.8));
        assert_eq!(part("email"), Ok(1.0));
        assert!(part("push=101").is_err_and(|why| why.contains("0 to 100")));
        assert!(part("fax=10").is_err_and(|why| why.contains("unknown channel")));
    }
}
