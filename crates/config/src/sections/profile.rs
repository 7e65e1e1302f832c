//! The profile: one word for batch sizes, cache sizes and memory marks.

use std::fmt;

use crate::key::Key;
use crate::reader::Reader;
use crate::role::Role;

const PROFILE: Key = Key::plain("profile", "name", "CAMPANILE_PROFILE")
    .means("The performance profile: how much memory and batching to use for throughput.")
    .by_role("`small` for `up`, `balanced` in the cluster")
    .expects("small, conservative, balanced, aggressive or maximum")
    .reserved();

pub(crate) const KEYS: &[Key] = &[PROFILE];

/// A set of sizes that go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// A Raspberry Pi.
    Small,
    /// A small node: batches of 10, 256 MiB.
    Conservative,
    /// The cluster's default: batches of 25, 512 MiB.
    Balanced,
    /// Batches of 50, 1 GiB.
    Aggressive,
    /// Batches of 100, 2 GiB.
    Maximum,
}

impl Profile {
    /// Every profile, from the smallest.
    pub const ALL: [Self; 5] = [
        Self::Small,
        Self::Conservative,
        Self::Balanced,
        Self::Aggressive,
        Self::Maximum,
    ];

    /// Gives the word that settings use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Conservative => "conservative",
            Self::Balanced => "balanced",
            Self::Aggressive => "aggressive",
            Self::Maximum => "maximum",
        }
    }

    /// Gives the profile of a role for which none is set.
    pub const fn default_for(role: Role) -> Self {
        match role {
            Role::Up => Self::Small,
            Role::Api | Role::Worker | Role::Migrate | Role::Doctor | Role::Cli => Self::Balanced,
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        reader.optional(&PROFILE, |text| {
            let named = Self::ALL
                .into_iter()
                .find(|profile| profile.name() == text.trim());
            named.ok_or_else(|| "is not a profile".to_owned())
        })
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
