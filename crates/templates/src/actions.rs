//! The part `actions`: a line for each, `id | title | link`.

use crate::clean;
use crate::html::is_allowed_link;
use crate::message::Message;

/// Actions of a notification at most.
const MAX_ACTIONS: usize = 3;
/// The longest id, in bytes.
const MAX_ID_BYTES: usize = 64;

/// Reads actions; `None` if there are none.
pub(crate) fn read(text: &str, schemes: &[String]) -> Result<Option<String>, String> {
    let mut ids = Vec::new();
    let mut actions = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut fields = line.split('|').map(str::trim);
        let (Some(id), Some(title), Some(link), None) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err("an action is a line of its own, written as: id | title | link".into());
        };
        let is_id = !id.is_empty()
            && id.len() <= MAX_ID_BYTES
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        if !is_id {
            return Err("the id of an action has letters, digits and _-. only".into());
        }
        if ids.contains(&id) {
            return Err("each action needs an id that no other has".into());
        }
        if !is_allowed_link(link, schemes) {
            return Err("the link of an action is https, or has a scheme of the tenant".into());
        }
        let Some(title) = clean::line(title, Message::MAX_TITLE_CHARS) else {
            return Err("an action needs a title".into());
        };
        ids.push(id);
        actions.push(serde_json::json!({"id": id, "title": title, "link": link}));
    }
    if actions.len() > MAX_ACTIONS {
        return Err(format!("a notification has at most {MAX_ACTIONS} actions"));
    }
    Ok((!actions.is_empty()).then(|| serde_json::Value::from(actions).to_string()))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn actions_are_lines() {
        let schemes = ["app".to_owned()];
        let two = read(
            "\n open | Open it | https://x/?a=1 \nmute|Mute|app://mute",
            &schemes,
        );
        let expected = r#"[{"id":"open","link":"https://x/?a=1","title":"Open it"},{"id":"mute","link":"app://mute","title":"Mute"}]"#;
        assert_eq!(two, Ok(Some(expected.to_owned())));
        assert_eq!(read(" \n", &schemes), Ok(None));
        for wrong in [
            "open",
            "open | Open | https://x | more",
            "a b | Open | https://x",
            "open |  | https://x",
            "open | Open | javascript:x",
            "a | A | https://x\na | B | https://y",
            "a|A|https://x\nb|B|https://x\nc|C|https://x\nd|D|https://x",
        ] {
            assert!(read(wrong, &schemes).is_err(), "{wrong}");
        }
    }
}
