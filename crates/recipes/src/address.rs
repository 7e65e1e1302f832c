//! Whom a service reaches.

use url::Url;

use crate::settings::{Flaw, Setting};

/// Where the addresses of an account's deliveries come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressed {
    /// The account's own: an address among its settings, or the name of the recipe where an address is part of a secret.
    Account(String),
    /// Each user's.
    Users,
}

/// The addresses of a recipe: names at the service, URLs that are called, or both.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    pub(crate) name: Option<Form>,
    pub(crate) url: Option<Form>,
}

/// What an address looks like.
#[derive(Debug)]
pub(crate) struct Form {
    /// The setting of an account that has one address for all.
    pub(crate) setting: Option<String>,
    pub(crate) form: Setting,
}

/// Users' own URLs are called over TLS, unless a recipe says otherwise.
pub(crate) const USUAL_PREFIX: &str = "https://";

/// Whether an address is meant as a URL.
pub(crate) fn is_url(address: &str) -> bool {
    let scheme = address.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| matches!(&*scheme.to_ascii_lowercase(), "http" | "https"))
}

impl Addresses {
    /// The form that an address is meant to have.
    pub(crate) fn form_of(&self, address: &str) -> Option<&Form> {
        match (&self.name, &self.url) {
            (Some(name), Some(url)) => Some(if is_url(address) { url } else { name }),
            (name, url) => name.as_ref().or(url.as_ref()),
        }
    }

    /// Whether it is a URL that is called, and not a name at the service.
    pub(crate) fn is_called(&self, address: &str) -> bool {
        self.url.is_some() && is_url(address)
    }

    /// Whether the URLs of users are all at one host, which the recipe names.
    pub(crate) fn names_host(&self) -> bool {
        let prefix = self.url.as_ref().and_then(|url| url.form.prefix.as_deref());
        prefix.is_some_and(|prefix| Url::parse(prefix).is_ok_and(|url| url.has_host()))
    }

    /// Says what is wrong with an address of a user.
    pub(crate) fn check(&self, address: &str) -> Result<(), (Flaw, String)> {
        let none = || {
            (
                Flaw::Invalid,
                "the service has no addresses of users".to_owned(),
            )
        };
        let Form { form, .. } = self.form_of(address).ok_or_else(none)?;
        form.check_text(address)?;
        match &form.prefix {
            Some(prefix) if !address.starts_with(prefix.as_str()) => {
                Err((Flaw::Invalid, format!("must begin with {prefix}")))
            }
            Some(_) | None => Ok(()),
        }
    }
}
