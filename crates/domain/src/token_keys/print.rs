//! By what a key of a tenant is known while it is in use.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The SHA-256 of a key as its set has it, with its id.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenKeyPrint([u8; 32]);

impl TokenKeyPrint {
    /// Of a key of a set.
    pub fn of(jwk: &Value) -> Self {
        Self(Sha256::digest(jwk.to_string()).into())
    }
}

impl fmt::Display for TokenKeyPrint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TokenKeyPrint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 64 hexadecimal digits")]
pub struct NoTokenKeyPrint;

impl FromStr for TokenKeyPrint {
    type Err = NoTokenKeyPrint;

    fn from_str(text: &str) -> Result<Self, NoTokenKeyPrint> {
        if text.len() != 64 || !text.is_ascii() {
            return Err(NoTokenKeyPrint);
        }
        let mut print = [0; 32];
        for (byte, place) in print.iter_mut().zip((0..64).step_by(2)) {
            let digits = text.get(place..place + 2).ok_or(NoTokenKeyPrint)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NoTokenKeyPrint)?;
        }
        Ok(Self(print))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_read_as_it_is_written() {
        let print = TokenKeyPrint::of(&json!({"kty": "OKP"}));
        assert_eq!(print.to_string().parse(), Ok(print));
        assert_ne!(print, TokenKeyPrint::of(&json!({"kty": "OKP", "kid": "1"})));
        assert_eq!("0".parse::<TokenKeyPrint>(), Err(NoTokenKeyPrint));
        assert_eq!(
            "ü".repeat(32).parse::<TokenKeyPrint>(),
            Err(NoTokenKeyPrint)
        );
    }
}
