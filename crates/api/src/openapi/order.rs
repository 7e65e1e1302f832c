//! The order of the calls in the served document, which `/docs` keeps: what a newcomer tries first stands first.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Paths that stand before all others, which follow by name.
const FIRST: [&str; 10] = [
    "/api/v1/notifications",
    "/api/v1/notifications/{id}/timeline",
    "/api/v1/notifications/bulk",
    "/api/v1/notifications/test",
    "/api/v1/notifications/{id}/cancel",
    "/api/v1/topics/{key}/subscribers",
    "/api/v1/notifications/count",
    "/api/v1/notifications/{id}",
    "/api/v1/notifications/{id}/read",
    "/api/v1/notifications/read-all",
];

/// The methods of a path: what makes a thing stands before what shows and removes it.
const METHODS: [&str; 5] = ["post", "put", "patch", "get", "delete"];

/// An object whose fields keep an order.
struct Fields<'a>(Vec<(&'a str, &'a RawValue)>);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// The calls of a path in order.
fn calls(item: &RawValue) -> serde_json::Result<Box<RawValue>> {
    let parts: BTreeMap<&str, &RawValue> = serde_json::from_str(item.get())?;
    let mut calls: Vec<_> = parts.into_iter().collect();
    calls.sort_by_key(|(name, _)| place(&METHODS, name));
    serde_json::value::to_raw_value(&Fields(calls))
}

/// Where a name stands; those that are not listed come last, and keep their order.
fn place(names: &[&str], name: &str) -> usize {
    let found = names.iter().position(|first| *first == name);
    found.unwrap_or(names.len())
}

/// The document with its paths, and their calls, in order.
///
/// # Errors
/// It is not a document.
pub(super) fn in_order(document: &str) -> serde_json::Result<String> {
    let mut parts: BTreeMap<&str, &RawValue> = serde_json::from_str(document)?;
    let Some(paths) = parts.get("paths") else {
        return Ok(document.to_owned());
    };
    let by_name: BTreeMap<String, &RawValue> = serde_json::from_str(paths.get())?;
    let ordered: Vec<_> = by_name
        .iter()
        .map(|(path, item)| Ok((path.as_str(), calls(item)?)))
        .collect::<serde_json::Result<_>>()?;
    let mut paths: Vec<_> = ordered
        .iter()
        .map(|(path, item)| (*path, &**item))
        .collect();
    paths.sort_by_key(|(path, _)| place(&FIRST, path));
    let paths = serde_json::value::to_raw_value(&Fields(paths))?;
    parts.insert("paths", &paths);
    serde_json::to_string(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sending_stands_first_and_nothing_is_lost() {
        let document = crate::openapi_json();
        let ordered = in_order(&document).expect("a document");
        let place = |path: &str| ordered.find(&format!("\"{path}\":")).expect("listed");
        assert!(place("/api/v1/notifications") < place("/api/v1/notifications/bulk"));
        assert!(place("/api/v1/notifications/bulk") < place("/api/v1/admin/dead-letters"));
        let users = &ordered[place("/api/v1/users/{user_id}")..];
        let method = |name: &str| users.find(&format!("\"{name}\":")).expect("a method");
        assert!(method("put") < method("get") && method("get") < method("delete"));
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(read(&ordered), read(&document));
    }
}
