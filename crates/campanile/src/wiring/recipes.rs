//! Which recipes are channels of this process.

use anyhow::{anyhow, bail};
use campanile_config::Settings;
use campanile_domain::RecipeName;
use campanile_recipes::Recipe;

/// Reads the operator's recipes, and makes them and those that the settings name channels of this process: once, before
/// anything asks for its channels.
///
/// # Errors
/// Every file that is no recipe, with its line, or the name of a recipe that there is not.
pub(crate) fn declare(settings: &Settings) -> anyhow::Result<()> {
    let recipes = &settings.recipes;
    let own = match &recipes.folder {
        None => Vec::new(),
        Some(folder) => campanile_recipes::read_folder(folder).map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            anyhow!(
                "CAMPANILE_RECIPES: {}",
                lines.join("\ncampanile: CAMPANILE_RECIPES: ")
            )
        })?,
    };
    let mut served: Vec<RecipeName> = own.iter().filter_map(name).collect();
    for name in &recipes.serve {
        served.push(of_program(name)?);
    }
    // A process is one role, which loads its settings once; `doctor` and tests may do so again.
    campanile_recipes::declare(own);
    RecipeName::serve(served);
    Ok(())
}

fn name(recipe: &Recipe) -> Option<RecipeName> {
    RecipeName::stored(&recipe.name)
}

fn of_program(name: &str) -> anyhow::Result<RecipeName> {
    let mut all = campanile_recipes::all().iter();
    let names = || {
        let all = campanile_recipes::all().iter().filter_map(self::name);
        all.map(RecipeName::as_str).collect::<Vec<_>>().join(", ")
    };
    if all.all(|recipe| recipe.name != name) {
        bail!(
            "CAMPANILE_RECIPE_CHANNELS: there is no recipe {name}; must be among {}",
            names()
        );
    }
    // Slack and its like are channels of every installation.
    RecipeName::stored(name).ok_or_else(|| {
        anyhow!("CAMPANILE_RECIPE_CHANNELS: {name} is a channel of every installation")
    })
}
