//! Keys of a tenant in a request body: a JWK set.

use campanile_domain::{TokenKeyFlawKind, TokenKeys};
use campanile_fields::kinds::Kind;
use campanile_fields::{FieldCode, Fields, Json, ValueSchema};
use serde_json::json;

/// A JWK set of public keys.
pub(super) struct JwkSet;

impl Kind for JwkSet {
    type Value = TokenKeys;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<TokenKeys> {
        match TokenKeys::parse(value.text()) {
            Ok(keys) => Some(keys),
            Err(flaws) => {
                for flaw in flaws {
                    let at = format!("{field}{}", flaw.pointer);
                    fields.wrong(&at, code(flaw.kind), flaw.detail);
                }
                None
            }
        }
    }

    fn schema(&self) -> ValueSchema {
        let key = json!({
            "type": "object",
            "required": ["kty"],
            "properties": {"kty": {"type": "string", "enum": ["RSA", "EC", "OKP"]}, "kid": {"type": "string"}},
        });
        ValueSchema::new(json!({
            "type": "object",
            "required": ["keys"],
            "properties": {"keys": {"type": "array", "minItems": 1, "items": key}},
        }))
    }
}

const fn code(kind: TokenKeyFlawKind) -> FieldCode {
    match kind {
        TokenKeyFlawKind::Missing => FieldCode::Required,
        TokenKeyFlawKind::WrongType => FieldCode::WrongType,
        TokenKeyFlawKind::Invalid => FieldCode::Invalid,
        TokenKeyFlawKind::NotSupported => FieldCode::NotSupported,
        TokenKeyFlawKind::TooLong => FieldCode::TooLong,
    }
}
