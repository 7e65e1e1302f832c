//! What an account consists of, channel by channel.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use campanile_channels::recipe::recipe;
use campanile_domain::Channel;
use campanile_recipes::{self as recipes, Recipe};

use crate::{rotation, web_push};

/// What a field holds.
pub(crate) enum Kind {
    /// A line of text that may be shown.
    Text,
    /// A number that may be shown.
    Number,
    /// `true` or `false`.
    Switch,
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
        Channel::WebPush => WEB_PUSH,
        Channel::Apns => APNS,
        other => recipe(other).map_or(&[], |recipe| {
            let mut known = OF_RECIPES.lock().unwrap_or_else(PoisonError::into_inner);
            known
                .entry(other)
                .or_insert_with(|| of_recipe(recipe).leak())
        }),
    }
}

/// The settings of channels that a recipe describes, once they were asked for. What a recipe says of a value beyond its
/// type is checked by `crate::recipe`.
static OF_RECIPES: Mutex<BTreeMap<Channel, &'static [Field]>> = Mutex::new(BTreeMap::new());

fn of_recipe(recipe: &'static Recipe) -> Vec<Field> {
    // Once per process: the table of fields lives as long as the recipes do.
    let places: &'static [&'static str] = recipe.places().collect::<Vec<_>>().leak();
    let fields = recipe.settings.iter().map(|setting| Field {
        path: &setting.name,
        kind: match setting.kind {
            _ if setting.is_secret => Kind::Secret { with: places },
            recipes::Kind::Number => Kind::Number,
            recipes::Kind::Switch => Kind::Switch,
            recipes::Kind::Text | recipes::Kind::Url | recipes::Kind::Choice => Kind::Text,
        },
        is_required: setting.is_required,
    });
    fields.collect()
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

const fn switch(path: &'static str) -> Field {
    Field {
        kind: Kind::Switch,
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

const WEB_PUSH: &[Field] = &[
    required(text("subject")),
    // Calculated from the private key, and taken back as it was shown.
    text(web_push::PUBLIC_KEY),
    // It signs and never travels; one is made where none is given.
    secret(web_push::PRIVATE_KEY, &[]),
    switch(web_push::ROTATE),
];

const APNS: &[Field] = &[
    required(text("key_id")),
    required(text("team_id")),
    // The tokens that it signs go to the endpoint.
    required(secret("private_key", &["endpoint"])),
    required(text("topics")),
    text("endpoint"),
];
