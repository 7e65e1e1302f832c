//! Accounts of Apple's push service.

use campanile_channels::apns::{ApnsAccount, ApnsError, ApnsSettings};
use campanile_fields::FieldCode;

use crate::read::wrong;
use crate::{Account, BuildError};

/// The settings of an account.
pub(crate) fn settings(account: &Account) -> Result<ApnsSettings, ApnsError> {
    let text = |name| account.text(name).unwrap_or_default().to_owned();
    ApnsSettings::parse(&ApnsAccount {
        key_id: text("key_id"),
        team_id: text("team_id"),
        private_key: account.secret("private_key").cloned().unwrap_or_default(),
        topics: text("topics"),
        endpoint: account.text("endpoint").map(str::to_owned),
    })
}

impl From<ApnsError> for BuildError {
    fn from(error: ApnsError) -> Self {
        wrong(error.field, FieldCode::Invalid, error.to_string()).into()
    }
}
