//! Handlers of the API and commands write through `app`, where a write gets its clock and all that it entails (ADR 52).

use anyhow::{Result, bail};

use super::imports::violations;

/// Where the rule holds.
const ROOMS: [&str; 2] = ["crates/api/src/v1", "crates/campanile/src/commands"];

/// What they must not call on `storage`.
const WRITES: [&str; 15] = [
    "add_tenant",
    "begin_tenant_removal",
    "change_tenant",
    "create_tenant",
    "create_tenant_with",
    "put_api_key",
    "put_device",
    "remove_device",
    "revoke_api_key",
    "set_link_schemes",
    "set_locale",
    "set_push_badge",
    "set_retry_ladder",
    "subscribe",
    "unsubscribe",
];

/// Reads their sources.
///
/// # Errors
/// Names every write that goes around `app`.
pub fn check() -> Result<()> {
    let violations = violations(&ROOMS, "storage.", forbidden)?;
    if !violations.is_empty() {
        bail!(
            "handlers and commands write through campanile-app:\n  {}",
            violations.join("\n  ")
        );
    }
    Ok(())
}

/// The writes that are called on `storage`, however the call is broken into lines.
fn forbidden(text: &str) -> Vec<&str> {
    let calls = text.split("storage").skip(1).filter_map(|rest| {
        let rest = rest.trim_start();
        let rest = rest.strip_prefix(".as_ref()").unwrap_or(rest).trim_start();
        let call = rest.strip_prefix('.')?;
        let end = call.find('(')?;
        Some(&call[..end])
    });
    calls.filter(|name| WRITES.contains(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_and_commands_write_through_app() {
        check().expect("no write around it");
    }

    #[test]
    fn a_write_around_app_is_found() {
        let text = "let user = storage.user(tenant, id).await?;\n\
                    let done = storage\n        .put_device(&device)\n        .await?;\n\
                    self.storage.as_ref().subscribe(tenant, topic);\n\
                    topics::unsubscribe(storage, clock);";
        assert_eq!(forbidden(text), ["put_device", "subscribe"]);
    }
}
