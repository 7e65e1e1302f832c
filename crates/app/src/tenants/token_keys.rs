//! Keys of a tenant in a request body: a JWK set.

use campanile_domain::{TokenKeyFlawKind, TokenKeys};
use campanile_fields::kinds::Kind;
use campanile_fields::{FieldCode, Fields, Json, ValueSchema};
use serde_json::{Value, json};

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
        ValueSchema::new(json!({
            "type": "object",
            "required": ["keys"],
            "properties": {"keys": {
                "type": "array",
                "minItems": 1,
                "description": format!(
                    "At least 1 and at most {} keys that verify signatures, and at most {} bytes without the members that are not \
                     listed here. Keys with `\"use\": \"enc\"` are not counted and not stored.",
                    TokenKeys::MOST, TokenKeys::MOST_BYTES,
                ),
                "items": key(),
            }},
        }))
    }
}

/// What is read of a key.
fn key() -> Value {
    let number = |description| json!({"type": "string", "description": description});
    json!({
        "type": "object",
        "required": ["kty"],
        "description": "A public key for RS256, ES256 or EdDSA. Other members, such as the certificates in `x5c`, are not stored. A member \
            that only a private or symmetric key has (`d`, `p`, `q`, `dp`, `dq`, `qi`, `oth`, `k`) is refused with `not_supported`.",
        "properties": {
            "kty": {
                "type": "string", "enum": ["RSA", "EC", "OKP"],
                "description": "`RSA` needs `n` and `e`; `EC` needs `crv`, `x` and `y`; `OKP` needs `crv` and `x`.",
            },
            "kid": {
                "type": "string", "maxLength": TokenKeys::MOST_KID_BYTES,
                "description": "The name by which tokens choose the key. Required if there are several keys.",
            },
            "alg": {
                "type": "string",
                "description": "`RS256` for `RSA`, `ES256` for `EC`, `EdDSA` for `OKP`. It can be left out.",
            },
            "use": {
                "type": "string", "enum": ["sig", "enc"],
                "description": "`sig`, or left out.",
            },
            "key_ops": {
                "type": "array", "items": {"type": "string"},
                "description": "Must include `verify`, or be left out.",
            },
            "crv": {
                "type": "string",
                "description": "`P-256` for `EC`, `Ed25519` for `OKP`.",
            },
            "n": number("The modulus of an `RSA` key, 2,048 to 8,192 bits, in base64url without padding."),
            "e": number("The public exponent of an `RSA` key, in base64url without padding."),
            "x": number("32 bytes in base64url without padding: a coordinate of an `EC` key, or an `OKP` key."),
            "y": number("32 bytes in base64url without padding: a coordinate of an `EC` key."),
        },
    })
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

#[cfg(test)]
mod tests {
    use campanile_domain::TokenKeyFlaw;

    use super::*;

    /// The description names what is read, and what is refused.
    #[test]
    fn it_describes_each_member_and_those_that_are_refused() {
        let described = key();
        let ed = json!({"kty": "OKP", "alg": "EdDSA", "kid": "1", "use": "sig", "key_ops": ["verify"], "crv": "Ed25519",
            "x": "AmlMIVld8isTZTJLwMk36GESeA1R6oluk0umdN90FL0"});
        let parse = |key: &Value| TokenKeys::parse(&json!({"keys": [key]}).to_string());
        let kept = parse(&ed).expect("valid").to_value()["keys"][0].clone();
        for (name, _) in kept.as_object().expect("a key") {
            assert!(described["properties"].get(name).is_some(), "{name}");
        }
        let text = described["description"].as_str().expect("described");
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            let mut private = ed.clone();
            private[name] = json!("AQAB");
            let flaws: Vec<TokenKeyFlaw> = parse(&private).expect_err("private");
            assert_eq!(flaws[0].pointer, format!("/keys/0/{name}"));
            assert!(text.contains(&format!("`{name}`")), "{name}");
        }
        let mut kinds = described["properties"]["kty"]["enum"]
            .as_array()
            .expect("listed")
            .clone();
        kinds.retain(|kind| *kind != "OKP");
        for kind in kinds {
            let flaws = parse(&json!({"kty": kind})).expect_err("it needs more");
            assert_ne!(flaws[0].pointer, "/keys/0/kty", "{kind}");
        }
    }
}
