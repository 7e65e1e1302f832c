//! Texts with placeholders, and trees of them. A tree stays a tree until it is written as JSON or as a form, so no
//! value can end a string and begin another field.

use serde_json::{Map, Number, Value};

/// An object with this key is left out where the placeholder that it names has no value.
const WITH: &str = "$with";

/// What a placeholder stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Placeholder {
    Setting(String),
    Address,
    /// Title and text, one below the other.
    Message,
    Title,
    /// The title, or the notification type where there is none.
    Heading,
    Text,
    /// What a click opens, if it is a web page.
    Link,
    NotificationType,
    UserId,
    PriorityName,
    /// A value of the recipe's table of priorities.
    Priority(String),
    DeliveryId,
    NotificationId,
    CollapseKey,
    /// Seconds since 1970 at which the notification was accepted.
    CreatedUnix,
    /// The same as RFC 3339.
    CreatedAt,
    /// Seconds until the message expires.
    Ttl,
}

impl Placeholder {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "address" => Self::Address,
            "message" => Self::Message,
            "title" => Self::Title,
            "heading" => Self::Heading,
            "text" => Self::Text,
            "link" => Self::Link,
            "type" => Self::NotificationType,
            "user_id" => Self::UserId,
            "priority" => Self::PriorityName,
            "delivery_id" => Self::DeliveryId,
            "notification_id" => Self::NotificationId,
            "collapse_key" => Self::CollapseKey,
            "created_unix" => Self::CreatedUnix,
            "created_at" => Self::CreatedAt,
            "ttl" => Self::Ttl,
            other => match other.split_once('.')? {
                ("settings", name) => Self::Setting(name.to_owned()),
                ("priority", name) => Self::Priority(name.to_owned()),
                _ => return None,
            },
        })
    }
}

/// What placeholders stand for in one request; nothing where there is no value.
pub(crate) type Values<'v> = dyn Fn(&Placeholder) -> Option<Value> + 'v;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Literal(String),
    Value(Placeholder),
}

/// A text with placeholders in braces. `{{` is a brace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template(pub(crate) Vec<Part>);

impl Template {
    /// Reads it, or names what is wrong.
    pub(crate) fn parse(written: &str) -> Result<Self, String> {
        let (mut parts, mut literal) = (Vec::new(), String::new());
        let mut rest = written;
        while let Some(place) = rest.find(['{', '}']) {
            literal.push_str(&rest[..place]);
            let (brace, after) = (&rest[place..=place], &rest[place + 1..]);
            if after.starts_with(brace) {
                literal.push_str(brace);
                rest = &after[1..];
                continue;
            }
            let name = match (brace, after.find('}')) {
                ("{", Some(end)) => &after[..end],
                _ => return Err(format!("{written:?} has a brace without its other half")),
            };
            let placeholder =
                Placeholder::parse(name).ok_or_else(|| format!("{{{name}}} is no placeholder"))?;
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(Part::Value(placeholder));
            rest = &after[name.len() + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() || parts.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Self(parts))
    }

    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.0.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Value(placeholder) => Some(placeholder),
        })
    }

    /// The text; a placeholder without a value leaves nothing. `encode` is applied to each value.
    pub(crate) fn text(&self, values: &Values<'_>, encode: impl Fn(&str) -> String) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Literal(text) => text.clone(),
            Part::Value(placeholder) => {
                values(placeholder).map_or_else(String::new, |value| encode(&plain(&value)))
            }
        });
        parts.collect()
    }

    /// As part of a tree: a single placeholder keeps its type, and is left out where it has no value.
    fn value(&self, values: &Values<'_>) -> Option<Value> {
        match &self.0[..] {
            [Part::Value(placeholder)] => values(placeholder),
            _ => Some(Value::String(self.text(values, str::to_owned))),
        }
    }
}

/// A value as text.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A body.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Text(Template),
    Number(Number),
    Switch(bool),
    List(Vec<Tree>),
    Object {
        with: Option<Placeholder>,
        fields: Vec<(Template, Tree)>,
    },
}

impl Tree {
    pub(crate) fn parse(written: &Value) -> Result<Self, String> {
        Ok(match written {
            Value::Null => return Err("a body has no null".into()),
            Value::Bool(switch) => Self::Switch(*switch),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::Text(Template::parse(text)?),
            Value::Array(list) => {
                Self::List(list.iter().map(Self::parse).collect::<Result<_, _>>()?)
            }
            Value::Object(object) => Self::object(object)?,
        })
    }

    pub(crate) fn object(written: &Map<String, Value>) -> Result<Self, String> {
        let (mut with, mut fields) = (None, Vec::with_capacity(written.len()));
        for (name, value) in written {
            if name == WITH {
                let name = value.as_str().unwrap_or_default();
                let found = Placeholder::parse(name)
                    .ok_or_else(|| format!("{WITH}: {name:?} is no placeholder"))?;
                with = Some(found);
            } else {
                fields.push((Template::parse(name)?, Self::parse(value)?));
            }
        }
        Ok(Self::Object { with, fields })
    }

    /// The tree with its values; `None` where it has none.
    pub(crate) fn fill(&self, values: &Values<'_>) -> Option<Value> {
        match self {
            Self::Text(template) => template.value(values),
            Self::Number(number) => Some(Value::Number(number.clone())),
            Self::Switch(switch) => Some(Value::Bool(*switch)),
            Self::List(list) => Some(list.iter().filter_map(|one| one.fill(values)).collect()),
            Self::Object { with, fields } => {
                if let Some(with) = with {
                    values(with)?;
                }
                let fields = fields.iter().filter_map(|(name, tree)| {
                    Some((name.text(values, str::to_owned), tree.fill(values)?))
                });
                Some(Value::Object(fields.collect()))
            }
        }
    }

    /// Everything that it is made from.
    pub(crate) fn placeholders(&self) -> Vec<&Placeholder> {
        match self {
            Self::Text(template) => template.placeholders().collect(),
            Self::Number(_) | Self::Switch(_) => Vec::new(),
            Self::List(list) => list.iter().flat_map(Self::placeholders).collect(),
            Self::Object { with, fields } => {
                let of_fields = fields
                    .iter()
                    .flat_map(|(name, tree)| name.placeholders().chain(tree.placeholders()));
                with.iter().chain(of_fields).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values(placeholder: &Placeholder) -> Option<Value> {
        match placeholder {
            Placeholder::Title => Some(json!("a \"quoted\" {title}\n")),
            Placeholder::Priority(_) => Some(json!(-2)),
            _ => None,
        }
    }

    #[test]
    fn values_keep_their_type_and_cannot_leave_their_place() {
        let tree = Tree::parse(&json!({
            "title": "{title}", "both": "{{{title}}} {text}", "number": "{priority.level}",
            "none": "{text}", "list": [{"$with": "text", "a": 1}, "{text}", {"b": true}],
        }));
        let filled = tree.expect("a tree").fill(&values).expect("a value");
        let expected = json!({
            "title": "a \"quoted\" {title}\n", "both": "{a \"quoted\" {title}\n} ", "number": -2,
            "list": [{"b": true}],
        });
        assert_eq!(filled, expected);
    }

    #[test]
    fn misspelt_placeholders_are_refused() {
        for wrong in [
            "{titel}",
            "{",
            "}",
            "{title",
            "{settings}",
            "{}",
            "{ title }",
        ] {
            assert!(Template::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Tree::parse(&json!({"$with": "x"})).is_err());
    }
}
