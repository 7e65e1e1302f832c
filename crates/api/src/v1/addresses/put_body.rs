//! An address as a user or a service writes it.

use campanile_app::addresses::AddressDetails;
use campanile_domain::{Channel, UserAddressText};
use campanile_fields::kinds::{one_of, required, text};
use campanile_fields::{FieldErrors, Fields, JsonText, request_body};

request_body! {
    /// An address of a user in a channel.
    pub(super) struct PutBody as UserAddressRequest {
        /// A channel of a chat or phone service in which users have addresses, such as `telegram`.
        #[example("telegram")]
        channel: Channel = required(one_of::<Channel>()),
        /// The address as the service knows it: the id of a chat, a telephone number with its country code, the user's key, or the https
        /// URL of an incoming webhook. `campanile recipe show <channel>` says which.
        #[example("123456789")]
        address: String = required(text(UserAddressText::MAX_BYTES)),
    }
}

/// Reads a body, or lists every wrong field.
pub(super) fn details(body: &JsonText) -> Result<AddressDetails, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = PutBody::read(&mut fields);
    fields.finish_with(|| {
        Some(AddressDetails {
            channel: read.channel?,
            address: read.address?,
        })
    })
}
