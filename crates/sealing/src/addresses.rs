//! Addresses of users, each sealed in the place of its text: one text is always sealed to the same, so that a row is found by it.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::{Channel, DeviceKind, UserAddressText};
use secrecy::ExposeSecret;

use crate::frame::{self, KeyName};
use crate::{DataKey, SealError, TenantKeys};

/// Begins an address that is sealed. No address in the open has a control character.
const MARK: char = '\u{1}';

/// What an address is. It is sealed for its tenant and this, not for its row: a delivery has the same text as the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// A mailbox.
    Email,
    /// An installation of an app, or a browser.
    Device(DeviceKind),
    /// A user's address in a channel of a recipe.
    User,
}

impl AddressKind {
    /// The kind of the address of a delivery, what stays readable of it (such as `token:`), and the rest; `None` for what is no
    /// user's address: a user's name, or an address of the tenant's own, which is that of an account.
    pub fn of_delivery(channel: Channel, address: &str) -> Option<(Self, &str, &str)> {
        // Of a channel that is skipped the delivery has no address.
        if address.is_empty() {
            return None;
        }
        if channel == Channel::Email {
            return Some((Self::Email, "", address));
        }
        let at = address.find(':')?;
        let (head, rest) = address.split_at(at + 1);
        if head == UserAddressText::PREFIX {
            return Some((Self::User, head, rest));
        }
        match head[..at].parse::<DeviceKind>() {
            Ok(kind) if kind.channel() == channel => Some((Self::Device(kind), head, rest)),
            _ => None,
        }
    }

    /// Seals or opens the address of a delivery: `with` gets the part that does not stay readable.
    ///
    /// # Errors
    /// That of `with`.
    pub fn in_delivery<'a, E>(
        channel: Channel,
        address: &'a str,
        with: impl FnOnce(Self, &'a str) -> Result<Cow<'a, str>, E>,
    ) -> Result<Cow<'a, str>, E> {
        let Some((kind, head, rest)) = Self::of_delivery(channel, address) else {
            return Ok(Cow::Borrowed(address));
        };
        Ok(match with(kind, rest)? {
            Cow::Borrowed(_) => Cow::Borrowed(address),
            Cow::Owned(rest) => Cow::Owned(format!("{head}{rest}")),
        })
    }

    /// Each text that the address of a delivery, or of an entry of the suppression list, may be stored as.
    ///
    /// # Errors
    /// That of `forms`, which gives those of the part that does not stay readable.
    pub fn forms_in_delivery<E>(
        channel: Channel,
        address: &str,
        forms: impl FnOnce(Self, &str) -> Result<Vec<String>, E>,
    ) -> Result<Vec<String>, E> {
        let Some((kind, head, rest)) = Self::of_delivery(channel, address) else {
            return Ok(vec![address.to_owned()]);
        };
        let forms = forms(kind, rest)?.into_iter();
        Ok(forms.map(|rest| format!("{head}{rest}")).collect())
    }

    const fn purpose(self) -> &'static str {
        match self {
            Self::Email => "addresses/email",
            Self::Device(DeviceKind::Token) => "addresses/token",
            Self::Device(DeviceKind::Fid) => "addresses/fid",
            Self::Device(DeviceKind::WebPush) => "addresses/web_push",
            Self::Device(DeviceKind::Apns) => "addresses/apns",
            Self::User => "addresses/user",
        }
    }
}

/// Whether an address, or what follows `token:` and the like, is sealed.
pub fn is_sealed_address(stored: &str) -> bool {
    stored.starts_with(MARK)
}

fn sealed(key: &DataKey, kind: AddressKind, plain: &str) -> Result<String, SealError> {
    let sealed = key.seal_same(kind.purpose(), plain.as_bytes())?;
    let mut text = String::with_capacity(1 + sealed.len().div_ceil(3) * 4);
    text.push(MARK);
    URL_SAFE_NO_PAD.encode_string(&sealed, &mut text);
    Ok(text)
}

fn bytes(stored: &str) -> Option<Result<Vec<u8>, SealError>> {
    let text = stored.strip_prefix(MARK)?;
    Some(URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError::Broken))
}

/// The key that has sealed an address; `None` if it lies in the open, or cannot be opened by any.
pub(crate) fn key_name(stored: &str) -> Option<KeyName> {
    // Eight characters hold the version and the name.
    let head = stored.strip_prefix(MARK)?.get(..8)?;
    frame::key_name(&URL_SAFE_NO_PAD.decode(head).ok()?).ok()
}

impl TenantKeys {
    /// An address as it is stored: sealed with the current key, or with a former one for the first two minutes of the current one.
    ///
    /// # Errors
    /// [`SealError::AnotherKey`] if there is none, or another master key wrapped it.
    pub fn seal_address(&self, kind: AddressKind, plain: &str) -> Result<String, SealError> {
        sealed(self.to_seal_addresses()?, kind, plain)
    }

    /// Opens an address as it is stored; one in the open is itself.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open_address<'a>(
        &self,
        kind: AddressKind,
        stored: &'a str,
    ) -> Result<Cow<'a, str>, SealError> {
        let Some(bytes) = bytes(stored) else {
            return Ok(Cow::Borrowed(stored));
        };
        let plain = self.open(kind.purpose(), &bytes?)?;
        let plain = str::from_utf8(plain.expose_secret()).map_err(|_| SealError::Broken)?;
        Ok(Cow::Owned(plain.to_owned()))
    }

    /// Each text that an address may be stored as: in the open, and sealed with any of the keys. A look-up asks for all.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn address_forms(&self, kind: AddressKind, plain: &str) -> Result<Vec<String>, SealError> {
        let mut forms = vec![plain.to_owned()];
        for key in self.all() {
            forms.push(sealed(key, kind, plain)?);
        }
        Ok(forms)
    }

    /// Seals with the current key, however new that is, an address that a former one has sealed or that lies in the open; `None`
    /// if the current one has sealed it.
    ///
    /// # Errors
    /// [`SealError::AnotherKey`] if none of the keys opens it.
    pub fn reseal_address(
        &self,
        kind: AddressKind,
        stored: &str,
    ) -> Result<Option<String>, SealError> {
        if self.is_address_of_current(stored) {
            return Ok(None);
        }
        let plain = self.open_address(kind, stored)?;
        sealed(self.to_seal()?, kind, &plain).map(Some)
    }

    /// Whether an address was sealed with the current key.
    pub fn is_address_of_current(&self, stored: &str) -> bool {
        let current = self.to_seal().ok().map(DataKey::name);
        current.is_some() && current == key_name(stored)
    }
}
