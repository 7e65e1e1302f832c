//! A rate and a burst, as settings write them: `100/s`, `600/m burst 50`.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// Larger numbers are slips of the pen.
const MOST: u32 = 1_000_000;

/// How fast a bucket fills, and how much it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    tokens: u32,
    period: Duration,
    burst: u32,
}

/// The text is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a rate such as 100/s or 600/m burst 50")]
pub struct RateParseError;

impl Rate {
    /// So many a minute.
    pub const fn per_minute(tokens: NonZeroU32, burst: u32) -> Self {
        Self {
            tokens: tokens.get(),
            period: Duration::from_secs(60),
            burst,
        }
    }

    /// How much the bucket holds.
    pub const fn burst(&self) -> u32 {
        self.burst
    }

    /// The time in which one token comes, in microseconds.
    pub fn interval_micros(&self) -> f64 {
        self.period.as_secs_f64() * 1e6 / f64::from(self.tokens)
    }
}

impl FromStr for Rate {
    type Err = RateParseError;

    fn from_str(text: &str) -> Result<Self, RateParseError> {
        let mut words = text.split_whitespace();
        let (tokens, unit) = words
            .next()
            .and_then(|rate| rate.split_once('/'))
            .ok_or(RateParseError)?;
        let tokens = number(tokens)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            _ => return Err(RateParseError),
        };
        let burst = match (words.next(), words.next(), words.next()) {
            (None, ..) => tokens,
            (Some("burst"), Some(burst), None) => number(burst)?,
            _ => return Err(RateParseError),
        };
        Ok(Self {
            tokens,
            period: Duration::from_secs(seconds),
            burst,
        })
    }
}

fn number(text: &str) -> Result<u32, RateParseError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number @ 1..=MOST) if digits => Ok(number),
        _ => Err(RateParseError),
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.period.as_secs() {
            1 => "s",
            60 => "m",
            _ => "h",
        };
        write!(f, "{}/{unit} burst {}", self.tokens, self.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_written() {
        for (text, written) in [
            ("100/s", "100/s burst 100"),
            (" 600/m  burst 50 ", "600/m burst 50"),
            ("1/h", "1/h burst 1"),
        ] {
            let rate: Rate = text.parse().expect(text);
            assert_eq!(rate.to_string(), written);
            assert_eq!(written.parse(), Ok(rate));
        }
        for wrong in [
            "",
            "off",
            "100",
            "0/s",
            "+1/s",
            "1/d",
            "1/s burst",
            "1/s burst 0",
            "1/s burst 2 3",
            "1000001/s",
            "-1/s",
            "1.5/s",
            "/s",
        ] {
            assert_eq!(wrong.parse::<Rate>(), Err(RateParseError), "{wrong:?}");
        }
    }
}
