//! `content` as FCM wants it: a flat map of strings.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// What our own two entries are called; `content` cannot replace them.
pub(super) const OWN: [&str; 2] = ["notification_id", "notification_type"];

/// Stands before a key that FCM keeps for itself, so that its value still arrives.
pub(super) const PREFIX: &str = "content_";

/// One entry of `data`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) value: Cow<'a, str>,
}

/// A text that is borrowed where nothing in it is escaped.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The top-level fields in the order of their keys: strings as they are, everything else as JSON
/// text, numbers as they were written. `null` is no field: as a string it would be a word. What is no
/// object has none; a string that is no Unicode is left out. A message never fails for its `content`.
pub(super) fn fields(content: &str) -> Vec<Field<'_>> {
    let read = serde_json::from_str::<BTreeMap<Text<'_>, &RawValue>>(content);
    let read = read.unwrap_or_default();
    let is_given = |key: &str| read.contains_key(&Text(Cow::Borrowed(key)));
    let fields = read.iter().filter_map(|(Text(key), value)| {
        let key = match key {
            key if OWN.contains(&key.as_ref()) => return None,
            key if is_reserved(key) => {
                let prefixed = format!("{PREFIX}{key}");
                // The caller's own field of that name goes first.
                if is_given(&prefixed) {
                    return None;
                }
                Cow::Owned(prefixed)
            }
            key => key.clone(),
        };
        Some(Field {
            key,
            value: text(value.get())?,
        })
    });
    fields.collect()
}

fn text(json: &str) -> Option<Cow<'_, str>> {
    if json == "null" {
        return None;
    }
    if json.starts_with('"') {
        return serde_json::from_str::<Text<'_>>(json)
            .ok()
            .map(|Text(text)| text);
    }
    Some(Cow::Borrowed(json))
}

/// FCM refuses the whole message for such a key, or puts a value of its own there (`collapse_key`). Its
/// documents of different years name `google` and `gcm` with and without what follows; the widest
/// reading is taken.
fn is_reserved(key: &str) -> bool {
    matches!(key, "" | "from" | "message_type" | "collapse_key")
        || ["google", "gcm"]
            .iter()
            .any(|of_fcm| key.starts_with(of_fcm))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Vec<(String, String)> {
        let fields = fields(content).into_iter();
        fields
            .map(|field| (field.key.into_owned(), field.value.into_owned()))
            .collect()
    }

    #[test]
    fn strings_stay_and_the_rest_becomes_json_text() {
        let content = r#"{"s":"a \"b\" \u00fc","n":12345678901234567890,"o":{"x": [1, null]},
            "lat":31.245270191439438,"z":null,"nil":"null","b":true,"s2":"plain"}"#;
        let expected = [
            ("b", "true"),
            ("lat", "31.245270191439438"),
            ("n", "12345678901234567890"),
            ("nil", "null"),
            ("o", r#"{"x": [1, null]}"#),
            ("s", "a \"b\" ü"),
            ("s2", "plain"),
        ];
        assert_eq!(
            read(content),
            expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn keys_of_fcm_are_prefixed_and_ours_are_ours() {
        let content = r#"{"from":"a","message_type":1,"gcm.x":2,"google.y":3,"fromage":4,
            "notification_id":"forged","notification_type":"forged","content_from":"own","":5,
            "collapse_key":"mine"}"#;
        let keys: Vec<String> = read(content).into_iter().map(|(key, _)| key).collect();
        let expected = [
            "content_",
            "content_collapse_key",
            "content_from",
            "fromage",
            "content_gcm.x",
            "content_google.y",
            "content_message_type",
        ];
        assert_eq!(keys, expected);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        for content in ["", "[]", "7", "{", r#"{"a":"\ud800"}"#] {
            assert_eq!(fields(content), [], "{content}");
        }
    }
}
