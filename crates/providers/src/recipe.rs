//! Accounts of channels that a recipe describes.

use std::collections::BTreeMap;

use campanile_channels::recipe::recipe;
use campanile_domain::Channel;
use campanile_fields::{FieldCode, FieldError};
use campanile_recipes::{Addressed, Flaw, Kind, Recipe, SettingError, Settings};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use url::Url;

use crate::Account;
use crate::read::wrong;

/// What the recipe finds wrong with an account; nothing for channels without a recipe.
pub(crate) fn wrong_settings(channel: Channel, account: &Account) -> Vec<FieldError> {
    let checked = recipe(channel).map(|recipe| settings(recipe, account));
    let errors = checked.and_then(Result::err).unwrap_or_default();
    errors.into_iter().map(field_error).collect()
}

/// The settings of an account.
pub(crate) fn settings(recipe: &Recipe, account: &Account) -> Result<Settings, Vec<SettingError>> {
    let open = account.public.iter();
    let open = open.map(|(name, value)| (name.clone(), value.clone()));
    let secret = account.secrets.iter();
    let secret = secret.map(|(name, value)| (name.clone(), value.expose_secret().into()));
    recipe.accept(open.chain(secret).collect::<BTreeMap<_, _>>())
}

/// The address of an account's deliveries, if it is not its users'.
pub(crate) fn own_address(
    channel: Channel,
    open: &Map<String, Value>,
    secret: &[String],
) -> Option<String> {
    match recipe(channel)?.addressed(open, secret) {
        Addressed::Account(address) => Some(address),
        Addressed::Users => None,
    }
}

/// The addresses that an account of a channel with a recipe calls, by the names of its settings.
pub(crate) fn places(channel: Channel, account: &Account) -> Vec<(&'static str, Url)> {
    let settings = recipe(channel).map_or(&[][..], |recipe| &recipe.settings);
    let places = settings.iter().filter(|one| one.kind == Kind::Url);
    let places = places.filter_map(|one| {
        let secret = account.secret(&one.name).map(ExposeSecret::expose_secret);
        let text = secret.or_else(|| account.text(&one.name))?;
        Some((one.name.as_str(), Url::parse(text).ok()?))
    });
    places.collect()
}

pub(crate) fn field_error(SettingError { name, flaw, detail }: SettingError) -> FieldError {
    wrong(&name, field_code(flaw), detail)
}

pub(crate) const fn field_code(flaw: Flaw) -> FieldCode {
    match flaw {
        Flaw::Required => FieldCode::Required,
        Flaw::WrongType => FieldCode::WrongType,
        Flaw::Invalid => FieldCode::Invalid,
        Flaw::UnknownValue => FieldCode::UnknownValue,
        Flaw::TooShort => FieldCode::TooShort,
        Flaw::TooLong => FieldCode::TooLong,
        Flaw::OutOfRange => FieldCode::OutOfRange,
    }
}
