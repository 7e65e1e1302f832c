//! What a clock on the wall shows.

use std::fmt;
use std::str::FromStr;

use crate::InvalidName;

/// An hour and a minute of any day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime {
    minute_of_day: u16,
}

impl WallTime {
    /// Minutes since midnight, as the clock shows them.
    pub const fn minute_of_day(self) -> u16 {
        self.minute_of_day
    }
}

impl FromStr for WallTime {
    type Err = InvalidName;

    /// Takes `HH:MM` from `00:00` to `23:59` and nothing else.
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let wrong = InvalidName("expected a time of day from 00:00 to 23:59");
        let digit = |byte: u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
        let &[h1, h2, b':', m1, m2] = text.as_bytes() else {
            return Err(wrong);
        };
        match (digit(h1), digit(h2), digit(m1), digit(m2)) {
            (Some(h1), Some(h2), Some(m1), Some(m2)) if h1 * 10 + h2 < 24 && m1 < 6 => Ok(Self {
                minute_of_day: (h1 * 10 + h2) * 60 + m1 * 10 + m2,
            }),
            _ => Err(wrong),
        }
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute) = (self.minute_of_day / 60, self.minute_of_day % 60);
        write!(f, "{hour:02}:{minute:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_strictly_and_written_as_they_were_read() {
        for good in ["00:00", "07:05", "22:00", "23:59"] {
            assert_eq!(
                good.parse::<WallTime>().map(|t| t.to_string()),
                Ok(good.into())
            );
        }
        for bad in [
            "", "24:00", "25:00", "12:60", "7:00", "07:0", "0700", "07:00:00", "-1:00", "+7:00",
            "07.00", "07:00 ", "ab:cd", "0７:00", "07:00Z",
        ] {
            assert!(bad.parse::<WallTime>().is_err(), "{bad:?}");
        }
    }
}
