//! Settings and addresses.

use std::collections::BTreeSet;

use serde_json::Value;

use super::known;
use crate::address::Address;
use crate::file::{AddressFile, SettingFile};
use crate::settings::{Alphabet, Kind, Setting};

/// Longer than any key, name or URL that is meant.
const MAX_BYTES: u64 = 2_048;

pub(super) fn setting(file: &SettingFile) -> Result<Setting, String> {
    let wrong = |what: &str| format!("setting {:?}: {what}", file.name);
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if file.name.is_empty() || !file.name.chars().all(is_name) {
        return Err(wrong("a name has the characters a-z, 0-9 and _"));
    }
    if file.help.is_empty() {
        return Err(wrong("help must say what it is"));
    }
    if (file.kind == Kind::Choice) == file.of.is_empty() {
        return Err(wrong(
            "`of` lists the values of a choice, and of nothing else",
        ));
    }
    if file.required && (file.default.is_some() || file.required_unless.is_some()) {
        return Err(wrong("what is required has no default and no alternative"));
    }
    if file.secret && file.default.is_some() {
        return Err(wrong("a secret has no default"));
    }
    let alphabet = match &file.alphabet {
        None => None,
        Some(written) => Some(
            Alphabet::parse(written)
                .ok_or_else(|| wrong("its alphabet has a range that runs backwards"))?,
        ),
    };
    let least = u64::from(file.kind != Kind::Number);
    let setting = Setting {
        name: file.name.clone(),
        kind: file.kind,
        is_secret: file.secret,
        is_required: file.required,
        required_unless: file.required_unless.clone(),
        help: file.help.clone(),
        example: file.example.clone(),
        default: file.default.clone(),
        min: file.min.unwrap_or(least),
        max: file.max.unwrap_or(MAX_BYTES),
        alphabet,
        prefix: file.prefix.clone(),
        of: file.of.clone(),
    };
    for value in [Some(&setting.example), setting.default.as_ref()]
        .into_iter()
        .flatten()
    {
        setting
            .check(value)
            .map_err(|(_, detail)| wrong(&format!("its example or default {detail}")))?;
    }
    Ok(setting)
}

pub(super) fn address(file: &AddressFile, names: &BTreeSet<&str>) -> Result<Address, String> {
    if let Some(name) = &file.setting {
        known(names, name)?;
    }
    let form = setting(&SettingFile {
        name: file.attribute.clone(),
        kind: Kind::Text,
        secret: false,
        required: true,
        required_unless: None,
        help: file.help.clone(),
        example: Value::String(file.example.clone()),
        default: None,
        min: file.min,
        max: file.max,
        alphabet: file.alphabet.clone(),
        prefix: file.prefix.clone(),
        of: Vec::new(),
    })?;
    Ok(Address {
        attribute: file.attribute.clone(),
        setting: file.setting.clone(),
        form,
    })
}
