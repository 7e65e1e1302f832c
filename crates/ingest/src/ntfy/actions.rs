//! Buttons. `view` opens a link; the others would act for the user, which no channel of this service does.

use campanile_domain::Action;
use campanile_fields::FieldCode;
use serde_json::Value;

use crate::Refusal;

/// Longer ones are those of no button.
const MAX_BYTES: usize = 8 * 1_024;

/// Reads buttons as JSON, or in the short form `view, label, url, clear=true; …`.
pub(super) fn read(text: &str) -> Result<Vec<(String, String)>, Refusal> {
    let text = text.trim();
    if text.len() > MAX_BYTES {
        return Err(wrong("are too long"));
    }
    if text.starts_with('[') {
        let all: Vec<Value> =
            serde_json::from_str(text).map_err(|_| wrong("must be a JSON list of actions"))?;
        return read_list(&all);
    }
    let parts = split(text, ';')?;
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    let buttons = parts.map(|part| short(part)).collect::<Result<_, _>>()?;
    few(buttons)
}

/// Reads buttons from a JSON list.
pub(super) fn read_list(all: &[Value]) -> Result<Vec<(String, String)>, Refusal> {
    let buttons = all.iter().map(|one| {
        let text = |name: &str| one[name].as_str().unwrap_or_default();
        button(text("action"), text("label"), text("url"))
    });
    few(buttons.collect::<Result<_, _>>()?)
}

fn few(buttons: Vec<(String, String)>) -> Result<Vec<(String, String)>, Refusal> {
    match buttons.len() <= Action::MOST {
        true => Ok(buttons),
        false => Err(wrong("must be at most 3")),
    }
}

/// `view, Open, https://example.com`, or `action=view, label=Open, url=…`.
fn short(text: &str) -> Result<(String, String), Refusal> {
    let mut found = ["", "", ""].map(str::to_owned);
    for (place, part) in split(text, ',')?.into_iter().enumerate() {
        let part = part.trim();
        let (name, value) = part.split_once('=').unwrap_or(("", part));
        match (name.trim().to_ascii_lowercase().as_str(), place) {
            ("action", _) => found[0] = unquoted(value),
            ("label", _) => found[1] = unquoted(value),
            ("url", _) => found[2] = unquoted(value),
            ("clear", _) => {}
            // A link may have an equals sign.
            (_, 0..3) => found[place] = unquoted(part),
            _ => return Err(wrong("have a part that is unknown")),
        }
    }
    let [action, label, url] = found;
    button(&action, &label, &url)
}

fn button(action: &str, label: &str, url: &str) -> Result<(String, String), Refusal> {
    if matches!(action, "http" | "broadcast" | "copy") {
        let detail = "only the action view is supported";
        return Err(Refusal::not_supported("actions", detail));
    }
    if action != "view" {
        return Err(wrong("must be of the kind view"));
    }
    if label.is_empty() || url.is_empty() {
        return Err(wrong("must have a label and a url"));
    }
    Ok((label.to_owned(), url.to_owned()))
}

/// Splits outside of quotation marks.
fn split(text: &str, at: char) -> Result<Vec<&str>, Refusal> {
    let (mut parts, mut from, mut quote) = (Vec::new(), 0, None);
    for (place, c) in text.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') if starts_value(&text[from..place]) => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, _) if c == at => {
                parts.push(&text[from..place]);
                from = place + c.len_utf8();
            }
            _ => {}
        }
    }
    if quote.is_some() {
        return Err(wrong("have a quotation mark that is not closed"));
    }
    parts.push(&text[from..]);
    Ok(parts)
}

/// An apostrophe within a word is a part of it.
fn starts_value(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty() || before.ends_with(['=', ','])
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    for quote in ['"', '\''] {
        let inside = text
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inside) = inside {
            return inside.to_owned();
        }
    }
    text.to_owned()
}

fn wrong(detail: &str) -> Refusal {
    Refusal::wrong("actions", FieldCode::Invalid, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        read(text).expect(text)
    }

    #[test]
    fn all_forms_are_read() {
        let open = ("Open".to_owned(), "https://example.com/?a=b".to_owned());
        for text in [
            "view, Open, https://example.com/?a=b",
            "view, Open, https://example.com/?a=b, clear=true",
            "action=view, label=Open, url=https://example.com/?a=b",
            "action=view, label='Open', url=\"https://example.com/?a=b\";",
            r#"[{"action": "view", "label": "Open", "url": "https://example.com/?a=b"}]"#,
        ] {
            assert_eq!(pairs(text), std::slice::from_ref(&open), "{text}");
        }
        let two = pairs("view, \"a, b; c\", https://x.example; view, it's on, https://y.example");
        assert_eq!((&*two[0].0, &*two[1].0), ("a, b; c", "it's on"));
        assert_eq!(pairs(""), []);
    }

    #[test]
    fn others_are_refused() {
        for text in [
            "view",
            "view, Open",
            "open, Door, https://x.example",
            "view, 'Open, https://x.example",
            "view, a, https://x.example, what=ever",
            "[{]",
            "[7]",
            "http, Close, https://x.example",
            "broadcast, Picture",
            &"view, a, https://x.example;".repeat(4),
            &"x".repeat(MAX_BYTES + 1),
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
