//! Recipes of the operator: the files of a folder, read once at the start.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use campanile_domain::RecipeName;

use crate::{Recipe, builtin};

/// A recipe is a few pages; a longer file is none.
const MOST_BYTES: u64 = 256 * 1024;
/// Recipes of one installation: each has queues and metrics.
const MOST: usize = 64;

static OWN: OnceLock<Vec<Recipe>> = OnceLock::new();

/// A file that is no recipe, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// The file, or the folder.
    pub file: PathBuf,
    /// Where it is wrong, counted from one, if it is one place.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl std::error::Error for FileError {}

/// Reads one file and checks it whole.
///
/// # Errors
/// [`FileError`].
pub fn read(file: &Path) -> Result<Recipe, FileError> {
    let wrong = |line, what: String| FileError {
        file: file.to_owned(),
        line,
        what,
    };
    let extension = file.extension().and_then(|one| one.to_str());
    let stem = file.file_stem().and_then(|one| one.to_str());
    let Some(name) = stem.filter(|_| extension == Some("toml")) else {
        return Err(wrong(None, "must be called <name>.toml".into()));
    };
    if builtin::of(name).is_some() {
        let what = format!("{name} is a recipe that every installation has; choose another name");
        return Err(wrong(None, what));
    }
    if RecipeName::stored(name).is_none() {
        let what = "the name must have 1 to 32 characters of a-z, 0-9 and _, and must be none of a channel";
        return Err(wrong(None, what.into()));
    }
    let unreadable = |error: std::io::Error| wrong(None, format!("cannot be read: {error}"));
    if fs::metadata(file).map_err(unreadable)?.len() > MOST_BYTES {
        return Err(wrong(None, format!("is longer than {MOST_BYTES} bytes")));
    }
    let written = fs::read_to_string(file).map_err(unreadable)?;
    Recipe::parse(name, &written).map_err(|error| wrong(error.line, error.what))
}

/// Reads every `.toml` of a folder, in the order of their names. Other files are left alone.
///
/// # Errors
/// Every [`FileError`], in the same order.
pub fn read_folder(folder: &Path) -> Result<Vec<Recipe>, Vec<FileError>> {
    let wrong = |what: String| {
        vec![FileError {
            file: folder.to_owned(),
            line: None,
            what,
        }]
    };
    let unreadable = |error: std::io::Error| wrong(format!("cannot be read: {error}"));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.extension().is_some_and(|one| one == "toml") {
            files.push(file);
        }
    }
    files.sort();
    if files.len() > MOST {
        return Err(wrong(format!("has more than {MOST} recipes")));
    }
    let (mut recipes, mut errors) = (Vec::new(), Vec::new());
    for file in &files {
        match read(file) {
            Ok(recipe) => recipes.push(recipe),
            Err(error) => errors.push(error),
        }
    }
    match errors.is_empty() {
        true => Ok(recipes),
        false => Err(errors),
    }
}

/// Makes these recipes known to this process, once. `false` if that was done before.
pub fn declare(recipes: Vec<Recipe>) -> bool {
    OWN.set(recipes).is_ok()
}

/// The recipes of the operator that this process knows.
pub fn own() -> &'static [Recipe] {
    OWN.get().map_or(&[], Vec::as_slice)
}
