//! What is wrong with the settings, one line each, all at once: an operator fixes a file once, not line after line.

use std::fmt;
use std::ops::Deref;

use crate::key::Key;

/// One thing that is wrong. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    /// The variable or file key, as the operator wrote it.
    pub setting: String,
    /// What is wrong with it and what is expected.
    pub problem: String,
    /// The setting behind the name, to tell whether it was reported before.
    key: Option<Key>,
}

impl SettingError {
    pub(crate) fn new(setting: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            setting: setting.into(),
            problem: problem.into(),
            key: None,
        }
    }

    pub(crate) fn about(key: &Key, setting: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            key: Some(*key),
            ..Self::new(setting, problem)
        }
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

/// Everything that is wrong, at least one; displays as one line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingErrors(Vec<SettingError>);

impl SettingErrors {
    pub(crate) fn push(&mut self, error: SettingError) {
        self.0.push(error);
    }

    /// Reports something about a setting that no single layer is to blame for: named as variable and as file key.
    pub(crate) fn report(&mut self, key: &Key, problem: impl Into<String>) {
        self.push(SettingError::about(key, key.to_string(), problem));
    }

    /// Adds what follows from other checks, except about settings that were reported before: a value that could not be
    /// read must not be called missing as well.
    pub(crate) fn add_unreported(&mut self, more: Self) {
        for error in more.0 {
            if error.key.is_none() || self.0.iter().all(|known| known.key != error.key) {
                self.0.push(error);
            }
        }
    }

    pub(crate) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }
}

impl Deref for SettingErrors {
    type Target = [SettingError];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl IntoIterator for SettingErrors {
    type Item = SettingError;
    type IntoIter = std::vec::IntoIter<SettingError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for SettingErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingErrors {}
