//! Whether an address that a user or a service registers can be used: the recipe of its channel says what it looks like, and
//! what is called must be on the public internet.

use campanile_channels::SenderFactory;
use campanile_channels::recipe::recipe;
use campanile_domain::{Channel, UserAddressText};
use campanile_fields::{FieldCode, FieldError};

use crate::recipe::field_code;

/// The fields of a request that registers an address.
const CHANNEL: &str = "/channel";
const ADDRESS: &str = "/address";

/// Whether users can have addresses in a channel.
pub fn has_user_addresses(channel: Channel) -> bool {
    let recipe = recipe(channel).filter(|_| channel.is_served());
    recipe.is_some_and(|recipe| recipe.has_addresses_of_users())
}

/// Whether whoever knows the address can write there. What no recipe describes any more is kept as a secret.
pub fn is_secret_address(channel: Channel, text: &UserAddressText) -> bool {
    recipe(channel).is_none_or(|recipe| recipe.is_secret_address(text.as_str()))
}

/// Checks an address of a user.
///
/// # Errors
/// The wrong field and what it must be, without the address.
pub(crate) async fn check(
    factory: &SenderFactory,
    channel: Channel,
    address: &str,
) -> Result<UserAddressText, FieldError> {
    let wrong = |code, detail: String| FieldError::new(ADDRESS, code, detail);
    let Some(recipe) = recipe(channel).filter(|_| has_user_addresses(channel)) else {
        let all = Channel::all().filter(|one| has_user_addresses(*one));
        let names: Vec<_> = all.map(Channel::name).collect();
        let detail = format!("must be one of {}", names.join(", "));
        return Err(FieldError::new(CHANNEL, FieldCode::UnknownValue, detail));
    };
    let checked = recipe.check_address(address);
    checked.map_err(|(flaw, detail)| wrong(field_code(flaw), detail))?;
    if let Some(url) = recipe.called(address)
        && !recipe.names_host_of_users()
        && factory.guard_of_users().check_resolved(&url).await.is_err()
    {
        let detail = "must lead to a host on the public internet";
        return Err(wrong(FieldCode::Invalid, detail.into()));
    }
    UserAddressText::parse(address).map_err(|why| wrong(FieldCode::Invalid, why.0.into()))
}
