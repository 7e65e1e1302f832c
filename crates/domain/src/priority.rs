//! How urgent a notification is, and the lane it therefore takes.

use serde::{Deserialize, Serialize};

/// How urgent a notification is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Ignores quiet hours, digests and debounce; shed last.
    Critical,
    /// Ahead of the rest in its lane.
    High,
    /// The default.
    #[default]
    Normal,
    /// Shed first; takes the bulk lane.
    Low,
}

impl Priority {
    /// Every priority, most urgent first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Normal, Self::Low];

    /// The name used in requests, rows and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }

    /// The lane for a request with this priority and so many recipients.
    pub const fn lane(self, recipients: usize) -> Lane {
        match self {
            Self::Critical => Lane::Critical,
            Self::High => Lane::Default,
            Self::Normal if recipients <= Lane::FAN_OUT_IS_BULK => Lane::Default,
            Self::Normal | Self::Low => Lane::Bulk,
        }
    }
}

impl std::str::FromStr for Priority {
    type Err = crate::InvalidName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|p| p.name() == name)
            .ok_or(crate::InvalidName("must be critical, high, normal or low"))
    }
}

/// A log-like severity that callers may give instead of a priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Low priority.
    Debug,
    /// Normal priority.
    Info,
    /// High priority.
    Warning,
    /// High priority.
    Error,
    /// Critical priority.
    Critical,
}

impl Level {
    /// Every level, the mildest first.
    pub const ALL: [Self; 5] = [
        Self::Debug,
        Self::Info,
        Self::Warning,
        Self::Error,
        Self::Critical,
    ];

    /// The name used in requests.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

impl std::str::FromStr for Level {
    type Err = crate::InvalidName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|level| level.name() == name)
            .ok_or(crate::InvalidName(
                "must be debug, info, warning, error or critical",
            ))
    }
}

impl From<Level> for Priority {
    fn from(level: Level) -> Self {
        match level {
            Level::Debug => Self::Low,
            Level::Info => Self::Normal,
            Level::Warning | Level::Error => Self::High,
            Level::Critical => Self::Critical,
        }
    }
}

/// A separate queue per channel, so that bulk never delays critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Drained first.
    Critical,
    /// Everything ordinary.
    Default,
    /// Low priority and large fan-outs.
    Bulk,
}

impl Lane {
    /// Every lane, most urgent first.
    pub const ALL: [Self; 3] = [Self::Critical, Self::Default, Self::Bulk];

    /// A request with more recipients than this takes the bulk lane unless it is urgent.
    pub const FAN_OUT_IS_BULK: usize = 100;

    /// The name used in queue names, rows and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Default => "default",
            Self::Bulk => "bulk",
        }
    }

    /// The number stored in rows, so that `ORDER BY lane` is most urgent first.
    pub const fn rank(self) -> i16 {
        match self {
            Self::Critical => 0,
            Self::Default => 1,
            Self::Bulk => 2,
        }
    }

    /// The lane of a stored number; an unknown number counts as bulk.
    pub const fn from_rank(rank: i16) -> Self {
        match rank {
            0 => Self::Critical,
            1 => Self::Default,
            _ => Self::Bulk,
        }
    }

    /// Its share of a worker's attention when all lanes are full.
    pub const fn weight(self) -> usize {
        match self {
            Self::Critical => 8,
            Self::Default => 4,
            Self::Bulk => 1,
        }
    }
}
