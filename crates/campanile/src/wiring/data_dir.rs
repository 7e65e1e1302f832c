//! The data directory of `up`: one database file and two keys, for the owner's eyes only.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_config::Settings;
use secrecy::SecretString;

/// Signs tokens.
const JWT_SECRET: &str = "jwt-secret";
/// Seals tenants' secrets.
const MASTER_KEY: &str = "master-key";

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

    /// The key that `up` made to sign tokens, if it has run here.
    pub(crate) fn secret(&self) -> anyhow::Result<Option<SecretString>> {
        self.key(JWT_SECRET)
    }

    /// The key that `up` made to sign tokens, now if it has not yet.
    pub(crate) fn secret_or_new(&self) -> anyhow::Result<SecretString> {
        self.key_or_new(JWT_SECRET)
    }

    /// The key that `up` made to seal tenants' secrets, if it has run here.
    pub(crate) fn master_key(&self) -> anyhow::Result<Option<SecretString>> {
        self.key(MASTER_KEY)
    }

    /// The key that `up` made to seal tenants' secrets, now if it has not yet.
    pub(crate) fn master_key_or_new(&self) -> anyhow::Result<SecretString> {
        self.key_or_new(MASTER_KEY)
    }

    fn key(&self, name: &str) -> anyhow::Result<Option<SecretString>> {
        let path = self.0.join(name);
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

    fn key_or_new(&self, name: &str) -> anyhow::Result<SecretString> {
        if let Some(key) = self.key(name)? {
            return Ok(key);
        }
        let mut bytes = [0_u8; 32];
        aws_lc_rs::rand::fill(&mut bytes).context("no random numbers")?;
        let (path, key) = (self.0.join(name), STANDARD.encode(bytes));
        // Under another name first: a crash must not leave half a key.
        let unfinished = path.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)
            .with_context(|| format!("cannot write {}", unfinished.display()))?;
        file.write_all(key.as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(key.into())
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
        fs::write(path.join(JWT_SECRET), "short").expect("written");
        assert!(dir.secret_or_new().is_err());
        fs::remove_dir_all(path).expect("removed");
    }
}
