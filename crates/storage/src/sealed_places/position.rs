//! How far a walk is: the key of the last row, as a text.

use super::{SealedKey, SealedKeyValue, SealedPlace};
use crate::StorageError;

impl SealedPlace {
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
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

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
