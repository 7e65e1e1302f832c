//! What the Apprise API server takes: `POST /notify/{key}` and `POST /notify`, as JSON or as a form.
//!
//! Source: <https://github.com/caronc/apprise-api>, "API Details", and the client in Apprise 2.3.0
//! (`apprise/plugins/apprise_api.py`), read on 2026-11-30.

mod html;

use campanile_domain::Priority;
use campanile_fields::FieldCode;
use serde_json::{Map, Value};

use crate::{Message, Refusal, form, texts};

const NO_ATTACHMENTS: &str = "attachments are not supported; send the message without files";
/// Tags beyond are left out.
const MAX_TAGS: usize = 32;

/// A call as it was written.
#[derive(Debug, Default)]
struct Call {
    title: String,
    body: String,
    kind: String,
    format: String,
    tags: Vec<String>,
}

/// Reads a call by its media type.
///
/// # Errors
/// [`Refusal`]: it is neither JSON nor a form, has no text, or brings files.
pub fn read(content_type: &str, body: &[u8]) -> Result<Message, Refusal> {
    let call = match form::fields(content_type, body)? {
        Some(fields) => of_form(fields)?,
        None => of_json(body)?,
    };
    message(call)
}

fn of_form(fields: Vec<form::Field>) -> Result<Call, Refusal> {
    let mut call = Call::default();
    for field in fields {
        let is_attachment = matches!(&*field.name, "attach" | "attachment" | "attachments");
        if field.is_file || (is_attachment && !field.value.is_empty()) {
            return Err(Refusal::not_supported("attachments", NO_ATTACHMENTS));
        }
        match &*field.name {
            "title" => call.title = field.value,
            "body" => call.body = field.value,
            "type" => call.kind = field.value,
            "format" => call.format = field.value,
            "tag" | "tags" => call.tags.extend(tags_of(&field.value)),
            _ => {}
        }
    }
    Ok(call)
}

fn of_json(body: &[u8]) -> Result<Call, Refusal> {
    let object: Map<String, Value> =
        serde_json::from_slice(body).map_err(|error| Refusal::no_json(&error))?;
    let text = |name: &str| match object.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(Refusal::wrong(
            name,
            FieldCode::WrongType,
            "must be a string",
        )),
    };
    for name in ["attach", "attachment", "attachments"] {
        let is_empty = object.get(name).is_none_or(|value| match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(all) => all.is_empty(),
            Value::Object(all) => all.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        });
        if !is_empty {
            return Err(Refusal::not_supported("attachments", NO_ATTACHMENTS));
        }
    }
    let mut tags = Vec::new();
    for name in ["tag", "tags"] {
        match object.get(name) {
            Some(Value::String(text)) => tags.extend(tags_of(text)),
            Some(Value::Array(all)) => {
                tags.extend(all.iter().filter_map(Value::as_str).flat_map(tags_of));
            }
            _ => {}
        }
    }
    Ok(Call {
        title: text("title")?,
        body: text("body")?,
        kind: text("type")?,
        format: text("format")?,
        tags,
    })
}

/// Tags are separated by commas or white space.
fn tags_of(text: &str) -> impl Iterator<Item = String> {
    let tags = text.split(|c: char| c == ',' || c.is_whitespace());
    tags.filter(|tag| !tag.is_empty()).map(str::to_owned)
}

fn message(call: Call) -> Result<Message, Refusal> {
    let (kind, priority) = match &*call.kind.trim().to_ascii_lowercase() {
        "" | "info" => ("info", None),
        "success" => ("success", None),
        "warning" => ("warning", Some(Priority::High)),
        "failure" => ("failure", Some(Priority::High)),
        _ => {
            let detail = "must be info, success, warning or failure";
            return Err(Refusal::wrong("type", FieldCode::UnknownValue, detail));
        }
    };
    let text = match &*call.format.trim().to_ascii_lowercase() {
        "" | "text" | "markdown" => texts::body(&call.body),
        "html" => texts::body(&html::to_text(&call.body)),
        _ => {
            let detail = "must be text, markdown or html";
            return Err(Refusal::wrong("format", FieldCode::UnknownValue, detail));
        }
    };
    if text.is_none() {
        return Err(Refusal::wrong(
            "body",
            FieldCode::Required,
            "must not be empty",
        ));
    }
    let mut message = Message {
        title: texts::title(&call.title),
        body: text,
        priority,
        ..Message::default()
    };
    message.content.text("source", "apprise");
    message.content.text("type", kind);
    message.content.text("format", call.format.trim());
    if !call.tags.is_empty() {
        let tags = call.tags.iter().take(MAX_TAGS);
        let tags = tags.map(|tag| texts::cut(tag, 128)).collect::<Vec<_>>();
        message.content.value("tags", &tags.into());
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";
    const JSON: &str = "application/json";

    fn refused(content_type: &str, body: &str) -> (String, &'static str) {
        match read(content_type, body.as_bytes()) {
            Err(Refusal::Wrong(error)) => (error.field, error.code.name()),
            Err(Refusal::Malformed(_)) => ("body".into(), "malformed"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn json_and_forms_say_the_same() {
        let json = json!({"title": "T", "body": "B", "type": "failure", "tag": ["a", "b"],
            "format": "text", "urls": "", "attachments": []});
        let form = "title=T&body=B&type=failure&tag=a&tag=b&format=text&attachment=";
        let multipart = "--x\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nB\r\n\
            --x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nT\r\n\
            --x\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nfailure\r\n\
            --x\r\nContent-Disposition: form-data; name=\"format\"\r\n\r\ntext\r\n\
            --x\r\nContent-Disposition: form-data; name=\"tag\"\r\n\r\na, b\r\n--x--";
        for (content_type, body) in [
            (JSON, &*json.to_string()),
            ("", &*json.to_string()),
            (FORM, form),
            ("multipart/form-data; boundary=x", multipart),
        ] {
            let message = read(content_type, body.as_bytes()).expect("taken");
            assert_eq!(message.title.as_deref(), Some("T"));
            assert_eq!(message.body.as_deref(), Some("B"));
            assert_eq!(message.priority, Some(Priority::High));
            let content: Value = serde_json::from_str(&message.content.to_json()).expect("JSON");
            let expected = json!({"source": "apprise", "type": "failure", "format": "text",
                "tags": ["a", "b"]});
            assert_eq!(content, expected);
        }
    }

    #[test]
    fn what_is_missing_or_not_served_is_named() {
        let file = "--x\r\nContent-Disposition: form-data; name=\"file01\"; filename=\"a.png\"\r\n\r\n\
            x\r\n--x--";
        for (content_type, body, field, code) in [
            (JSON, "{", "body", "malformed"),
            (JSON, "[]", "body", "malformed"),
            (JSON, "{}", "/body", "required"),
            (JSON, r#"{"title": "T", "body": " "}"#, "/body", "required"),
            (JSON, r#"{"body": 7}"#, "/body", "wrong_type"),
            (
                JSON,
                r#"{"body": "b", "type": "alarm"}"#,
                "/type",
                "unknown_value",
            ),
            (
                JSON,
                r#"{"body": "b", "format": "rtf"}"#,
                "/format",
                "unknown_value",
            ),
            (
                JSON,
                r#"{"body": "b", "attachments": [{"filename": "a"}]}"#,
                "/attachments",
                "not_supported",
            ),
            (
                JSON,
                r#"{"body": "b", "attach": "https://x.example"}"#,
                "/attachments",
                "not_supported",
            ),
            (
                FORM,
                "body=b&attach=https://x.example",
                "/attachments",
                "not_supported",
            ),
            (
                "multipart/form-data; boundary=x",
                file,
                "/attachments",
                "not_supported",
            ),
        ] {
            assert_eq!(
                refused(content_type, body),
                (field.to_owned(), code),
                "{body}"
            );
        }
    }

    #[test]
    fn html_becomes_text() {
        let body = json!({"body": "<b>Disk</b> full &amp; hot<br>now", "format": "html"});
        let message = read(JSON, body.to_string().as_bytes()).expect("taken");
        assert_eq!(message.body.as_deref(), Some("Disk full & hot\nnow"));
    }
}
