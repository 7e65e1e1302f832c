//! The sum of a table's rows: it does not depend on their order, which differs between back ends.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The SHA-256 of each row, added up modulo 2^256.
///
/// It says whether two tables have the same rows. Rows chosen to collide are not its business: encrypted files are
/// authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowSum([u64; 4]);

impl RowSum {
    /// Adds a row, as files write it.
    pub fn add(&mut self, row: &[u8]) {
        let digest = Sha256::digest(row);
        let mut carry = false;
        for (sum, bytes) in self.0.iter_mut().zip(digest.chunks_exact(8)) {
            let word = u64::from_le_bytes(bytes.try_into().expect("8 bytes"));
            let (one, first) = sum.overflowing_add(word);
            let (both, second) = one.overflowing_add(u64::from(carry));
            (*sum, carry) = (both, first || second);
        }
    }

    /// As files and people read it.
    pub fn shown(&self) -> String {
        STANDARD.encode(self.0.map(u64::to_le_bytes).concat())
    }
}

/// What a file has of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableTotal {
    /// The table.
    pub table: String,
    /// How many rows.
    pub rows: u64,
    /// Their sum.
    pub sum: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_does_not_matter_and_everything_else_does() {
        let sum = |rows: &[&str]| {
            let mut sum = RowSum::default();
            rows.iter().for_each(|row| sum.add(row.as_bytes()));
            sum
        };
        let rows: Vec<String> = (0..100).map(|n| format!("row {n}")).collect();
        let mut rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let whole = sum(&rows);
        rows.reverse();
        assert_eq!(sum(&rows), whole);
        assert_ne!(sum(&rows[1..]), whole);
        assert_ne!(sum(&[&rows[..], &["row 7", "row 7"]].concat()), whole);
    }
}
