//! What a schema may contain.
//!
//! References are left out: with them a few lines can ask for more steps than a year has, or for one that never ends. So are
//! the keywords that look at what other parts have seen, for the same reason.

use serde_json::{Map, Value};

use crate::SchemaFault;

/// The only dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// What a schema must not contain.
const NOT_ALLOWED: [&str; 5] = [
    "$ref",
    "$dynamicRef",
    "$recursiveRef",
    "unevaluatedProperties",
    "unevaluatedItems",
];
/// Keywords whose members are schemas by names that the tenant chooses.
const BY_NAME: [&str; 5] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
];
/// Keywords whose values are no schemas, whatever they look like.
const VALUES: [&str; 4] = ["const", "enum", "default", "examples"];
/// Schemas within a schema.
const MOST: usize = 1_000;

/// Regular expressions within a schema: each may take [`crate::compiled::PATTERN_BYTES`] twice.
pub(crate) const MOST_PATTERNS: usize = 40;

/// What there is within a schema.
#[derive(Debug, Default)]
pub(crate) struct Count {
    schemas: usize,
    /// Regular expressions.
    pub(crate) patterns: usize,
}

/// Names the first keyword that is not allowed, and counts.
pub(crate) fn check(schema: &Value) -> Result<Count, SchemaFault> {
    let mut count = Count::default();
    of_schema(schema, &mut String::new(), &mut count)?;
    Ok(count)
}

fn of_schema(schema: &Value, at: &mut String, count: &mut Count) -> Result<(), SchemaFault> {
    count.schemas += 1;
    if count.schemas > MOST {
        return Err(fault(at, format!("has more than {MOST} schemas within it")));
    }
    let Value::Object(keywords) = schema else {
        return Ok(());
    };
    for (keyword, value) in keywords {
        if NOT_ALLOWED.contains(&keyword.as_str()) {
            let detail = format!("{keyword} is not supported; write the schema out");
            return Err(fault(at, detail));
        }
        if keyword == "$schema" && value.as_str() != Some(DIALECT) {
            return Err(fault(at, format!("$schema must be {DIALECT}")));
        }
        if VALUES.contains(&keyword.as_str()) {
            continue;
        }
        count.patterns += match (keyword.as_str(), value) {
            ("pattern", Value::String(_)) => 1,
            ("patternProperties", Value::Object(named)) => named.len(),
            _ => 0,
        };
        if count.patterns > MOST_PATTERNS {
            let detail = format!("has more than {MOST_PATTERNS} regular expressions within it");
            return Err(fault(at, detail));
        }
        within(at, keyword, |at| match value {
            Value::Object(named) if BY_NAME.contains(&keyword.as_str()) => {
                by_name(named, at, count)
            }
            Value::Object(_) => of_schema(value, at, count),
            Value::Array(all) => all.iter().enumerate().try_for_each(|(place, one)| {
                within(at, &place.to_string(), |at| of_schema(one, at, count))
            }),
            _ => Ok(()),
        })?;
    }
    Ok(())
}

fn by_name(
    named: &Map<String, Value>,
    at: &mut String,
    count: &mut Count,
) -> Result<(), SchemaFault> {
    named
        .iter()
        .try_for_each(|(name, schema)| within(at, name, |at| of_schema(schema, at, count)))
}

/// Goes a step down the pointer, and up again.
fn within(
    at: &mut String,
    step: &str,
    go: impl FnOnce(&mut String) -> Result<(), SchemaFault>,
) -> Result<(), SchemaFault> {
    let length = at.len();
    at.push('/');
    at.push_str(&step.replace('~', "~0").replace('/', "~1"));
    let gone = go(at);
    at.truncate(length);
    gone
}

fn fault(at: &str, detail: String) -> SchemaFault {
    SchemaFault {
        pointer: at.to_owned(),
        detail,
    }
}
