//! The body of a PUT, down to its settings.

use campanile_domain::{Channel, ProviderName};
use campanile_fields::kinds::{Kind, one_of, optional, parsed, required, whole};
use campanile_fields::{FieldCode, FieldErrors, Fields, Json, JsonText, ValueSchema, request_body};
use serde_json::{Value, json};

use crate::fields;

/// The most that a weight can be.
const MAX_WEIGHT: u32 = 1_000;

request_body! {
    /// A provider account to create or replace.
    pub struct ProviderBody as ProviderSettings {
        /// `push`, `web_push`, `apns`, `email`, `webhook`, `slack`, `discord` or `pushover`.
        #[example("push")]
        channel: Channel = required(one_of::<Channel>()),
        /// The settings of the channel. Fields marked with an asterisk are encrypted and never returned. `push`:
        /// `project_id`, `client_email`, `private_key`*, `private_key_id`, `token_uri`, `endpoint`; the file of a Google
        /// service account is accepted as it is. `web_push`: `subject` (a `mailto:` or https URL at which push services reach you), `private_key`*
        /// (32 bytes in base64url; made if there is none), and the `public_key` that browsers subscribe with. `apns`: `key_id`, `team_id`,
        /// `private_key`* (the text of the file `AuthKey_….p8`), `topics` (bundle ids of the apps, separated by commas), `endpoint`. `email`: `host`, `port`, `tls` (`starttls`, `tls` or `none`),
        /// `username`, `password`*, `from`, `connections`, `helo` (the name in EHLO), `dkim` (`domain`, `selector`,
        /// `private_key`*). `webhook`: `url`, `secret`*, `secret_overlap_hours` (0 to 720, default 24: how long the
        /// previous secret still signs). `slack`: `url`* of an incoming webhook, or `token`* of a bot with `channel`; `endpoint`.
        /// `discord`: `url`* of a webhook, `username`. `pushover`: `token`*, `user_key`, `device`, `sound`, `emergency`,
        /// `retry_seconds`, `expire_seconds`, `endpoint`. `campanile provider explain` says what each of these is.
        settings: Value = required(Tree),
        /// Weight among the tenant's providers of the channel; decides the share of deliveries.
        weight: u32 = optional(whole(1..=MAX_WEIGHT)),
        /// The failover target: another provider of the channel, which takes over while this one is unavailable.
        failover_to: ProviderName = optional(parsed(target).code(FieldCode::UnknownValue)),
    }
}

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
    let read = ProviderBody::read(&mut fields);
    if let Some(channel) = read.channel
        && fields::of(channel).is_empty()
    {
        let detail =
            format!("this version does not support tenants' providers for the channel {channel}");
        fields.wrong("channel", FieldCode::NotSupported, detail);
    }
    fields.finish_with(|| {
        Some(Body {
            channel: read.channel?,
            settings: read.settings?,
            weight: read.weight,
            failover_to: read.failover_to,
        })
    })
}

/// A name that no provider can have is not there either.
fn target(name: &str) -> Result<ProviderName, &'static str> {
    ProviderName::parse(name).map_err(|_| "the tenant has no such provider")
}

/// The account as a tree; the fields depend on the channel ([`crate::read`]).
struct Tree;

impl Kind for Tree {
    type Value = Value;

    fn read<'a>(&self, fields: &mut Fields<'a>, field: &str, value: Json<'a>) -> Option<Value> {
        let tree = value.value();
        if tree.is_none() {
            let detail = "contains an unpaired surrogate, or is nested too deeply";
            fields.wrong(field, FieldCode::Invalid, detail);
        }
        tree
    }

    fn schema(&self) -> ValueSchema {
        ValueSchema::new(json!({"type": "object"}))
    }
}
