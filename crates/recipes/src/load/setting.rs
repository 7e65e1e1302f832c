//! Settings and addresses.

use campanile_domain::UserAddressText;
use serde_json::Value;

use crate::address::{Form, USUAL_PREFIX};
use crate::file::{AddressFile, SettingFile};
use crate::settings::{Alphabet, Kind, Setting};

/// Longer than any key, name or URL that is meant.
const MAX_BYTES: u64 = 2_048;
/// What is stored of a user's address.
const MAX_ADDRESS_BYTES: u64 = UserAddressText::MAX_BYTES as u64;

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

/// `kind` is that of a name or of a URL.
pub(super) fn address(
    file: &AddressFile,
    kind: Kind,
    settings: &[Setting],
) -> Result<Form, String> {
    let (table, is_url) = match kind {
        Kind::Url => ("address_url", true),
        _ => ("address", false),
    };
    let wrong = |what: &str| format!("{table}: {what}");
    if let Some(name) = &file.setting {
        let one = settings.iter().find(|one| one.name == *name);
        let one = one.ok_or_else(|| wrong(&format!("there is no setting {name:?}")))?;
        if is_url != (one.kind == Kind::Url) {
            return Err(wrong("its setting is of the kind url if it is one itself"));
        }
    }
    let usual = is_url.then(|| USUAL_PREFIX.to_owned());
    let form = setting(&SettingFile {
        name: "address".into(),
        kind,
        secret: file.secret || is_url,
        required: true,
        required_unless: None,
        help: file.help.clone(),
        example: Value::String(file.example.clone()),
        default: None,
        min: file.min,
        max: Some(file.max.unwrap_or(MAX_ADDRESS_BYTES)),
        alphabet: file.alphabet.clone(),
        prefix: file.prefix.clone().or(usual),
        of: Vec::new(),
    })
    .map_err(|what| wrong(&what))?;
    let prefix = form.prefix.as_deref().unwrap_or_default();
    let ends = |scheme: &str| {
        prefix
            .strip_prefix(scheme)
            .is_some_and(|rest| rest.is_empty() || rest.contains('/'))
    };
    // Otherwise `https://host` would be the beginning of `https://host.example`.
    if is_url && !ends("https://") && !ends("http://") {
        return Err(wrong(
            "its prefix is a scheme, or a scheme and a host with / after it",
        ));
    }
    if form.max > MAX_ADDRESS_BYTES {
        return Err(wrong(&format!("max is {MAX_ADDRESS_BYTES} at most")));
    }
    Ok(Form {
        setting: file.setting.clone(),
        form,
    })
}
