//! The ways to call a service, of which one fits a delivery.

use campanile_domain::Priority;
use http::Method;
use http::header::HeaderName;
use serde_json::Value;

use crate::Recipe;
use crate::file::Format;
use crate::settings::Settings;
use crate::template::{Part, Placeholder, Template, Tree};

/// One way to call the service.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) when: Option<When>,
    pub(crate) method: Method,
    pub(crate) url: Template,
    pub(crate) headers: Vec<(HeaderName, Template)>,
    pub(crate) basic: Option<(Template, Template)>,
    pub(crate) format: Format,
    pub(crate) body: Tree,
}

/// For which accounts and notifications a call is made.
#[derive(Debug)]
pub(crate) struct When {
    pub(crate) setting: Option<String>,
    pub(crate) equals: Option<Value>,
    pub(crate) priority: Vec<Priority>,
}

impl When {
    fn holds(&self, settings: &Settings, priority: Priority) -> bool {
        let setting = self.setting.as_ref().is_none_or(|name| {
            let given = settings.0.get(name);
            given.is_some()
                && self
                    .equals
                    .as_ref()
                    .is_none_or(|value| given == Some(value))
        });
        setting && (self.priority.is_empty() || self.priority.contains(&priority))
    }
}

impl Call {
    /// Whether the address itself is called.
    pub(crate) fn is_at_address(&self) -> bool {
        matches!(self.url.0.first(), Some(Part::Value(Placeholder::Address)))
    }

    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        let headers = self
            .headers
            .iter()
            .flat_map(|(_, value)| value.placeholders());
        let basic = self
            .basic
            .iter()
            .flat_map(|(user, password)| user.placeholders().chain(password.placeholders()));
        self.url
            .placeholders()
            .chain(headers)
            .chain(basic)
            .chain(self.body.placeholders())
    }
}

impl Recipe {
    /// The way to call for these settings and this priority, for everything that an account sends to one address.
    pub(crate) fn call(&self, settings: &Settings, priority: Priority) -> &Call {
        let mut ways = self.ways(settings, priority);
        ways.next().expect("the last way to call has no condition")
    }

    /// The way to call an address of a user.
    pub(crate) fn call_of_user(
        &self,
        settings: &Settings,
        priority: Priority,
        address: &str,
    ) -> Option<&Call> {
        let is_called = self.addresses.is_called(address);
        self.ways(settings, priority)
            .find(|call| call.is_at_address() == is_called)
    }

    fn ways<'c, 's>(
        &'c self,
        settings: &'s Settings,
        priority: Priority,
    ) -> impl Iterator<Item = &'c Call> + use<'c, 's> {
        self.calls.iter().filter(move |call| {
            let when = call.when.as_ref();
            when.is_none_or(|when| when.holds(settings, priority))
        })
    }
}
