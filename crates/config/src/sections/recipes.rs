//! The channels that recipes describe.

use std::path::PathBuf;

use crate::check;
use crate::key::Key;
use crate::reader::Reader;

const FOLDER: Key = Key::plain("recipes", "folder", "CAMPANILE_RECIPES")
    .means("A folder with recipes of your own: each `<name>.toml` is a channel. Use the same files for every role.")
    .expects("the path of a folder");

const SERVE: Key = Key::plain("recipes", "serve", "CAMPANILE_RECIPE_CHANNELS")
    .means(
        "Recipes of this program that are channels beside the usual ones; `campanile recipe list` lists them. Use the \
        same value for every role.",
    )
    .expects("comma-separated names such as telegram,teams");

pub(crate) const KEYS: &[Key] = &[FOLDER, SERVE];

/// The channels that recipes describe.
#[derive(Clone, Debug)]
pub struct Recipes {
    /// The folder of the operator's own.
    pub folder: Option<PathBuf>,
    /// Those of the program that are served; none by default. Whether there are such recipes is not checked here.
    pub serve: Vec<String>,
}

impl Recipes {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            folder: reader
                .optional(&FOLDER, check::line)
                .filter(|folder| !folder.is_empty())
                .map(PathBuf::from),
            serve: reader.optional(&SERVE, names).unwrap_or_default(),
        }
    }
}

fn names(text: &str) -> Result<Vec<String>, String> {
    let parts = text.split(',').map(str::trim);
    let names: Vec<String> = parts
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    let is_name = |name: &String| {
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    match names.iter().position(|name| !is_name(name)) {
        Some(place) => Err(format!("entry {} is no name of a recipe", place + 1)),
        None => Ok(names),
    }
}
