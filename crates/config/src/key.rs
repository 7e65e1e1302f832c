//! One setting: its names, what it means, and how it may be given.

use std::fmt;

/// Describes one setting; the reference page is made of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The section of the TOML file.
    pub section: &'static str,
    /// The name within the section.
    pub name: &'static str,
    /// The environment variable.
    pub env: &'static str,
    /// What it does, in a sentence.
    pub meaning: &'static str,
    /// What a good value looks like; ends each error about a bad one.
    pub expected: &'static str,
    /// Describes a default that depends on the role, which the default file cannot contain.
    pub default_note: Option<&'static str>,
    /// Whether the value must never be shown.
    pub is_secret: bool,
    /// Whether `<env>_FILE` and `<name>_file` may name a file with the value.
    pub from_file: bool,
    /// Whether the name is reserved for a later version: its value is checked but not used.
    pub is_reserved: bool,
}

impl Key {
    pub(crate) const fn plain(
        section: &'static str,
        name: &'static str,
        env: &'static str,
    ) -> Self {
        Self {
            section,
            name,
            env,
            meaning: "",
            expected: "",
            default_note: None,
            is_secret: false,
            from_file: false,
            is_reserved: false,
        }
    }

    pub(crate) const fn secret(
        section: &'static str,
        name: &'static str,
        env: &'static str,
    ) -> Self {
        Self {
            is_secret: true,
            from_file: true,
            ..Self::plain(section, name, env)
        }
    }

    /// For values that are no secret but too long for a line.
    pub(crate) const fn also_from_file(self) -> Self {
        Self {
            from_file: true,
            ..self
        }
    }

    pub(crate) const fn means(self, meaning: &'static str) -> Self {
        Self { meaning, ..self }
    }

    pub(crate) const fn expects(self, expected: &'static str) -> Self {
        Self { expected, ..self }
    }

    /// Not used by this version.
    pub(crate) const fn reserved(self) -> Self {
        Self {
            is_reserved: true,
            ..self
        }
    }

    pub(crate) const fn by_role(self, note: &'static str) -> Self {
        Self {
            default_note: Some(note),
            ..self
        }
    }

    /// Gives the name in the TOML file, `section.name`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }
}

/// Both names, for an error that concerns no single layer.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}.{})", self.env, self.section, self.name)
    }
}
