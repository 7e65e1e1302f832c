//! Filters of lists.

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, Error, Value};

use super::{as_text, bounded, check_room, is_nothing, reader, wrong};

pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_filter("length", length);
    environment.add_filter("count", length);
    environment.add_filter("first", first);
    environment.add_filter("last", last);
    environment.add_filter("join", join);
    environment.add_filter("list", list);
    environment.add_filter("reverse", reverse);
    environment.add_filter("unique", unique);
}

/// A list has a length, and a text has characters; nothing has none.
fn length(value: &Value) -> Result<usize, Error> {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Ok(0),
        ValueKind::String => Ok(value.as_str().unwrap_or_default().chars().count()),
        _ => value.len().ok_or_else(|| wrong("this has no length")),
    }
}

/// The values of a list.
fn items(value: &Value) -> Result<Vec<Value>, Error> {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Ok(Vec::new()),
        ValueKind::Seq | ValueKind::Map | ValueKind::Iterable => Ok(value.try_iter()?.collect()),
        _ => Err(wrong("this is no list")),
    }
}

fn first(value: &Value) -> Result<Value, Error> {
    if let Some(text) = value.as_str() {
        return Ok(text.chars().next().map_or(Value::UNDEFINED, Value::from));
    }
    Ok(items(value)?.into_iter().next().unwrap_or_default())
}

fn last(value: &Value) -> Result<Value, Error> {
    if let Some(text) = value.as_str() {
        return Ok(text
            .chars()
            .next_back()
            .map_or(Value::UNDEFINED, Value::from));
    }
    Ok(items(value)?.pop().unwrap_or_default())
}

fn texts(value: &Value) -> Result<Vec<String>, Error> {
    let mut texts = Vec::new();
    let mut bytes = 0;
    for item in items(value)? {
        let text = as_text(&item)?.into_owned();
        bytes += text.len();
        check_length(bytes)?;
        texts.push(text);
    }
    Ok(texts)
}

fn check_length(bytes: usize) -> Result<(), Error> {
    if bytes > crate::limits::MAX_STRING_BYTES {
        check_room(bytes)
    } else {
        Ok(())
    }
}

/// The values with a text between them.
fn join(value: &Value, between: Option<&str>) -> Result<Value, Error> {
    let texts = texts(value)?;
    let between = between.unwrap_or_default();
    check_length(texts.len().saturating_mul(between.len()))?;
    bounded(texts.join(between))
}

/// The values as the reader's language lists them: "Ada, Grace and Joan"; with `or=true`, "or".
fn list(value: &Value, options: Kwargs) -> Result<Value, Error> {
    let or: Option<bool> = options.get("or")?;
    options.assert_all_used()?;
    if is_nothing(value) {
        return Ok(value.clone());
    }
    bounded(reader::list(&texts(value)?, or.unwrap_or(false)))
}

fn reverse(value: &Value) -> Result<Value, Error> {
    let mut items = items(value)?;
    check_room(items.len() * size_of::<Value>())?;
    items.reverse();
    Ok(Value::from(items))
}

/// Each text or number once, in the order of the list.
fn unique(value: &Value) -> Result<Value, Error> {
    let mut seen = std::collections::HashSet::new();
    let mut unique = Vec::new();
    for item in items(value)? {
        if seen.insert(as_text(&item)?.into_owned()) {
            unique.push(item);
        }
    }
    check_room(unique.len() * size_of::<Value>())?;
    Ok(Value::from(unique))
}
