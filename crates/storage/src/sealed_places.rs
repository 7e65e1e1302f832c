//! Every place where something is sealed with the data key of a tenant: what a rotation of the key walks over.
//!
//! A column that is sealed from now on needs an entry here, or what a former key has sealed in it is lost with that key. Addresses have
//! none yet: former keys of tenants who have any stay (ADR 93).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::StorageError;

/// A column with what is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedPlace {
    /// The table.
    pub table: &'static str,
    /// The primary key, but for the tenant.
    pub key: &'static [SealedKey],
    /// The column.
    pub column: &'static str,
    /// What it is sealed for: this, a slash, and the parts of the key with slashes between them.
    pub purpose: &'static str,
    /// What lies in the open where nothing is sealed, if that can be.
    pub open: Option<OpenTexts>,
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

/// All of them. The table with the most rows is the last: its progress is shown.
pub const SEALED_PLACES: &[SealedPlace] = &[
    SealedPlace {
        table: "providers",
        key: &[SealedKey::Text("name")],
        column: "sealed",
        purpose: "provider",
        open: None,
    },
    SealedPlace {
        table: "ingest_addresses",
        key: &[SealedKey::Id("id")],
        column: "sealed",
        purpose: "ingest",
        open: None,
    },
    SealedPlace {
        table: "fanouts",
        key: &[SealedKey::Id("id")],
        column: "sealed",
        purpose: "fanouts",
        open: Some(OpenTexts {
            columns: [
                Some("title"),
                Some("body"),
                Some("content"),
                None,
                None,
                Some("link"),
                Some("actions"),
            ],
            unless: None,
        }),
    },
    SealedPlace {
        table: "notifications",
        key: &[SealedKey::Id("id")],
        column: "sealed",
        purpose: "notifications",
        open: Some(OpenTexts {
            columns: [
                Some("title"),
                Some("body"),
                Some("content"),
                Some("item_title"),
                Some("item_body"),
                Some("link"),
                Some("actions"),
            ],
            unless: Some("deleted_at"),
        }),
    },
];

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

    /// The place of this table. One that this release does not have is passed over: the first of all is given.
    pub fn of_table(table: &str) -> &'static Self {
        let found = SEALED_PLACES.iter().find(|place| place.table == table);
        found.unwrap_or(Self::FIRST)
    }

    /// The one after it.
    pub fn next(&self) -> Option<&'static Self> {
        let at = SEALED_PLACES.iter().position(|place| place == self)?;
        SEALED_PLACES.get(at + 1)
    }

    /// What the row of this key is sealed for.
    pub fn purpose_of(&self, key: &[SealedKeyValue]) -> String {
        let mut purpose = self.purpose.to_owned();
        for value in key {
            purpose.push('/');
            match value {
                SealedKeyValue::Id(id) => purpose.push_str(&id.to_string()),
                SealedKeyValue::Text(text) => purpose.push_str(text),
            }
        }
        purpose
    }

    /// The key of a row, as it is kept between two steps.
    pub fn position(&self, key: &[SealedKeyValue]) -> String {
        let texts = key.iter().map(|value| match value {
            SealedKeyValue::Id(id) => serde_json::Value::from(id.to_string()),
            SealedKeyValue::Text(text) => serde_json::Value::from(text.as_str()),
        });
        serde_json::Value::Array(texts.collect()).to_string()
    }

    /// Reads what [`Self::position`] wrote.
    ///
    /// # Errors
    /// [`StorageError::Undecodable`].
    pub fn read_position(&self, position: &str) -> Result<Vec<SealedKeyValue>, StorageError> {
        let wrong = || StorageError::Undecodable {
            table: "key_rotations",
            column: "position",
            detail: format!("it is no key of {}", self.table),
        };
        let texts: Vec<String> = serde_json::from_str(position).map_err(|_| wrong())?;
        if texts.len() != self.key.len() {
            return Err(wrong());
        }
        let values = self.key.iter().zip(texts);
        let values = values.map(|(column, text)| match column {
            SealedKey::Id(_) => text.parse().map(SealedKeyValue::Id).map_err(|_| wrong()),
            SealedKey::Text(_) => Ok(SealedKeyValue::Text(text)),
        });
        values.collect()
    }

    /// When the row of this key was made, if the key says so: the first 48 bits of a UUIDv7 are its milliseconds.
    pub fn made_at(&self, key: &[SealedKeyValue]) -> Option<DateTime<Utc>> {
        match key {
            [SealedKeyValue::Id(id)] if self.open.is_some() => {
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
    fn every_place_comes_in_turn() {
        let mut place = SealedPlace::FIRST;
        let mut seen = vec![place.table];
        while let Some(next) = place.next() {
            place = next;
            seen.push(place.table);
        }
        assert_eq!(seen.len(), SEALED_PLACES.len());
        assert_eq!(seen.last(), Some(&"notifications"));
    }

    #[test]
    fn a_position_comes_back() {
        let place = SealedPlace {
            key: &[SealedKey::Text("a"), SealedKey::Id("b")],
            ..*SealedPlace::FIRST
        };
        let key = [
            SealedKeyValue::Text("\"\u{e9},".into()),
            SealedKeyValue::Id(Uuid::from_u128(7)),
        ];
        let position = place.position(&key);
        assert_eq!(
            place.read_position(&position).ok().as_deref(),
            Some(&key[..])
        );
        assert!(place.read_position("[\"x\"]").is_err());
        assert!(
            place
                .purpose_of(&key)
                .starts_with("provider/\"\u{e9},/0000")
        );
    }
}
