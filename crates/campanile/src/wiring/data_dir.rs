//! The data directory of `up`: one database file and one key, for the owner's eyes only.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_config::Settings;
use secrecy::SecretString;

/// Where `up` keeps everything.
pub(crate) struct DataDir(PathBuf);

impl DataDir {
    /// Names a directory without touching it.
    pub(crate) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Makes it if it is not there.
    pub(crate) fn create(&self) -> anyhow::Result<()> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0)
            .with_context(|| format!("cannot make the data directory {}", self.0.display()))
    }

    /// The database file, unless the settings name another.
    pub(crate) fn database(&self, settings: &Settings) -> PathBuf {
        let named = settings.database.file();
        named.unwrap_or_else(|| self.0.join("campanile.db"))
    }

    fn secret_file(&self) -> PathBuf {
        self.0.join("jwt-secret")
    }

    /// The key that `up` made, if it has run here.
    pub(crate) fn secret(&self) -> anyhow::Result<Option<SecretString>> {
        let path = self.secret_file();
        match fs::read_to_string(&path) {
            Ok(text) if text.trim().len() >= 32 => Ok(Some(text.trim().to_owned().into())),
            Ok(_) => bail!(
                "{} is not a key of 32 bytes or more; remove it",
                path.display()
            ),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// The key that `up` made, now if it has not yet.
    pub(crate) fn secret_or_new(&self) -> anyhow::Result<SecretString> {
        if let Some(secret) = self.secret()? {
            return Ok(secret);
        }
        let mut bytes = [0_u8; 32];
        aws_lc_rs::rand::fill(&mut bytes).context("no random numbers")?;
        let (path, secret) = (self.secret_file(), STANDARD.encode(bytes));
        // Under another name first: a crash must not leave half a key.
        let unfinished = path.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)
            .with_context(|| format!("cannot write {}", unfinished.display()))?;
        file.write_all(secret.as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(secret.into())
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn the_key_is_made_once_and_refused_when_damaged() {
        let path = std::env::temp_dir().join(format!("campanile-{}", uuid::Uuid::new_v4()));
        let dir = DataDir::at(&path);
        assert!(dir.secret().expect("absent is no error").is_none());
        dir.create().expect("made");
        let made = dir.secret_or_new().expect("made");
        let again = dir.secret_or_new().expect("read");
        assert_eq!(made.expose_secret(), again.expose_secret());
        fs::write(dir.secret_file(), "short").expect("written");
        assert!(dir.secret_or_new().is_err());
        fs::remove_dir_all(path).expect("removed");
    }
}
