//! Reads a TOML file into a layer; unknown sections and keys are refused, so that a typo never goes unnoticed.

use toml::{Table, Value};

use crate::error::{SettingError, SettingErrors};
use crate::key::Key;
use crate::layers::{Layer, one_of};
use crate::sections::all_keys;

/// Reads `text`; `name` is the file in error messages.
pub(crate) fn layer(text: &str, name: &str, problems: &mut SettingErrors) -> Layer {
    let mut layer = Layer::new();
    let table = match text.parse::<Table>() {
        Ok(table) => table,
        Err(error) => {
            problems.push(SettingError::new(
                format!("settings file {name}"),
                syntax(text, &error),
            ));
            return layer;
        }
    };
    for (section, content) in table {
        let Value::Table(mut entries) = content else {
            refuse(problems, &section, name, "is outside any section");
            continue;
        };
        let mut keys = all_keys().filter(|key| key.section == section).peekable();
        if keys.peek().is_none() {
            refuse(problems, &section, name, "is not a section");
            continue;
        }
        for key in keys {
            if let Some(raw) = take(key, &mut entries, name, problems) {
                layer.insert(key.env, raw);
            }
        }
        for unknown in entries.keys() {
            refuse(
                problems,
                &format!("{section}.{unknown}"),
                name,
                "is not a setting",
            );
        }
    }
    layer
}

fn refuse(problems: &mut SettingErrors, setting: &str, file: &str, what: &str) {
    let problem = format!("{what}, expected one of those in `docs/reference/settings.md`");
    problems.push(SettingError::new(format!("{setting} in {file}"), problem));
}

/// Takes a key and its `_file` variant out of a section.
fn take(
    key: &'static Key,
    entries: &mut Table,
    file: &str,
    problems: &mut SettingErrors,
) -> Option<crate::layers::Raw> {
    let mut named = |name: &str, problems: &mut SettingErrors| {
        let setting = format!("{}.{name} in {file}", key.section);
        let value = entries.remove(name)?;
        match text_of(value) {
            Ok(text) => Some(text).filter(|text| !text.trim().is_empty()),
            Err(problem) => {
                problems.push(SettingError::about(key, setting, problem));
                None
            }
        }
    };
    let file_name = format!("{}_file", key.name);
    let value = named(key.name, problems);
    let path = if key.from_file {
        named(&file_name, problems)
    } else {
        None
    };
    let value_setting = format!("{} in {file}", key.path());
    let file_setting = format!("{}_file in {file}", key.path());
    one_of(
        key,
        (&value_setting, value),
        (&file_setting, path),
        problems,
    )
}

/// Writes a value the way the environment would carry it, so that both are parsed by the same code.
fn text_of(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Float(number) => Ok(number.to_string()),
        Value::Boolean(truth) => Ok(truth.to_string()),
        Value::Array(items) => {
            let items: Result<Vec<_>, _> = items.into_iter().map(text_of).collect();
            Ok(items?.join(","))
        }
        Value::Datetime(_) | Value::Table(_) => {
            Err("must be a text, a number or a list".to_owned())
        }
    }
}

/// Reports place and reason, but not the line itself as the parser would: it may contain a password.
fn syntax(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or(1, |span| {
        text.bytes()
            .take(span.start)
            .filter(|byte| *byte == b'\n')
            .count()
            + 1
    });
    let reason = error.message().lines().collect::<Vec<_>>().join(", ");
    format!("line {line} is not TOML ({reason}), expected lines like `key = \"value\"`")
}
