//! JSON that is passed on: kept as its caller wrote it, not read into numbers and written again.
//!
//! RFC 8259 sets no bounds for numbers, and readers differ (section 6): an id beyond 2^64 or a
//! coordinate with seventeen digits is itself only as a text.

mod canonical;
mod compact;
mod values;

pub use canonical::canonical_json;
pub use compact::{JsonFlaw, MAX_JSON_DEPTH, compact_json};
pub use values::json_values;

/// Where the number, `true`, `false` or `null` at this place has ended.
fn word_end(json: &[u8], at: usize) -> usize {
    let rest = &json[at + 1..];
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"{}[],:\"".contains(byte);
    at + 1 + rest.iter().position(ends).unwrap_or(rest.len())
}

/// Where the string that opens at `open` has ended.
fn string_end(json: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}
