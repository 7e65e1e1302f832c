//! An account in two halves: what may be shown, and what may not.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::rotation::{self, Previous};

/// Where earlier secrets stand in the sealed half; no field has this path.
const PREVIOUS: &str = "secret_previous";

/// An account's settings.
#[derive(Clone, Default)]
pub struct Account {
    /// As the tenant gave them, without the secrets.
    pub(crate) public: Map<String, Value>,
    /// By path, e.g. `dkim.private_key`.
    pub(crate) secrets: BTreeMap<String, SecretString>,
    /// A webhook's earlier secrets, which sign until they expire.
    pub(crate) previous: Vec<Previous>,
}

impl Account {
    /// The value at a path such as `dkim.domain`.
    pub(crate) fn value(&self, path: &str) -> Option<&Value> {
        match path.split_once('.') {
            Some((group, name)) => self.public.get(group)?.get(name),
            None => self.public.get(path),
        }
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.value(path)?.as_str()
    }

    pub(crate) fn number(&self, path: &str) -> Option<u16> {
        self.value(path)?.as_u64()?.try_into().ok()
    }

    pub(crate) fn secret(&self, path: &str) -> Option<&SecretString> {
        self.secrets.get(path)
    }

    pub(crate) fn put(&mut self, path: &str, value: Value) {
        match path.split_once('.') {
            Some((group, name)) => {
                let group = self
                    .public
                    .entry(group)
                    .or_insert_with(|| Map::new().into());
                if let Value::Object(group) = group {
                    group.insert(name.to_owned(), value);
                }
            }
            None => drop(self.public.insert(path.to_owned(), value)),
        }
    }

    /// The secrets as they are sealed.
    pub(crate) fn secrets_json(&self) -> SecretString {
        let previous = (!self.previous.is_empty()).then(|| rotation::to_json(&self.previous));
        let previous = previous
            .as_ref()
            .map(|text| (PREVIOUS, text.expose_secret()));
        let secrets = self.secrets.iter();
        let plain: BTreeMap<&str, &str> = secrets
            .map(|(path, secret)| (path.as_str(), secret.expose_secret()))
            .chain(previous)
            .collect();
        serde_json::to_string(&plain)
            .expect("texts are JSON")
            .into()
    }

    /// The account of both its halves; `None` where the sealed one is not as it is written above.
    pub(crate) fn of(
        public: Map<String, Value>,
        mut secrets: BTreeMap<String, SecretString>,
    ) -> Option<Self> {
        let previous = match secrets.remove(PREVIOUS) {
            Some(text) => rotation::of_json(&text)?,
            None => Vec::new(),
        };
        Some(Self {
            public,
            secrets,
            previous,
        })
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("public", &self.public)
            .field("secrets", &self.secrets.keys())
            .finish()
    }
}
