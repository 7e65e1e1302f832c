//! Whom a service reaches.

use crate::settings::Setting;

/// Where the addresses of an account's deliveries come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressed {
    /// The account's own: an address among its settings, or the name of the recipe where an address is part of a secret.
    Account(String),
    /// Each user's, from this attribute.
    Users(String),
}

/// The address of a recipe.
#[derive(Debug)]
pub(crate) struct Address {
    /// The attribute of a user.
    pub(crate) attribute: String,
    /// The setting of an account that has one address for all.
    pub(crate) setting: Option<String>,
    /// What an address looks like.
    pub(crate) form: Setting,
}
