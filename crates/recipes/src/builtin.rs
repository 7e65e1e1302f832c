//! The recipes that every installation has.

use std::sync::LazyLock;

use crate::Recipe;

macro_rules! recipes {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../recipes/", $name, ".toml")))),*]
    };
}

const WRITTEN: &[(&str, &str)] = recipes! {
    "slack" "discord" "pushover" "telegram" "teams" "mattermost" "google_chat" "ntfy" "gotify" "pagerduty" "opsgenie"
    "twilio_sms" "sms_http" "whatsapp_cloud" "apprise"
};

static ALL: LazyLock<Vec<Recipe>> = LazyLock::new(|| {
    let recipes = WRITTEN
        .iter()
        .map(|(name, written)| Recipe::parse(name, written));
    recipes
        .map(|recipe| recipe.unwrap_or_else(|error| panic!("{error}")))
        .collect()
});

/// All of them.
pub fn all() -> &'static [Recipe] {
    &ALL
}

/// The one with this name.
pub(crate) fn of(name: &str) -> Option<&'static Recipe> {
    ALL.iter().find(|recipe| recipe.name == name)
}
