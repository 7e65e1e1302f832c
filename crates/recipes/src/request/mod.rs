//! Writes the request of a delivery.

mod call;
mod place;
mod values;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method};
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::file::Format;
use crate::settings::Settings;
use crate::template::{Placeholder, plain};
use crate::{Message, Recipe};

pub(crate) use call::{Call, When};

/// A request, ready to be sent.
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// The headers, which may hold secrets.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl fmt::Debug for HttpRequest {
    /// Addresses, headers and bodies hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {} bytes", self.method, self.body.len())
    }
}

/// Why there is no request; no value is part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Neither the user nor the account has an address.
    #[error("there is no address")]
    NoAddress,
    /// The address does not have the form that the service requires.
    #[error("the address does not have the form that the service requires")]
    Address,
    /// A setting cannot be part of a URL or header.
    #[error("the settings do not make a valid request")]
    Settings,
}

impl Recipe {
    /// The request that delivers a message with an account. `address` is the user's; it is empty where everything goes to the
    /// account's own.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn request(
        &self,
        settings: &Settings,
        address: &str,
        message: &Message<'_>,
    ) -> Result<HttpRequest, RequestError> {
        let priority = message.notification.priority;
        let call = match address {
            "" => self.call(settings, priority),
            address => self
                .call_of_user(settings, priority, address)
                .ok_or(RequestError::Address)?,
        };
        let address = match call.placeholders().any(|p| *p == Placeholder::Address) {
            true => Some(self.address(call, settings, address)?),
            false => None,
        };
        let values =
            |placeholder: &Placeholder| self.value(placeholder, settings, address, message);
        let url = place::url(&call.url, &values)?;
        let mut headers = HeaderMap::new();
        for (name, template) in &call.headers {
            // A header whose value is a setting that is not given is not sent.
            if template
                .placeholders()
                .any(|placeholder| values(placeholder).is_none())
            {
                continue;
            }
            headers.insert(
                name.clone(),
                header(&template.text(&values, str::to_owned))?,
            );
        }
        if let Some((user, password)) = &call.basic {
            let [user, password] = [user, password].map(|one| one.text(&values, str::to_owned));
            if !user.is_empty() || !password.is_empty() {
                let credentials = STANDARD.encode(format!("{user}:{password}"));
                headers.insert(AUTHORIZATION, header(&format!("Basic {credentials}"))?);
            }
        }
        let tree = call.body.fill(&values).unwrap_or(Value::Null);
        let (content_type, body) = match call.format {
            Format::Json => ("application/json", tree.to_string()),
            Format::Form => ("application/x-www-form-urlencoded", form(&tree)),
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let body = body.into_bytes();
        Ok(HttpRequest {
            method: call.method.clone(),
            url,
            headers,
            body,
        })
    }
}

impl Recipe {
    /// The address of a request: the user's, or the account's own.
    fn address<'a>(
        &self,
        call: &Call,
        settings: &'a Settings,
        of_user: &'a str,
    ) -> Result<&'a str, RequestError> {
        if !of_user.is_empty() {
            let checked = self.addresses.check(of_user);
            return checked.map(|()| of_user).map_err(|_| RequestError::Address);
        }
        let form = match call.is_at_address() {
            true => &self.addresses.url,
            false => &self.addresses.name,
        };
        let form = form.as_ref().ok_or(RequestError::NoAddress)?;
        let own = form.setting.as_ref().and_then(|name| settings.text(name));
        let own = own.ok_or(RequestError::NoAddress)?;
        // A URL of the account is judged as its other settings are, and need not begin as those of users.
        if !call.is_at_address() {
            form.form
                .check_text(own)
                .map_err(|_| RequestError::Address)?;
        }
        Ok(own)
    }
}

/// The fields of a form by name.
fn form(tree: &Value) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in tree.as_object().into_iter().flatten() {
        form.append_pair(name, &plain(value));
    }
    form.finish()
}

fn header(text: &str) -> Result<HeaderValue, RequestError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| RequestError::Settings)?;
    value.set_sensitive(true);
    Ok(value)
}
