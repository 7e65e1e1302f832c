//! Who may take over for whom.

use campanile_domain::{Channel, ProviderName};
use campanile_fields::{FieldCode, FieldError};
use campanile_storage::Provider;

/// Checks where an account is to fail over to, and that those that fail over to it still can.
pub(crate) fn check(
    others: &[Provider],
    name: &ProviderName,
    channel: Channel,
    failover_to: Option<&ProviderName>,
) -> Result<(), FieldError> {
    let find = |wanted: &ProviderName| others.iter().find(|one| one.name == *wanted);
    let wrong =
        |field: &str, code, detail: String| FieldError::new(format!("/{field}"), code, detail);
    let follower = others
        .iter()
        .find(|one| one.name != *name && one.failover_to.as_ref() == Some(name));
    if let Some(follower) = follower.filter(|one| one.channel != channel) {
        let (who, theirs) = (&follower.name, follower.channel);
        let detail =
            format!("{name} is the failover target of {who}, which serves {theirs}, not {channel}");
        return Err(wrong("channel", FieldCode::OtherChannel, detail));
    }
    let mut next = failover_to;
    while let Some(there) = next {
        if there == name {
            let detail = format!("the failover targets would form a cycle through {name}");
            return Err(wrong("failover_to", FieldCode::Circular, detail));
        }
        let Some(other) = find(there) else {
            let detail = format!("the tenant has no provider {there}");
            return Err(wrong("failover_to", FieldCode::UnknownValue, detail));
        };
        if other.channel != channel {
            let detail = format!("{there} serves {}, not {channel}", other.channel);
            return Err(wrong("failover_to", FieldCode::OtherChannel, detail));
        }
        next = other.failover_to.as_ref();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use uuid::Uuid;

    use super::*;

    fn name(text: &str) -> ProviderName {
        ProviderName::parse(text).unwrap()
    }

    fn stored(called: &str, channel: Channel, failover_to: Option<&str>) -> Provider {
        Provider {
            tenant: campanile_domain::TenantId::parse("acme").unwrap(),
            name: name(called),
            channel,
            settings: "{}".into(),
            sealed: Vec::new(),
            weight: None,
            failover_to: failover_to.map(name),
            version: Uuid::nil(),
            updated_at: Utc::now(),
        }
    }

    #[test]
    fn only_another_one_of_the_channel_that_does_not_lead_back_takes_over() {
        let others = [
            stored("a", Channel::Push, Some("b")),
            stored("b", Channel::Push, Some("c")),
            stored("c", Channel::Push, None),
            stored("mail", Channel::Email, None),
        ];
        for (called, channel, failover_to, expected) in [
            ("new", Channel::Push, None, None),
            ("new", Channel::Push, Some("a"), None),
            ("c", Channel::Push, None, None),
            ("new", Channel::Push, Some("x"), Some("unknown_value")),
            ("new", Channel::Push, Some("new"), Some("circular")),
            ("c", Channel::Push, Some("a"), Some("circular")),
            ("b", Channel::Push, Some("a"), Some("circular")),
            ("new", Channel::Push, Some("mail"), Some("other_channel")),
            ("c", Channel::Email, None, Some("other_channel")),
        ] {
            let to = failover_to.map(name);
            let checked = check(&others, &name(called), channel, to.as_ref());
            let code = checked.err().map(|error| error.code.name());
            assert_eq!(code, expected, "{called} {channel} {failover_to:?}");
        }
    }
}
