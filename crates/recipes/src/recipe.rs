//! A recipe that has been checked.

use std::collections::BTreeMap;

use campanile_domain::Priority;
use serde_json::{Map, Value};
use url::Url;

use crate::address::{Addressed, Addresses};
use crate::file::LimitsFile;
use crate::limits::Markup;
use crate::reply::{Defaults, Rule};
use crate::request::Call;
use crate::settings::{Flaw, Kind, Setting, SettingError, Settings};
use crate::template::Placeholder;

/// How one service is called.
#[derive(Debug)]
pub struct Recipe {
    /// Its name in settings and files.
    pub name: String,
    /// Its name as people write it.
    pub title: String,
    /// What it delivers to, in a sentence.
    pub about: String,
    /// The pages of the service that it follows.
    pub documentation: Vec<String>,
    /// When they were read.
    pub read: String,
    /// What could not be compared with them.
    pub unchecked: Option<String>,
    /// The settings of an account, in the order in which they are explained.
    pub settings: Vec<Setting>,
    pub(crate) addresses: Addresses,
    pub(crate) calls: Vec<Call>,
    pub(crate) limits: LimitsFile,
    pub(crate) markup: Markup,
    pub(crate) priorities: BTreeMap<&'static str, Map<String, Value>>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) defaults: Defaults,
}

/// Calls in flight per account, where the service names no limit.
const CALLS_AT_ONCE: usize = 16;

impl Recipe {
    /// Calls in flight per account.
    pub fn concurrency(&self) -> usize {
        self.limits.concurrency.unwrap_or(CALLS_AT_ONCE)
    }

    /// Calls per second and account, if the service limits them.
    pub fn calls_per_second(&self) -> Option<f64> {
        self.limits.calls_per_second
    }

    /// Checks the settings of an account and adds what is left out.
    ///
    /// # Errors
    /// Every setting that is wrong or missing, in the order of the recipe.
    pub fn accept(
        &self,
        mut given: BTreeMap<String, Value>,
    ) -> Result<Settings, Vec<SettingError>> {
        let mut errors = Vec::new();
        let wrong = |name: &str, flaw, detail: String| SettingError {
            name: name.to_owned(),
            flaw,
            detail,
        };
        for name in given.keys() {
            if self.settings.iter().all(|setting| setting.name != *name) {
                errors.push(wrong(name, Flaw::Invalid, "unknown field".into()));
            }
        }
        for setting in &self.settings {
            match given.get(&setting.name) {
                Some(value) => {
                    if let Err((flaw, detail)) = setting.check(value) {
                        errors.push(wrong(&setting.name, flaw, detail));
                    }
                }
                None if setting.is_required => {
                    errors.push(wrong(&setting.name, Flaw::Required, "is required".into()))
                }
                None => match &setting.required_unless {
                    Some(other) if !given.contains_key(other) => {
                        let detail = format!("is required unless {other} is given");
                        errors.push(wrong(&setting.name, Flaw::Required, detail));
                    }
                    Some(_) | None => {}
                },
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        for setting in &self.settings {
            if let Some(default) = &setting.default {
                given
                    .entry(setting.name.clone())
                    .or_insert_with(|| default.clone());
            }
        }
        Ok(Settings(given))
    }

    /// Where the addresses of an account's deliveries come from. `open` are its settings that may be shown, `secret` the
    /// names of the others.
    pub fn addressed(&self, open: &Map<String, Value>, secret: &[String]) -> Addressed {
        let hidden = secret.iter().map(|name| (name.clone(), Value::Null));
        let known = open
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .chain(hidden);
        let settings = Settings(known.collect());
        let call = self.call(&settings, Priority::Normal);
        let is_needed = call
            .placeholders()
            .any(|placeholder| *placeholder == Placeholder::Address);
        let form = match call.is_at_address() {
            true => &self.addresses.url,
            false => &self.addresses.name,
        };
        match form {
            Some(form) if is_needed => {
                let own = form.setting.as_ref().and_then(|name| settings.0.get(name));
                match own {
                    None => Addressed::Users,
                    Some(Value::String(own)) => Addressed::Account(own.clone()),
                    // It is among the secrets.
                    Some(_) => Addressed::Account(self.name.clone()),
                }
            }
            _ => Addressed::Account(self.name.clone()),
        }
    }

    /// Whether users can have addresses of their own.
    pub fn has_addresses_of_users(&self) -> bool {
        self.addresses.name.is_some() || self.addresses.url.is_some()
    }

    /// Says what is wrong with an address of a user.
    ///
    /// # Errors
    /// The flaw, and what the address must be.
    pub fn check_address(&self, address: &str) -> Result<(), (Flaw, String)> {
        self.addresses.check(address)
    }

    /// Whether whoever knows a user's address can write there.
    pub fn is_secret_address(&self, address: &str) -> bool {
        let form = self.addresses.form_of(address);
        form.is_none_or(|form| form.form.is_secret)
    }

    /// The URL that is called, if a user's address is one.
    pub fn called(&self, address: &str) -> Option<Url> {
        let is_called = self.addresses.is_called(address);
        is_called.then(|| Url::parse(address).ok()).flatten()
    }

    /// Whether the URLs of users are all at one host that this recipe names.
    pub fn names_host_of_users(&self) -> bool {
        self.addresses.names_host()
    }

    /// What addresses of users are, in sentences, with an example each.
    pub fn address_help(&self) -> impl Iterator<Item = (&str, &Value)> {
        let forms = self.addresses.name.iter().chain(&self.addresses.url);
        forms.map(|form| (form.form.help.as_str(), &form.form.example))
    }

    /// The settings that decide where calls go. A stored secret is kept only while they stay as they are: a secret that
    /// could be sent elsewhere could be read there.
    pub fn places(&self) -> impl Iterator<Item = &str> {
        let places = self
            .settings
            .iter()
            .filter(|setting| setting.kind == Kind::Url && !setting.is_secret);
        places.map(|setting| setting.name.as_str())
    }
}
