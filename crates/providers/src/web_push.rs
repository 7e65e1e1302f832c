//! Keys of Web Push: made with the account, and the public one shown, because browsers subscribe with it.

use campanile_channels::web_push::{WebPushError, WebPushSettings};
use campanile_domain::{Channel, ProviderName};
use campanile_fields::{FieldCode, FieldError};
use campanile_storage::Provider;
use serde_json::Value;

use crate::read::wrong;
use crate::shown::Kept;
use crate::{Account, BuildError};

/// The field of the public key.
pub(crate) const PUBLIC_KEY: &str = "public_key";
/// The field of the private key.
pub(crate) const PRIVATE_KEY: &str = "private_key";

/// The field that replaces the key of all accounts of the tenant at once. It is not stored.
pub(crate) const ROTATE: &str = "rotate_key";

/// Whether the key is to be replaced; then the stored one is not kept, unless another one is given.
pub(crate) fn begin_rotation(account: &mut Account, given: &Value) -> bool {
    let rotates = account.public.remove(ROTATE) == Some(Value::Bool(true));
    if rotates && given.get(PRIVATE_KEY).is_none_or(Value::is_null) {
        account.secrets.remove(PRIVATE_KEY);
    }
    rotates
}

/// An account with the key of another.
pub(crate) fn with_key_of(mut account: Account, other: &Account) -> Account {
    if let (Some(private), Some(public)) = (other.secret(PRIVATE_KEY), other.text(PUBLIC_KEY)) {
        account
            .secrets
            .insert(PRIVATE_KEY.to_owned(), private.clone());
        account.put(PUBLIC_KEY, public.into());
    }
    account
}

/// An account that would have to change, too.
pub(crate) fn cannot_be_opened(name: &ProviderName) -> FieldError {
    let detail = format!("{name} has the same key and cannot be decrypted; remove it first");
    wrong(ROTATE, FieldCode::Contradictory, detail)
}

/// Makes a key where an account of Web Push has none, and shows the public one.
pub(crate) fn complete(channel: Channel, account: &mut Account) -> Result<(), FieldError> {
    if channel != Channel::WebPush {
        return Ok(());
    }
    if account.secret(PRIVATE_KEY).is_none() {
        let made = WebPushSettings::generate_key().ok_or_else(|| {
            let detail = "no key could be made: the system gives no random numbers";
            wrong(PRIVATE_KEY, FieldCode::Required, detail)
        })?;
        account.secrets.insert(PRIVATE_KEY.to_owned(), made);
    }
    let public = settings(account).map_err(field)?.public_key().to_owned();
    account.put(PUBLIC_KEY, public.into());
    Ok(())
}

/// Browsers subscribe to one key, so that whichever account a delivery falls to must have that of the others.
pub(crate) fn check_key(
    others: &[Provider],
    name: &ProviderName,
    channel: Channel,
    account: &Account,
    before: Option<&Account>,
) -> Result<(), FieldError> {
    // An account that was set up before this was checked can still be changed.
    if before.is_some_and(|before| before.text(PUBLIC_KEY) == account.text(PUBLIC_KEY)) {
        return Ok(());
    }
    let mut others = others
        .iter()
        .filter(|one| one.channel == Channel::WebPush && one.name != *name);
    if channel != Channel::WebPush {
        return Ok(());
    }
    let has_other = |one: &&Provider| {
        let theirs = Kept::parse(&one.settings);
        let theirs =
            theirs.and_then(|kept| kept.settings.get(PUBLIC_KEY)?.as_str().map(str::to_owned));
        theirs.as_deref() != account.text(PUBLIC_KEY)
    };
    match others.find(has_other) {
        None => Ok(()),
        Some(other) => {
            let detail = format!(
                "must be the private key of {}: browsers subscribe to one key of the tenant; `rotate_key` replaces it in all accounts",
                other.name
            );
            Err(wrong(PRIVATE_KEY, FieldCode::Contradictory, detail))
        }
    }
}

/// The settings of an account.
pub(crate) fn settings(account: &Account) -> Result<WebPushSettings, WebPushError> {
    let key = account.secret(PRIVATE_KEY).cloned().unwrap_or_default();
    WebPushSettings::parse(account.text("subject").unwrap_or_default(), &key)
}

/// The field that is to blame.
pub(crate) fn field(error: WebPushError) -> FieldError {
    let detail = format!("{} {}", error.field, error.problem);
    wrong(error.field, FieldCode::Invalid, detail)
}

impl From<WebPushError> for BuildError {
    fn from(error: WebPushError) -> Self {
        field(error).into()
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::read;

    fn account(settings: &Value) -> Account {
        let mut account = read::read(Channel::WebPush, settings, None).expect("valid");
        complete(Channel::WebPush, &mut account).expect("a key");
        account
    }

    #[test]
    fn all_accounts_of_a_tenant_have_one_key() {
        use secrecy::ExposeSecret;
        let key = WebPushSettings::generate_key().expect("randomness");
        let with_key =
            json!({"subject": "mailto:ops@example.com", "private_key": key.expose_secret()});
        let first = account(&with_key);
        let [browsers, spare] =
            ["browsers", "spare"].map(|name| ProviderName::parse(name).expect("valid"));
        let stored = Provider {
            tenant: campanile_domain::TenantId::parse("acme").expect("valid"),
            name: browsers.clone(),
            channel: Channel::WebPush,
            settings: Kept::of(&first),
            sealed: Vec::new(),
            weight: None,
            failover_to: None,
            version: Uuid::nil(),
            updated_at: Utc::now(),
        };
        let others = [stored];
        let other = account(&json!({"subject": "mailto:ops@example.com"}));
        for (name, channel, account, is_refused) in [
            (&spare, Channel::WebPush, &account(&with_key), false),
            (&spare, Channel::WebPush, &other, true),
            // Its own key may change: then all subscriptions end.
            (&browsers, Channel::WebPush, &other, false),
            (&spare, Channel::Email, &other, false),
        ] {
            let checked = check_key(&others, name, channel, account, None);
            let field = checked.err().map(|error| error.field);
            let expected = is_refused.then(|| "/settings/private_key".to_owned());
            assert_eq!(field, expected, "{name} {channel}");
        }
    }

    #[test]
    fn a_key_is_made_once_and_its_public_half_is_shown() {
        let settings = json!({"subject": "mailto:ops@example.com"});
        let mut first = read::read(Channel::WebPush, &settings, None).expect("valid");
        complete(Channel::WebPush, &mut first).expect("a key");
        let public = first.text(PUBLIC_KEY).expect("shown").to_owned();
        assert_eq!(public.len(), 87);
        // What was shown may come back, and the key stays.
        let again = json!({"subject": "https://example.com", "public_key": "changed"});
        let mut second = read::read(Channel::WebPush, &again, Some(&first)).expect("valid");
        complete(Channel::WebPush, &mut second).expect("a key");
        assert_eq!(second.text(PUBLIC_KEY), Some(&*public));
        let wrong = json!({"subject": "ops", "private_key": "x"});
        let mut account = read::read(Channel::WebPush, &wrong, None).expect("read");
        let error = complete(Channel::WebPush, &mut account).expect_err("refused");
        assert_eq!(error.field, "/settings/subject");
    }
}
