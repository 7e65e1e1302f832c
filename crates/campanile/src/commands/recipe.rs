//! `campanile recipe list|show|check`

use std::path::{Path, PathBuf};

use anyhow::bail;
use campanile_config::Role;
use campanile_domain::Channel;
use campanile_recipes::Recipe;
use serde_json::{Value, json};

use super::provider::settings_of;
use crate::cli::{Format, RecipeAction, RecipeOptions};
use crate::wiring::table::Columns;
use crate::wiring::{channels, print, settings};

/// Lists, shows or checks recipes. No server is called.
pub(crate) fn run(file: Option<&Path>, options: RecipeOptions) -> anyhow::Result<()> {
    match options.action {
        RecipeAction::Check { files } => check(&files),
        RecipeAction::List { format } => {
            settings::load(file, Role::Cli)?;
            list(format);
            Ok(())
        }
        RecipeAction::Show { name, format } => {
            settings::load(file, Role::Cli)?;
            show(&name, format)
        }
    }
}

fn check(files: &[PathBuf]) -> anyhow::Result<()> {
    let mut faults = 0;
    for file in files {
        match campanile_recipes::read(file) {
            Ok(recipe) => print::line(format_args!("{}: good: {}", file.display(), recipe.title)),
            Err(error) => {
                faults += 1;
                print::line(error);
            }
        }
    }
    match faults {
        0 => Ok(()),
        1 => bail!("1 file is no recipe"),
        more => bail!("{more} files are no recipes"),
    }
}

/// All recipes: those of the program, then the operator's.
fn all() -> impl Iterator<Item = (&'static Recipe, bool)> {
    let of_program = campanile_recipes::all().iter().map(|one| (one, false));
    of_program.chain(campanile_recipes::own().iter().map(|one| (one, true)))
}

fn is_served(recipe: &Recipe) -> bool {
    let served = channels::all_served();
    served.iter().any(|channel| channel.name() == recipe.name)
}

fn list(format: Format) {
    if format == Format::Json {
        let recipes = all().map(|(recipe, is_own)| {
            json!({"name": recipe.name, "title": recipe.title, "about": recipe.about, "own": is_own,
                "served": is_served(recipe)})
        });
        print::line(json!({"recipes": recipes.collect::<Vec<Value>>()}));
        return;
    }
    let mut table = Columns::new(&["name", "channel", "from", "about"], 3);
    for (recipe, is_own) in all() {
        table.row([
            recipe.name.clone(),
            if is_served(recipe) { "yes" } else { "no" }.to_owned(),
            if is_own {
                "CAMPANILE_RECIPES"
            } else {
                "program"
            }
            .to_owned(),
            recipe.about.clone(),
        ]);
    }
    table.print(false);
}

fn show(name: &str, format: Format) -> anyhow::Result<()> {
    let Some((recipe, is_own)) = all().find(|(recipe, _)| recipe.name == name) else {
        let names: Vec<&str> = all().map(|(recipe, _)| &*recipe.name).collect();
        bail!(
            "there is no recipe {name}; must be one of {}",
            names.join(", ")
        );
    };
    let (served, rate) = (is_served(recipe), recipe.calls_per_second());
    if format == Format::Json {
        let settings: Vec<Value> = recipe.settings.iter().map(settings_of).collect();
        print::line(
            json!({"name": recipe.name, "title": recipe.title, "about": recipe.about, "own": is_own,
            "served": served, "documentation": recipe.documentation, "read": recipe.read,
            "concurrency": recipe.concurrency(), "calls_per_second": rate, "settings": settings}),
        );
        return Ok(());
    }
    print::line(format_args!("{}: {}", recipe.title, recipe.about));
    let is_channel = match served {
        true => "yes".to_owned(),
        false => format!("no; set CAMPANILE_RECIPE_CHANNELS={name}"),
    };
    print::line(format_args!("channel: {is_channel}"));
    for page in &recipe.documentation {
        print::line(format_args!("documentation: {page}, read {}", recipe.read));
    }
    let rate = rate.map_or(String::new(), |rate| format!(", {rate} a second"));
    print::line(format_args!(
        "calls: {} at once{rate}",
        recipe.concurrency()
    ));
    match name.parse::<Channel>().or_else(|_| Channel::stored(name)) {
        Ok(channel) => super::provider::explain(channel, format),
        Err(_) => Ok(()),
    }
}
