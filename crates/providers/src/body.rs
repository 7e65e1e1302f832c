//! The body of a PUT, down to its settings.

use campanile_domain::Channel;
use campanile_intake::{FieldError, Fields};
use serde_json::Value;

use crate::fields;

/// Channel and settings; the settings are not read yet.
pub(crate) fn read(body: &Value) -> Result<(Channel, &Value), Vec<FieldError>> {
    let mut fields = Fields::of(body)?;
    let has_channel = fields.required("channel").is_some();
    let channel: Option<Channel> = has_channel.then(|| fields.name("channel")).flatten();
    if let Some(channel) = channel
        && fields::of(channel).is_empty()
    {
        let detail = format!("{channel} has no providers of tenants in this version");
        fields.wrong("channel", "not_supported", detail);
    }
    let settings = fields.required("settings");
    match fields.get("weight") {
        None => {}
        Some(weight) if weight.as_u64() == Some(1) => {}
        Some(weight) if weight.is_u64() => {
            let detail = "weights are not served by this version; leave it out";
            fields.wrong("weight", "not_supported", detail);
        }
        Some(_) => fields.wrong("weight", "wrong_type", "weight is a whole number"),
    }
    // Not before a delivery remembers which account its ambiguous attempt went to: another account
    // could send it twice.
    if fields.get("failover_to").is_some() {
        let detail = "failover is not served by this version; leave it out";
        fields.wrong("failover_to", "not_supported", detail);
    }
    match (channel, settings, fields.finish()) {
        (Some(channel), Some(settings), errors) if errors.is_empty() => Ok((channel, settings)),
        (_, _, errors) => Err(errors),
    }
}
