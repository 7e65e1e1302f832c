//! One address as its user and their service see it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use campanile_app::addresses::{AddressError, RegisteredAddress};
use campanile_domain::{Channel, UserAddress};
use campanile_providers::is_secret_address;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::v1::address::shorten;

/// Where a user is reached through a channel of a chat or phone service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserAddress)]
pub(super) struct Item {
    #[schema(value_type = String, example = "telegram")]
    channel: Channel,
    /// The address. It is shortened where anyone who knows it could write to the user, as with the URL of a webhook.
    #[schema(example = "123456789")]
    address: String,
    /// When the user first had an address in this channel.
    created_at: DateTime<Utc>,
    /// When the address was last set.
    updated_at: DateTime<Utc>,
    /// Since when the address is known not to exist; it is not used until it is set again.
    gone_at: Option<DateTime<Utc>>,
}

/// All addresses of a user, by channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserAddresses)]
pub(super) struct List {
    // One for each channel, so there are no pages.
    #[schema(max_items = 128)]
    addresses: Vec<Item>,
}

const _: () = assert!(Channel::MOST == 128, "the document says so in `max_items`");

impl From<UserAddress> for Item {
    fn from(one: UserAddress) -> Self {
        let (channel, text) = (one.channel, one.text.as_str());
        Self {
            channel,
            address: match is_secret_address(channel, &one.text) {
                true => shorten(channel, text),
                false => text.to_owned(),
            },
            created_at: one.created_at,
            updated_at: one.updated_at,
            gone_at: one.gone_at,
        }
    }
}

impl From<Vec<UserAddress>> for List {
    fn from(all: Vec<UserAddress>) -> Self {
        let addresses = all.into_iter().map(Item::from).collect();
        Self { addresses }
    }
}

/// The answer to a registration.
pub(super) fn registered(registered: RegisteredAddress) -> Response {
    let status = match registered.is_new {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    (status, Json(Item::from(registered.address))).into_response()
}

impl From<AddressError> for Problem {
    fn from(error: AddressError) -> Self {
        match error {
            AddressError::Field(field) => field.into(),
            AddressError::Storage(error) => error.into(),
        }
    }
}
