//! The body of a PUT, down to its settings.

use campanile_domain::{Channel, ProviderName};
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText};
use serde_json::Value;

use crate::fields;

/// The most that a weight can be.
const MAX_WEIGHT: u64 = 1_000;

/// What a PUT says; the settings are not read yet.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) channel: Channel,
    pub(crate) settings: Value,
    pub(crate) weight: Option<u32>,
    pub(crate) failover_to: Option<ProviderName>,
}

/// Reads everything but the settings, or lists what is wrong.
pub(crate) fn read(body: &JsonText) -> Result<Body, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let has_channel = fields.required("channel").is_some();
    let channel: Option<Channel> = has_channel.then(|| fields.name("channel")).flatten();
    if let Some(channel) = channel
        && fields::of(channel).is_empty()
    {
        let detail =
            format!("this version does not support tenants' providers for the channel {channel}");
        fields.wrong("channel", FieldCode::NotSupported, detail);
    }
    let settings = settings(&mut fields);
    let weight = weight(&mut fields);
    let failover_to = failover_to(&mut fields);
    match (channel, settings, fields.finish()) {
        (Some(channel), Some(settings), errors) if errors.is_empty() => Ok(Body {
            channel,
            settings,
            weight,
            failover_to,
        }),
        (_, _, errors) => Err(errors),
    }
}

/// The account as a tree; each channel has fields of its own ([`crate::read`]).
fn settings(fields: &mut Fields<'_>) -> Option<Value> {
    let settings = fields.required("settings")?.value();
    if settings.is_none() {
        let detail = "contains an unpaired surrogate, or is nested too deeply";
        fields.wrong("settings", FieldCode::Invalid, detail);
    }
    settings
}

fn weight(fields: &mut Fields<'_>) -> Option<u32> {
    let given = fields.get("weight")?;
    match given.as_u64() {
        Some(weight @ 1..=MAX_WEIGHT) => return u32::try_from(weight).ok(),
        None if !given.is_number() => {
            fields.wrong("weight", FieldCode::WrongType, "must be a whole number");
        }
        _ => {
            let detail = format!("must be a whole number from 1 to {MAX_WEIGHT}");
            fields.wrong("weight", FieldCode::OutOfRange, detail);
        }
    }
    None
}

fn failover_to(fields: &mut Fields<'_>) -> Option<ProviderName> {
    let given = fields.get("failover_to")?;
    let text = fields.string_at("failover_to", given, "must be a string")?;
    let name = ProviderName::parse(&text);
    // A name that no provider can have is not there either.
    if name.is_err() {
        fields.wrong(
            "failover_to",
            FieldCode::UnknownValue,
            "the tenant has no such provider",
        );
    }
    name.ok()
}
