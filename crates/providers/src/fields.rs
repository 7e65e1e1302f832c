//! What an account consists of, channel by channel.

use campanile_domain::Channel;

use crate::rotation;

/// What a field holds.
pub(crate) enum Kind {
    /// A line of text that may be shown.
    Text,
    /// A number that may be shown.
    Number,
    /// What is sealed and never shown. Left out, the stored one is kept, but only while these other
    /// fields stay as they are: they say where it is sent or what it opens, and whoever could point
    /// a stored secret elsewhere could read it there.
    Secret {
        /// The fields that it goes with.
        with: &'static [&'static str],
    },
}

/// One field.
pub(crate) struct Field {
    /// Its place; a dot leads into an object.
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    /// Whether there is no account without it, or no such object within the account.
    pub(crate) is_required: bool,
}

impl Field {
    /// The object that it stands in, if it is not the account itself.
    pub(crate) fn group(&self) -> Option<&'static str> {
        self.path.split_once('.').map(|(group, _)| group)
    }

    /// Its name there.
    pub(crate) fn name(&self) -> &'static str {
        self.path
            .split_once('.')
            .map_or(self.path, |(_, name)| name)
    }
}

/// The fields of a channel's accounts; none where this version has no accounts of tenants.
pub(crate) fn of(channel: Channel) -> &'static [Field] {
    match channel {
        Channel::Push => PUSH,
        Channel::Email => EMAIL,
        Channel::Webhook => WEBHOOK,
        _ => &[],
    }
}

/// Fields that are taken and forgotten: Google's service account file has them beside those above.
pub(crate) fn forgotten(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Push => &[
            "type",
            "client_id",
            "auth_uri",
            "auth_provider_x509_cert_url",
            "client_x509_cert_url",
            "universe_domain",
        ],
        _ => &[],
    }
}

const fn text(path: &'static str) -> Field {
    Field {
        path,
        kind: Kind::Text,
        is_required: false,
    }
}

const fn number(path: &'static str) -> Field {
    Field {
        kind: Kind::Number,
        ..text(path)
    }
}

const fn secret(path: &'static str, with: &'static [&'static str]) -> Field {
    Field {
        kind: Kind::Secret { with },
        ..text(path)
    }
}

const fn required(field: Field) -> Field {
    Field {
        is_required: true,
        ..field
    }
}

const PUSH: &[Field] = &[
    required(text("project_id")),
    required(text("client_email")),
    // The access tokens that it gets go to the endpoint.
    required(secret(
        "private_key",
        &["client_email", "token_uri", "endpoint"],
    )),
    text("private_key_id"),
    text("token_uri"),
    text("endpoint"),
];

const EMAIL: &[Field] = &[
    required(text("host")),
    number("port"),
    text("tls"),
    text("username"),
    secret("password", &["host", "port", "tls", "username"]),
    required(text("from")),
    number("connections"),
    text("helo"),
    required(text("dkim.domain")),
    required(text("dkim.selector")),
    // It signs and never travels.
    required(secret("dkim.private_key", &[])),
];

const WEBHOOK: &[Field] = &[
    required(text("url")),
    // It signs and never travels.
    required(secret("secret", &[])),
    number(rotation::FIELD),
];
