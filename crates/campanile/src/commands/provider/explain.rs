//! What the settings of a channel are.

use anyhow::bail;
use campanile_channels::recipe::recipe;
use campanile_domain::Channel;
use campanile_recipes::Setting;
use serde_json::{Value, json};

use crate::cli::Format;
use crate::wiring::print;
use crate::wiring::table::Columns;

/// A setting, as programs read it.
pub(crate) fn settings_of(one: &Setting) -> Value {
    json!({
        "name": one.name, "secret": one.is_secret, "required": one.is_required, "help": one.help,
        "example": one.example, "default": one.default,
    })
}

/// Prints the settings that a recipe declares, so that an operator can write an account without its documentation.
pub(crate) fn run(channel: Channel, format: Format) -> anyhow::Result<()> {
    let Some(recipe) = recipe(channel) else {
        bail!(
            "{channel} has no recipe; docs/guides/channels.md lists the settings of each channel"
        );
    };
    if format == Format::Json {
        let settings = recipe.settings.iter().map(settings_of);
        let explained = json!({
            "channel": recipe.name, "title": recipe.title, "about": recipe.about,
            "documentation": recipe.documentation, "read": recipe.read,
            "settings": settings.collect::<Vec<Value>>(),
        });
        print::line(explained);
        return Ok(());
    }
    print::line(format_args!("{}: {}", recipe.title, recipe.about));
    let mut table = Columns::new(&["setting", "what it is", "kind", "example"], 2);
    for one in &recipe.settings {
        let mut kinds = Vec::new();
        if one.is_required {
            kinds.push("required".to_owned());
        }
        if let Some(other) = &one.required_unless {
            kinds.push(format!("required unless {other}"));
        }
        if one.is_secret {
            kinds.push("encrypted".to_owned());
        }
        if let Some(default) = &one.default {
            kinds.push(format!("default {default}"));
        }
        table.row([
            one.name.clone(),
            one.help.clone(),
            kinds.join(", "),
            one.example.to_string(),
        ]);
    }
    table.print(false);
    Ok(())
}
