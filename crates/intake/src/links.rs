//! The links of a request: what a click opens, and buttons.

use campanile_domain::{Action, Link, LinkScheme};
use campanile_fields::kinds::{Kind, List, list, nested, parsed, required, text};
use campanile_fields::{
    FieldCode, FieldError, FieldErrors, Fields, Json, Parts, ValueSchema, request_body,
};

use crate::SendRequest;

request_body! {
    /// A button that opens a link.
    pub struct ActionBody as Action {
        /// The sender's name for the action; unique within the notification.
        #[example("reply")]
        id: String = required(text(Action::MAX_ID_BYTES)),
        /// The text of the button.
        #[example("Reply")]
        title: String = required(text(Action::MAX_TITLE_BYTES)),
        /// The link that the button opens: https, or a scheme that the tenant has allowed.
        #[example("https://chat.example.com/rooms/r1/reply")]
        link: Link = required(link()),
    }
}

/// A link. Whether its scheme is one of the tenant's is checked later.
pub(crate) fn link() -> impl Kind<Value = Link> {
    parsed(Link::parse)
        .length(1..=Link::MAX_BYTES)
        .format("uri")
}

/// A list of actions.
pub(crate) struct Actions(List<ActionKind>);

type ActionKind = campanile_fields::kinds::Nested<ActionBody, Action>;

/// Actions whose ids differ.
pub(crate) fn actions() -> Actions {
    Actions(list(0..=Action::MOST, nested(action)))
}

fn action(read: ActionBody, _: &mut Fields<'_>) -> Option<Action> {
    Some(Action {
        id: read.id?,
        title: read.title?,
        link: read.link?,
    })
}

impl Kind for Actions {
    type Value = Vec<Action>;

    fn read<'a>(
        &self,
        fields: &mut Fields<'a>,
        field: &str,
        value: Json<'a>,
    ) -> Option<Vec<Action>> {
        let given = value.list(Action::MOST).map_or(0, |list| list.len());
        let actions = self.0.read(fields, field, value)?;
        // Where one is wrong, the others have lost their places.
        if actions.len() == given {
            for (place, action) in actions.iter().enumerate() {
                if actions[..place].iter().any(|other| other.id == action.id) {
                    let detail = "is the id of another action of this notification";
                    fields.wrong(
                        &format!("{field}/{place}/id"),
                        FieldCode::Contradictory,
                        detail,
                    );
                }
            }
        }
        Some(actions)
    }

    fn schema(&self) -> ValueSchema {
        self.0.schema()
    }

    fn parts(&self, parts: &mut Parts) {
        self.0.parts(parts);
    }
}

impl SendRequest {
    /// Whether any of its links has another scheme than https.
    pub(crate) fn has_own_schemes(&self) -> bool {
        self.links().any(|(_, link)| !link.is_https())
    }

    /// Refuses links of schemes that the tenant has not allowed.
    pub(crate) fn check_schemes(&self, own: &[LinkScheme]) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        for (field, _) in self.links().filter(|(_, link)| !link.is_allowed(own)) {
            let detail = "the scheme of the link must be https or one that the tenant has allowed";
            errors.push(FieldError::new(field, FieldCode::UnknownValue, detail));
        }
        match errors.is_empty() {
            true => Ok(()),
            false => Err(errors),
        }
    }

    fn links(&self) -> impl Iterator<Item = (String, &Link)> {
        let own = self.link.iter().map(|link| ("/link".to_owned(), link));
        let actions = self.actions.iter().enumerate();
        own.chain(actions.map(|(place, action)| (format!("/actions/{place}/link"), &action.link)))
    }
}

#[cfg(test)]
mod tests {
    use campanile_fields::JsonText;
    use chrono::Utc;
    use serde_json::{Value, json};

    use super::*;
    use crate::RequestToSend;

    fn read(link: &Value, actions: &Value) -> Result<SendRequest, Vec<(String, &'static str)>> {
        let body = json!({"notification_type": "news", "recipients": ["u"], "content": {},
            "link": link, "actions": actions});
        match RequestToSend::from_json(JsonText::from(&body).json(), Utc::now()) {
            Ok(wanted) => Ok(wanted.message().clone()),
            Err(errors) => Err(errors
                .into_iter()
                .map(|error| (error.field, error.code.name()))
                .collect()),
        }
    }

    #[test]
    fn a_link_and_three_buttons_are_taken() {
        let action = |id: &str| json!({"id": id, "title": "Reply", "link": "myapp://r/1"});
        let request = read(
            &json!("https://example.com/r/1"),
            &json!([action("a"), action("b"), action("c")]),
        )
        .expect("valid");
        assert_eq!(request.actions.len(), 3);
        assert!(request.has_own_schemes());
        let errors = request.check_schemes(&[]).expect_err("not allowed");
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            ["/actions/0/link", "/actions/1/link", "/actions/2/link"]
        );
        let own = [LinkScheme::parse("myapp").expect("a scheme")];
        assert!(request.check_schemes(&own).is_ok());
        for nothing in [json!(null), json!([])] {
            let request = read(&json!(null), &nothing).expect("valid");
            assert!(request.link.is_none() && request.actions.is_empty());
            assert!(!request.has_own_schemes());
        }
    }

    #[test]
    fn every_wrong_part_is_named() {
        let good = json!({"id": "a", "title": "A", "link": "https://example.com"});
        for (link, actions, expected) in [
            (
                json!("javascript:alert(1)"),
                json!([]),
                vec![("/link", "invalid")],
            ),
            (json!("/rooms/7"), json!([]), vec![("/link", "invalid")]),
            (json!(7), json!([]), vec![("/link", "wrong_type")]),
            (json!(null), json!({}), vec![("/actions", "wrong_type")]),
            (
                json!(null),
                json!([good, good, good, good]),
                vec![("/actions", "too_long")],
            ),
            (
                json!(null),
                json!([good, good]),
                vec![("/actions/1/id", "contradictory")],
            ),
            (
                json!(null),
                json!([good, {"id": "", "title": "a\u{7}", "link": "data:text/html,x", "icon": 1}]),
                vec![
                    ("/actions/1/id", "too_short"),
                    ("/actions/1/title", "control_character"),
                    ("/actions/1/link", "invalid"),
                    ("/actions/1/icon", "unknown_field"),
                ],
            ),
            (
                json!(null),
                json!([{}]),
                vec![
                    ("/actions/0/id", "required"),
                    ("/actions/0/title", "required"),
                    ("/actions/0/link", "required"),
                ],
            ),
        ] {
            let errors = read(&link, &actions).expect_err("refused");
            let told: Vec<_> = errors
                .iter()
                .map(|(field, code)| (field.as_str(), *code))
                .collect();
            assert_eq!(told, expected, "{link} {actions}");
        }
    }
}
