//! Writes the reference page of the settings from their keys and the default file, so that the page cannot be wrong.

use std::fmt::Write as _;

use toml::Table;

use crate::DEFAULT_FILE;
use crate::key::Key;
use crate::sections::all_keys;

const HEAD: &str = "\
# Settings

This page is generated; `cargo run -p campanile-config --example settings_reference > docs/reference/settings.md` writes it.

Settings come from three layers, the later one wins: the built-in defaults (`crates/config/config.default.toml`, a good
start for a file of your own), a TOML file (`--config FILE` or `CAMPANILE_CONFIG`), the environment. Unknown keys of the
file are refused. An empty variable counts as unset. A secret, and whatever is marked *file* below, may stand in a file of
its own: `JWT_SECRET_FILE=/run/secrets/jwt` or `secret_file = \"/run/secrets/jwt\"` in section `[jwt]`; giving both forms is
an error. All that is wrong is reported at once.
";

/// Writes `docs/reference/settings.md`.
pub fn reference_markdown() -> String {
    let defaults: Table = DEFAULT_FILE
        .parse()
        .expect("the compiled-in file is TOML; a test loads it");
    let mut page = HEAD.to_owned();
    let mut section = "";
    for key in all_keys() {
        if key.section != section {
            section = key.section;
            let head = "| variable | key | default | kind | meaning | expected |";
            let rule = "|---|---|---|---|---|---|";
            write!(page, "\n## [{section}]\n\n{head}\n{rule}\n").expect("a String takes any text");
        }
        row(&mut page, key, &defaults);
    }
    page
}

fn row(page: &mut String, key: &Key, defaults: &Table) {
    let kind = match (key.is_secret, key.from_file) {
        (true, _) => "secret, file",
        (false, true) => "file",
        (false, false) => "",
    };
    let meaning = if key.is_reserved {
        format!("*Not used by this version.* {}", key.meaning)
    } else {
        key.meaning.to_owned()
    };
    let default = match (
        key.default_note,
        defaults.get(key.section).and_then(|s| s.get(key.name)),
    ) {
        (Some(note), _) => note.to_owned(),
        (None, Some(toml::Value::String(text))) => format!("`{text}`"),
        (None, Some(value)) => format!("`{value}`"),
        (None, None) => "–".to_owned(),
    };
    let Key {
        env,
        name,
        expected,
        ..
    } = key;
    writeln!(
        page,
        "| `{env}` | `{name}` | {default} | {kind} | {meaning} | {expected} |"
    )
    .expect("a String takes any text");
}
