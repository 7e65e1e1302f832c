//! Lays defaults, file and environment over each other and remembers where each value came from.

use std::collections::HashMap;
use std::path::Path;

use secrecy::SecretString;

use crate::error::{SettingError, SettingErrors};
use crate::key::Key;
use crate::sections::all_keys;
use crate::{DEFAULT_FILE, toml_file};

/// A value as it was written, with the name that the operator used for it. Kept secret as a whole: at this stage
/// passwords and ports look alike.
pub(crate) struct Raw {
    pub(crate) text: SecretString,
    pub(crate) setting: String,
}

/// One layer: the values by the setting's variable name, which is unique.
pub(crate) type Layer = HashMap<&'static str, Raw>;

/// All values that are set, and the built-in ones underneath.
pub(crate) struct Layers {
    pub(crate) set: Layer,
    pub(crate) defaults: Layer,
}

/// Collects the layers; what cannot be read is reported and left out. `file` comes with what named it.
pub(crate) fn collect(
    file: Option<(&str, &Path)>,
    env: &impl Fn(&str) -> Option<String>,
    problems: &mut SettingErrors,
) -> Layers {
    let defaults = toml_file::layer(DEFAULT_FILE, "the built-in defaults", problems);
    let mut set = match file {
        Some((named_by, path)) => from_path(named_by, path, problems),
        None => Layer::new(),
    };
    set.extend(from_env(env, problems));
    Layers { set, defaults }
}

fn from_path(named_by: &str, path: &Path, problems: &mut SettingErrors) -> Layer {
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => toml_file::layer(&text, &name, problems),
        Err(error) => {
            let problem = format!("{name} cannot be read ({error}), expected a TOML file");
            problems.push(SettingError::new(named_by, problem));
            Layer::new()
        }
    }
}

fn from_env(env: &impl Fn(&str) -> Option<String>, problems: &mut SettingErrors) -> Layer {
    let mut layer = Layer::new();
    for key in all_keys() {
        let file_variable = format!("{}_FILE", key.env);
        let value = given(env, key.env);
        let file = given(env, &file_variable).filter(|_| key.from_file);
        if let Some(raw) = one_of(key, (key.env, value), (&file_variable, file), problems) {
            layer.insert(key.env, raw);
        }
    }
    layer
}

/// An empty variable counts as unset, because templates of deployments cannot leave a variable out.
fn given(env: &impl Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    env(name).filter(|text| !text.trim().is_empty())
}

/// Takes the value itself or the content of the file, and refuses both, because the precedence would be unclear.
pub(crate) fn one_of(
    key: &Key,
    (value_name, value): (&str, Option<String>),
    (file_name, file): (&str, Option<String>),
    problems: &mut SettingErrors,
) -> Option<Raw> {
    match (value, file) {
        (None, None) => None,
        (Some(text), None) => Some(Raw {
            text: text.into(),
            setting: value_name.to_owned(),
        }),
        (None, Some(path)) => match content(&path) {
            Ok(text) => Some(Raw {
                text: text.into(),
                setting: file_name.to_owned(),
            }),
            Err(problem) => {
                problems.push(SettingError::about(key, file_name, problem));
                None
            }
        },
        (Some(_), Some(_)) => {
            let problem = format!("is set together with {file_name}, expected only one of the two");
            problems.push(SettingError::about(key, value_name, problem));
            None
        }
    }
}

/// Reads a mounted secret. The path is not repeated in complaints: it may be the secret itself, put in the wrong place.
fn content(path: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        format!("the file it names cannot be read ({error}), expected the path of a readable file")
    })?;
    // Editors and `echo` end a file with a line break that is not part of the secret.
    let text = text.trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() {
        return Err("the file it names is empty, expected the value in it".to_owned());
    }
    Ok(text.to_owned())
}
