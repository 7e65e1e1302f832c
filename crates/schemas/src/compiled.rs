//! A schema that contents are compared with.

use std::fmt;
use std::sync::Arc;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;

use crate::allowed;

/// Bytes that the regular expressions of a schema may take when they are compiled, each.
pub(crate) const PATTERN_BYTES: usize = 256 * 1024;

/// Why a schema cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {detail}")]
pub struct SchemaFault {
    /// Where, as a JSON pointer into the schema.
    pub pointer: String,
    /// Why.
    pub detail: String,
}

/// What is wrong with a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where, as a JSON pointer into the content.
    pub pointer: String,
    /// What, without the value itself.
    pub detail: String,
}

/// What a schema takes in memory for each byte of its source, about.
const COMPILED: usize = 20;

/// A schema that contents are compared with; cheap to clone.
#[derive(Clone)]
pub struct CompiledSchema {
    validator: Arc<Validator>,
    bytes: usize,
}

impl fmt::Debug for CompiledSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CompiledSchema")
    }
}

impl CompiledSchema {
    /// Prepares a schema.
    ///
    /// # Errors
    /// [`SchemaFault`]: it is none, or contains what is not allowed.
    pub fn compile(schema: &str) -> Result<Self, SchemaFault> {
        let fault = |pointer: String, detail: String| SchemaFault { pointer, detail };
        let source_bytes = schema.len();
        let schema: Value = serde_json::from_str(schema)
            .map_err(|error| fault(String::new(), format!("is not JSON: {error}")))?;
        let count = allowed::check(&schema)?;
        let patterns = PatternOptions::regex()
            .size_limit(PATTERN_BYTES)
            .dfa_size_limit(PATTERN_BYTES);
        let compiled = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_pattern_options(patterns)
            .build(&schema);
        match compiled {
            Ok(validator) => Ok(Self {
                validator: Arc::new(validator),
                bytes: source_bytes * COMPILED + count.patterns * 2 * PATTERN_BYTES,
            }),
            Err(error) => {
                let pointer = error.instance_path().to_string();
                Err(fault(pointer, error.masked_with("the value").to_string()))
            }
        }
    }

    /// Bytes that it takes in memory, at most and about.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// What is wrong with a content: at most `most` violations.
    pub fn violations(&self, content: &Value, most: usize) -> Vec<Violation> {
        let errors = self.validator.iter_errors(content).take(most);
        let violations = errors.map(|error| Violation {
            pointer: error.instance_path().to_string(),
            detail: error.masked_with("the value").to_string(),
        });
        violations.collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn violations(schema: &Value, content: &Value) -> Vec<(String, String)> {
        let schema = CompiledSchema::compile(&schema.to_string()).expect("a schema");
        let violations = schema.violations(content, 10).into_iter();
        violations.map(|one| (one.pointer, one.detail)).collect()
    }

    fn refused(schema: &Value) -> String {
        let fault = CompiledSchema::compile(&schema.to_string()).expect_err("refused");
        fault.pointer
    }

    #[test]
    fn regular_expressions_are_bounded_together() {
        let patterns = |count: usize| {
            let named = (0..count).map(|n| (format!("p{n}"), json!({"pattern": "^a{1,9}$"})));
            json!({"properties": named.collect::<serde_json::Map<_, _>>()})
        };
        let most = allowed::MOST_PATTERNS;
        let compiled = CompiledSchema::compile(&patterns(most).to_string()).expect("a schema");
        assert!(compiled.bytes() > most * PATTERN_BYTES);
        assert!(refused(&patterns(most + 1)).starts_with("/properties/p"));
        let by_name = (0..=most).map(|n| (format!("^p{n}$"), json!({})));
        let by_name = json!({"patternProperties": by_name.collect::<serde_json::Map<_, _>>()});
        assert_eq!(refused(&by_name), "");
        let named_so =
            json!({"properties": {"pattern": {"type": "string"}}, "const": {"pattern": "x"}});
        let compiled = CompiledSchema::compile(&named_so.to_string()).expect("a schema");
        assert!(
            compiled.bytes() < PATTERN_BYTES,
            "a property of this name is none"
        );
    }

    #[test]
    fn what_is_wrong_is_named_and_never_shown() {
        let schema = json!({"type": "object", "required": ["id"],
            "properties": {"id": {"type": "string", "pattern": "^[0-9]+$"}, "lines": {"items": {"type": "integer"}}}});
        assert_eq!(violations(&schema, &json!({"id": "12", "lines": [1]})), []);
        let found = violations(&schema, &json!({"id": "secret", "lines": [1, "secret"]}));
        let pointers: Vec<_> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/id", "/lines/1"]);
        assert!(
            found.iter().all(|(_, detail)| !detail.contains("secret")),
            "{found:?}"
        );
        let found = violations(&schema, &json!({}));
        assert_eq!(found.len(), 1);
        assert!(found[0].1.contains("id"), "{found:?}");
    }

    #[test]
    fn what_cannot_be_bounded_is_refused() {
        assert_eq!(refused(&json!({"$ref": "#"})), "");
        assert_eq!(
            refused(&json!({"properties": {"a": {"$ref": "https://x.example/"}}})),
            "/properties/a"
        );
        assert_eq!(
            refused(&json!({"allOf": [{"$dynamicRef": "#a"}]})),
            "/allOf/0"
        );
        assert_eq!(
            refused(&json!({"items": {"unevaluatedProperties": false}})),
            "/items"
        );
        assert_eq!(
            refused(&json!({"$schema": "http://json-schema.org/draft-07/schema#"})),
            ""
        );
        let many: Vec<_> = (0..1_001).map(|_| json!({"type": "string"})).collect();
        assert!(refused(&json!({"anyOf": many})).starts_with("/anyOf/"));
        // A tenant's own names are no keywords.
        for fine in [
            json!({"properties": {"$ref": {"type": "string"}}}),
            json!({"enum": [{"$ref": "#"}]}),
            json!(true),
        ] {
            assert!(CompiledSchema::compile(&fine.to_string()).is_ok(), "{fine}");
        }
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        assert_eq!(refused(&json!({"type": "thing"})), "/type");
        assert!(CompiledSchema::compile("{").is_err());
        assert!(CompiledSchema::compile("7").is_err());
        // Expressions that would take long, or much memory.
        assert!(CompiledSchema::compile(&json!({"pattern": "(?=a)b"}).to_string()).is_err());
        let large = json!({"pattern": "((a{1000}){1000}){1000}"});
        assert!(CompiledSchema::compile(&large.to_string()).is_err());
    }
}
