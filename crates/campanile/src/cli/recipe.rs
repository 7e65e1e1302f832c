//! Options of `recipe`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Format, examples};

/// Options of `recipe`.
#[derive(Debug, Args)]
pub(crate) struct RecipeOptions {
    #[command(subcommand)]
    pub(crate) action: RecipeAction,
}

/// Actions on recipes.
#[derive(Debug, Subcommand)]
pub(crate) enum RecipeAction {
    /// List the recipes of this program and those of CAMPANILE_RECIPES, and which of them are channels.
    #[command(after_help = examples::RECIPE_LIST)]
    List {
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Show what a recipe calls, its settings and its limits.
    #[command(after_help = examples::RECIPE_SHOW)]
    Show {
        /// The name.
        name: String,
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Check files: print each with its first fault and the line, and exit with 1 if there is one.
    ///
    /// The file is called <name>.toml. It is checked as at the start of a role; no service is called.
    #[command(after_help = examples::RECIPE_CHECK)]
    Check {
        /// The files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}
