//! Takes an account out of JSON, or lists every field that is wrong.

use campanile_domain::Channel;
use campanile_fields::{FieldCode, FieldError, FieldErrors};
use serde_json::{Map, Value};

use crate::fields::{self, Field, Kind};
use crate::{Account, recipe};

/// Longer than any name, address or URL that is meant.
const MAX_TEXT_BYTES: usize = 2_048;
/// An RSA key of 4,096 bits has about 3,300 bytes in PEM.
const MAX_SECRET_BYTES: usize = 16 * 1_024;

/// Reads `settings`; `stored` is what stands under the name so far, if it serves the same channel.
pub(crate) fn read(
    channel: Channel,
    settings: &Value,
    stored: Option<&Account>,
) -> Result<Account, FieldErrors> {
    let Some(object) = settings.as_object() else {
        return Err(wrong("", FieldCode::WrongType, "must be a JSON object").into());
    };
    let mut errors = unknown(channel, object);
    let mut account = Account::default();
    for field in fields::of(channel) {
        let holder = match field.group().map(|group| given(object, group)) {
            None => object,
            Some(None) => continue,
            Some(Some(Value::Object(group))) => group,
            Some(Some(_)) => {
                let group = field.group().unwrap_or_default();
                let error = wrong(group, FieldCode::WrongType, "must be a JSON object");
                if !errors.contains(&error) {
                    errors.push(error);
                }
                continue;
            }
        };
        match given(holder, field.name()) {
            Some(value) => match checked(field, value) {
                Ok(()) => take(&mut account, field, value),
                Err((code, detail)) => errors.push(wrong(field.path, code, detail)),
            },
            None if matches!(field.kind, Kind::Secret { .. }) => {}
            None if field.is_required => errors.push(missing(field, "")),
            None => {}
        }
    }
    let named: Vec<String> = errors.iter().map(|error| error.field.clone()).collect();
    for field in fields::of(channel) {
        let Kind::Secret { with } = field.kind else {
            continue;
        };
        let is_meant = field
            .group()
            .is_none_or(|group| given(object, group).is_some_and(Value::is_object));
        let is_settled =
            account.secret(field.path).is_some() || named.contains(&pointer(field.path));
        if !is_meant || is_settled {
            continue;
        }
        let kept = stored.and_then(|stored| Some((stored, stored.secret(field.path)?)));
        match kept {
            Some((stored, secret)) if with.iter().all(|p| stored.value(p) == account.value(p)) => {
                account
                    .secrets
                    .insert(field.path.to_owned(), secret.clone());
            }
            Some(_) if field.is_required => {
                errors.push(missing(
                    field,
                    ", because the fields that decide where it is sent have changed",
                ));
            }
            None if field.is_required => errors.push(missing(field, "")),
            Some(_) | None => {}
        }
    }
    for error in recipe::wrong_settings(channel, &account) {
        if errors.iter().all(|known| known.field != error.field) {
            errors.push(error);
        }
    }
    if errors.is_empty() {
        Ok(account)
    } else {
        Err(errors)
    }
}

/// A field of the account as the caller wrote it: a JSON pointer into the body.
pub(crate) fn pointer(path: &str) -> String {
    match path {
        "" => "/settings".into(),
        path => format!("/settings/{}", path.replace('.', "/")),
    }
}

pub(crate) fn wrong(path: &str, code: FieldCode, detail: impl Into<String>) -> FieldError {
    FieldError::new(pointer(path), code, detail)
}

fn missing(field: &Field, why: &str) -> FieldError {
    wrong(field.path, FieldCode::Required, format!("is required{why}"))
}

fn given<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

fn take(account: &mut Account, field: &Field, value: &Value) {
    match (&field.kind, value) {
        (Kind::Secret { .. }, Value::String(secret)) => {
            let secret = secret.clone().into();
            account.secrets.insert(field.path.to_owned(), secret);
        }
        _ => account.put(field.path, value.clone()),
    }
}

/// No value is ever repeated in what is said about it: it may be a secret in the wrong place.
fn checked(field: &Field, value: &Value) -> Result<(), (FieldCode, String)> {
    let max = match field.kind {
        Kind::Number => {
            let Some(number) = value.as_u64() else {
                return Err((FieldCode::WrongType, "must be a whole number".into()));
            };
            let fits = u16::try_from(number).is_ok();
            return fits.then_some(()).ok_or_else(|| {
                (
                    FieldCode::OutOfRange,
                    format!("must be at most {}", u16::MAX),
                )
            });
        }
        Kind::Switch => {
            let wrong = || (FieldCode::WrongType, "must be true or false".into());
            return value.is_boolean().then_some(()).ok_or_else(wrong);
        }
        Kind::Text => MAX_TEXT_BYTES,
        Kind::Secret { .. } => MAX_SECRET_BYTES,
    };
    let is_secret = matches!(field.kind, Kind::Secret { .. });
    // A key in PEM has line breaks.
    let refused = |c: char| c.is_control() && !(is_secret && matches!(c, '\n' | '\r'));
    match value.as_str() {
        None => Err((FieldCode::WrongType, "must be a string".into())),
        Some("") => Err((FieldCode::TooShort, format!("must be 1 to {max} bytes"))),
        Some(text) if text.len() > max => {
            Err((FieldCode::TooLong, format!("must be 1 to {max} bytes")))
        }
        Some(text) if text.contains(refused) => Err((
            FieldCode::ControlCharacter,
            "must not contain control characters".into(),
        )),
        Some(_) => Ok(()),
    }
}

fn unknown(channel: Channel, object: &Map<String, Value>) -> FieldErrors {
    let fields = fields::of(channel);
    let is_known = |group: Option<&str>, key: &str| {
        let of_group = |field: &&Field| field.group() == group && field.name() == key;
        fields.iter().any(|field| of_group(&field))
    };
    let mut errors = FieldErrors::default();
    let mut refuse = |path: String| {
        let detail = "unknown field";
        errors
            .note(|| FieldError::new(format!("/settings/{path}"), FieldCode::UnknownField, detail));
    };
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    for (key, value) in object {
        if fields
            .iter()
            .any(|field| field.group() == Some(key.as_str()))
        {
            for inner in value.as_object().into_iter().flat_map(Map::keys) {
                if !is_known(Some(key), inner) {
                    refuse(format!("{}/{}", escaped(key), escaped(inner)));
                }
            }
        } else if !is_known(None, key) && !fields::forgotten(channel).contains(&key.as_str()) {
            refuse(escaped(key));
        }
    }
    errors
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
