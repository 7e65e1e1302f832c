//! Every place where something is sealed with the data key of a tenant: what a rotation of the key walks over.
//!
//! A column that is sealed from now on needs an entry here, or what a former key has sealed in it is lost with that key.

mod list;
mod position;
mod statements;

pub use list::SEALED_PLACES;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A column with what is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedPlace {
    /// The table.
    pub table: &'static str,
    /// The primary key, but for the tenant.
    pub key: &'static [SealedKey],
    /// Whether the key begins with a UUIDv7: its order is that in which the rows were made.
    pub is_by_time: bool,
    /// The column.
    pub column: &'static str,
    /// What the column has.
    pub holds: Holds,
}

/// What a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Bytes that are bound to their row.
    Blob {
        /// What it is sealed for: this, a slash, and the parts of the key with slashes between them.
        purpose: &'static str,
        /// What lies in the open where nothing is sealed, if that can be.
        open: Option<OpenTexts>,
    },
    /// An address that is sealed in the place of its text (ADR 93), or lies in the open.
    Address(AddressColumn),
}

/// Whose address a column has, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressColumn {
    /// A mailbox.
    Mailbox,
    /// A user's address in a channel of a recipe.
    OfUser,
    /// That of a device of the kind in the column `kind`. No two rows have the same.
    OfDevice,
    /// As a delivery in the channel in the column `channel` has it, with `token:` and the like in front.
    OfDelivery,
    /// The same on the suppression list. No two rows of a notification type have the same.
    Listed,
}

/// A column of a primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedKey {
    /// A UUID.
    Id(&'static str),
    /// A text.
    Text(&'static str),
}

/// Columns that are packed into one blob together, in the order of `RowTexts`. Once that is stored they are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenTexts {
    /// Title, text, content, item title, item text, link and actions.
    pub columns: [Option<&'static str>; 7],
    /// A column that is null unless the row has lost its texts.
    pub unless: Option<&'static str>,
}

/// A value of a primary key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealedKeyValue {
    /// A UUID.
    Id(Uuid),
    /// A text.
    Text(String),
}

impl SealedKey {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id(name) | Self::Text(name) => name,
        }
    }
}

impl SealedPlace {
    /// The first one.
    pub const FIRST: &'static Self = &SEALED_PLACES[0];

    /// The place of this table; `None` if this release does not have it.
    pub fn find(table: &str) -> Option<&'static Self> {
        SEALED_PLACES.iter().find(|place| place.table == table)
    }

    /// The place of this table, to show how far a walk is. For one that this release does not have, the first of all is given.
    pub fn of_table(table: &str) -> &'static Self {
        Self::find(table).unwrap_or(Self::FIRST)
    }

    /// The one after it.
    pub fn next(&self) -> Option<&'static Self> {
        let at = SEALED_PLACES.iter().position(|place| place == self)?;
        SEALED_PLACES.get(at + 1)
    }

    /// Which part of a pass is behind it when this table begins and ends, of 1. Two tables have nearly all rows.
    pub fn span(&self) -> (f64, f64) {
        match (self.table, self.holds) {
            ("notifications", _) => (0.0, 0.5),
            ("deliveries", _) => (0.5, 1.0),
            (_, Holds::Blob { .. }) => (0.0, 0.0),
            (_, Holds::Address(_)) => (0.5, 0.5),
        }
    }

    /// What lies in the open where nothing is sealed, if that can be.
    pub const fn open_texts(&self) -> Option<OpenTexts> {
        match self.holds {
            Holds::Blob { open, .. } => open,
            Holds::Address(_) => None,
        }
    }

    /// What the row of this key is sealed for; an address is not sealed for its row.
    pub fn purpose_of(&self, key: &[SealedKeyValue]) -> String {
        let mut purpose = match self.holds {
            Holds::Blob { purpose, .. } => purpose.to_owned(),
            Holds::Address(_) => return String::new(),
        };
        for value in key {
            purpose.push('/');
            match value {
                SealedKeyValue::Id(id) => purpose.push_str(&id.to_string()),
                SealedKeyValue::Text(text) => purpose.push_str(text),
            }
        }
        purpose
    }

    /// When the row of this key was made, if the key says so: the first 48 bits of a UUIDv7 are its milliseconds.
    pub fn made_at(&self, key: &[SealedKeyValue]) -> Option<DateTime<Utc>> {
        match key.first() {
            Some(SealedKeyValue::Id(id)) if self.is_by_time => {
                let ms = i64::try_from(id.as_u128() >> 80).ok()?;
                DateTime::from_timestamp_millis(ms)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_comes_in_turn_and_addresses_last() {
        let mut place = SealedPlace::FIRST;
        let mut seen = vec![place];
        while let Some(next) = place.next() {
            place = next;
            seen.push(place);
        }
        assert_eq!(seen.len(), SEALED_PLACES.len());
        // A pass that is too early for addresses ends at the first of them.
        let is_address = |place: &&SealedPlace| matches!(place.holds, Holds::Address(_));
        let texts = seen.iter().take_while(|place| !is_address(place)).count();
        assert!(seen[texts..].iter().all(is_address));
        assert_eq!(seen.last().map(|place| place.table), Some("deliveries"));
        let spans: Vec<_> = seen.iter().map(|place| place.span()).collect();
        assert!(spans.is_sorted_by(|a, b| a.1 <= b.0));
    }
}
