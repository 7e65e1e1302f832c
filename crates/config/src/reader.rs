//! Turns raw values into typed ones for the sections and words the complaints.

use secrecy::{ExposeSecret, SecretString};

use crate::error::{SettingError, SettingErrors};
use crate::key::Key;
use crate::layers::{Layers, Raw};

/// How much of a bad value an error repeats.
const SHOWN_CHARS: usize = 60;

/// Reads settings by key. Parsers answer a failure with a half sentence such as "is not a number"; the reader puts name and
/// value before it and the expectation after it.
pub(crate) struct Reader<'a> {
    pub(crate) layers: &'a Layers,
    pub(crate) problems: &'a mut SettingErrors,
}

impl Reader<'_> {
    /// Reads a setting that may be missing.
    pub(crate) fn optional<T>(
        &mut self,
        key: &Key,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match self.layers.set.get(key.env) {
            Some(raw) => self.parsed(key, raw, &parse),
            None => parse(self.layers.defaults.get(key.env)?.text.expose_secret()).ok(),
        }
    }

    /// Reads a setting that has a built-in default. A bad value is reported and stands for the default until then.
    pub(crate) fn with_default<T>(
        &mut self,
        key: &Key,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> T {
        let set = self
            .layers
            .set
            .get(key.env)
            .and_then(|raw| self.parsed(key, raw, &parse));
        set.unwrap_or_else(|| {
            let raw = self.layers.defaults.get(key.env);
            raw.and_then(|raw| parse(raw.text.expose_secret()).ok())
                .expect("config.default.toml has a good value for each such key; a test loads it")
        })
    }

    /// Reads a secret that has a form, such as a URL, so that blanks around it cannot belong to it.
    pub(crate) fn secret(
        &mut self,
        key: &Key,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Option<SecretString> {
        self.optional(key, |text| {
            check(text).map(|()| SecretString::from(text.trim()))
        })
    }

    /// Reads a secret to the letter: in a password a blank counts.
    pub(crate) fn exact_secret(
        &mut self,
        key: &Key,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Option<SecretString> {
        self.optional(key, |text| check(text).map(|()| SecretString::from(text)))
    }

    fn parsed<T>(
        &mut self,
        key: &Key,
        raw: &Raw,
        parse: &impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = raw.text.expose_secret();
        match parse(text) {
            Ok(value) => Some(value),
            Err(reason) => {
                let problem = format!("{} {reason}, expected {}", shown(key, text), key.expected);
                self.problems
                    .push(SettingError::about(key, raw.setting.clone(), problem));
                None
            }
        }
    }
}

/// Repeats a bad value if that is safe. A value that looks like a URL or an address is not repeated: it may contain a
/// password, even in a setting that takes none.
fn shown(key: &Key, text: &str) -> String {
    if key.is_secret || key.from_file || text.contains('@') || text.contains("://") {
        return "the value".to_owned();
    }
    let start: String = text.chars().take(SHOWN_CHARS).collect();
    let dots = if start.len() < text.len() { "…" } else { "" };
    format!("`{}{dots}`", start.escape_debug())
}
