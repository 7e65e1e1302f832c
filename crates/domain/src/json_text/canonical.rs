//! One text for all JSON that says the same.

use std::collections::BTreeMap;

use super::{string_end, word_end};

/// Writes a valid JSON text the one way by which two can be compared: without white space, the
/// members of each object in the order of their names and the last of equal ones only, no escape
/// that is not needed. Numbers stay as they were written, since no reader is sure to tell two apart.
pub fn canonical_json(json: &str) -> String {
    let bytes = json.as_bytes();
    let mut writer = Writer {
        out: String::with_capacity(json.len()),
        open: Vec::new(),
        name_is_next: false,
    };
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'"' => string_end(bytes, at),
            b'{' | b'[' | b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => at + 1,
            _ => word_end(bytes, at),
        };
        writer.token(&json[at..end]);
        at = end;
    }
    writer.out
}

struct Writer {
    out: String,
    /// What is open, the innermost last: an object with its members so far, or a list.
    open: Vec<Option<Vec<Member>>>,
    name_is_next: bool,
}

/// Where a member stands in what was written.
struct Member {
    begin: usize,
    name_end: usize,
}

impl Writer {
    fn token(&mut self, token: &str) {
        match token {
            "{" | "[" => {
                self.out.push_str(token);
                self.name_is_next = token == "{";
                self.open.push(self.name_is_next.then(Vec::new));
            }
            "}" | "]" => {
                if let Some(Some(members)) = self.open.pop() {
                    self.sort(members);
                }
                self.out.push_str(token);
                self.name_is_next = false;
            }
            "," => {
                self.out.push(',');
                self.name_is_next = matches!(self.open.last(), Some(Some(_)));
            }
            " " | "\t" | "\n" | "\r" => {}
            text if text.starts_with('"') => self.string(text),
            word => self.out.push_str(word),
        }
    }

    fn string(&mut self, text: &str) {
        let begin = self.out.len();
        let decoded = text
            .contains('\\')
            .then(|| serde_json::from_str::<String>(text));
        match decoded {
            Some(Ok(decoded)) => self.out.push_str(&serde_json::json!(decoded).to_string()),
            _ => self.out.push_str(text),
        }
        if self.name_is_next
            && let Some(Some(members)) = self.open.last_mut()
        {
            let name_end = self.out.len();
            members.push(Member { begin, name_end });
        }
        self.name_is_next = false;
    }

    /// Puts the members of the object that ends here in order.
    fn sort(&mut self, members: Vec<Member>) {
        let name = |member: &Member| &self.out[member.begin..member.name_end];
        if members.is_sorted_by(|one, next| name(one) < name(next)) {
            return;
        }
        let first = members[0].begin;
        let text = self.out.split_off(first);
        let ends = members.iter().skip(1).map(|next| next.begin - 1 - first);
        let ends: Vec<_> = ends.chain([text.len()]).collect();
        let named = members.iter().zip(ends).map(|(member, end)| {
            let begin = member.begin - first;
            let name = text.get(begin..member.name_end - first)?;
            Some((name, text.get(begin..end)?))
        });
        // Members that no comma separates are not JSON; they stay as they are.
        let Some(named) = named.collect::<Option<BTreeMap<_, _>>>() else {
            self.out.push_str(&text);
            return;
        };
        let sorted: Vec<_> = named.into_values().collect();
        self.out.push_str(&sorted.join(","));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_same_is_written_the_same() {
        for (json, canonical) in [
            (
                r#"{"b":{"d":1,"c":[{"f":1,"e":2}]},"a":2}"#,
                r#"{"a":2,"b":{"c":[{"e":2,"f":1}],"d":1}}"#,
            ),
            (
                r#" { "b" : 1 , "a" : [ 1 , { } ] } "#,
                r#"{"a":[1,{}],"b":1}"#,
            ),
            (r#"{"a":1,"a":{"b":2}}"#, r#"{"a":{"b":2}}"#),
            (r#"{"b":1,"a":2,"b":3}"#, r#"{"a":2,"b":3}"#),
            (r#"{"\u0061":"\u00fc\/"}"#, r#"{"a":"ü/"}"#),
            (r#"{"a":[3,1,2]}"#, r#"{"a":[3,1,2]}"#),
            (r#"["b","a"]"#, r#"["b","a"]"#),
        ] {
            assert_eq!(canonical_json(json), canonical, "{json}");
        }
        // Two ids that a reader of doubles takes for one.
        let ids = ["18446744073709551616", "18446744073709551617"];
        let [one, other] = ids.map(|id| canonical_json(&format!("{{\"id\":{id}}}")));
        assert_ne!(one, other);
    }

    #[test]
    fn members_without_a_comma_stay_as_they_are() {
        let text = r#"{"",ü""}"#;
        assert_eq!(canonical_json(text), text);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| json!(map)),
            ]
        })
    }

    proptest! {
        /// A tree of serde_json keeps members by name, as this does but for names with escapes.
        #[test]
        fn it_says_what_was_said(value in value()) {
            let canonical = canonical_json(&value.to_string());
            let read: Value = serde_json::from_str(&canonical).expect("JSON");
            prop_assert_eq!(&read, &value);
            prop_assert_eq!(canonical_json(&canonical), canonical);
        }

        #[test]
        fn no_text_makes_it_panic(json in any::<String>()) {
            canonical_json(&json);
        }

        #[test]
        fn no_bytes_of_json_make_it_panic(json in "[\\[\\]{},:\"\\\\ a1ü]{0,40}") {
            canonical_json(&json);
            let _ = super::super::compact_json(&json);
        }
    }
}
