//! A message that is published as JSON.

use campanile_fields::FieldCode;
use serde_json::{Map, Value};

use super::options::Options;
use crate::Refusal;

/// The topic, and the options of the headers with those of the body in their place.
pub(super) fn read(mut options: Options, body: &[u8]) -> Result<(String, Options), Refusal> {
    let mut object: Map<String, Value> =
        serde_json::from_slice(body).map_err(|error| Refusal::no_json(&error))?;
    object.retain(|_, value| !value.is_null());
    let text = |name: &str| match object.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(Refusal::wrong(
            name,
            FieldCode::WrongType,
            "must be a string",
        )),
    };
    let topic = text("topic")?;
    let topic = topic.ok_or_else(|| Refusal::wrong("topic", FieldCode::Required, "is required"))?;
    for (place, name) in [
        (&mut options.title, "title"),
        (&mut options.message, "message"),
        (&mut options.delay, "delay"),
        (&mut options.click, "click"),
        (&mut options.icon, "icon"),
        (&mut options.sequence, "sequence_id"),
    ] {
        if let Some(text) = text(name)? {
            *place = Some(text);
        }
    }
    match object.get("priority") {
        None => {}
        Some(Value::Number(number)) => {
            // 0 is the default of the clients' own structs.
            let number = number.to_string();
            options.priority = Some(number).filter(|number| number != "0");
        }
        Some(_) => {
            let detail = "must be a number from 1 to 5";
            return Err(Refusal::wrong("priority", FieldCode::WrongType, detail));
        }
    }
    match object.get("tags") {
        None => {}
        Some(Value::Array(tags)) => {
            let tags = tags.iter().filter_map(Value::as_str);
            options.tags = tags.map(str::to_owned).collect();
        }
        Some(_) => {
            let detail = "must be a list of strings";
            return Err(Refusal::wrong("tags", FieldCode::WrongType, detail));
        }
    }
    match object.get("actions") {
        None => {}
        Some(actions @ Value::Array(_)) => options.actions = Some(actions.to_string()),
        Some(_) => {
            let detail = "must be a list of actions";
            return Err(Refusal::wrong("actions", FieldCode::WrongType, detail));
        }
    }
    options.markdown |= object.get("markdown") == Some(&Value::Bool(true));
    for name in ["attach", "filename", "email", "call"] {
        let is_given = object.get(name).is_some_and(|value| {
            !matches!(value, Value::Bool(false)) && value.as_str() != Some("")
        });
        if is_given {
            options.not_served.push(name);
        }
    }
    Ok((topic, options))
}
