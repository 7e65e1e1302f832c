//! The first version of the API, a folder per resource and a file per endpoint.

mod address;
mod id_path;
mod if_match;
mod json_body;
mod locality;
mod long_work;
mod responses;
mod send_call;

pub(crate) use json_body::JsonBody;

pub(crate) mod addresses;
pub(crate) mod admin;
pub(crate) mod devices;
pub(crate) mod events;
pub(crate) mod fanouts;
pub(crate) mod magic_links;
pub(crate) mod notifications;
pub(crate) mod preferences;
pub(crate) mod topics;
pub(crate) mod users;
