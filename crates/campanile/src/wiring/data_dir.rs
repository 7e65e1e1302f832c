//! The data directory of `up`: one database file and two keys, for the owner's eyes only.

use std::fs::{self, File, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_config::Settings;
use campanile_storage_sqlite::private_file;
use secrecy::SecretString;

/// Signs tokens.
const JWT_SECRET: &str = "jwt-secret";
/// Seals tenants' secrets.
const MASTER_KEY: &str = "master-key";

/// Sealed them before, if there is one.
const PREVIOUS_MASTER_KEY: &str = "master-key.previous";

/// What others than the owner may do.
const OTHERS: u32 = 0o077;
/// Whether other users could replace files in it.
const OTHERS_WRITE: u32 = 0o022;

/// Where `up` keeps everything.
pub(crate) struct DataDir(PathBuf);

impl DataDir {
    /// Names a directory without touching it.
    pub(crate) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Makes it if it is not there, and keeps others out of it.
    pub(crate) fn create(&self) -> anyhow::Result<()> {
        let shown = self.0.display();
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0)
            .with_context(|| format!("cannot create the data directory {shown}"))?;
        let mode =
            || mode_of(&self.0).with_context(|| format!("cannot read the metadata of {shown}"));
        let found = mode()?;
        if found & OTHERS == 0 {
            return Ok(());
        }
        // Only its owner may; and some file systems keep no modes.
        let tightened = fs::set_permissions(&self.0, Permissions::from_mode(0o700));
        if tightened.is_err() || mode()? & OTHERS != 0 {
            bail!(
                "the data directory {shown} is accessible to other users (mode {found:04o}) and its mode cannot be \
                changed; make this user its owner, or choose another with --data-dir"
            );
        }
        tracing::warn!(
            "{shown} was accessible to other users (mode {found:04o}); changed its mode to 0700"
        );
        Ok(())
    }

    /// Refuses a database file elsewhere whose place others could take.
    pub(crate) fn check_place(&self, database: &Path) -> anyhow::Result<()> {
        let place = match database.parent() {
            Some(place) if !place.as_os_str().is_empty() => place,
            _ => Path::new("."),
        };
        let mode = mode_of(place)
            .with_context(|| format!("cannot read the metadata of {}", place.display()))?;
        ensure!(
            mode & OTHERS_WRITE == 0,
            "DATABASE_URL: other users can write to {} (mode {mode:04o}) and could replace the database; use a file \
            in another directory",
            place.display()
        );
        Ok(())
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

    /// The key that sealed tenants' secrets before, where an operator has put one.
    pub(crate) fn previous_master_key(&self) -> anyhow::Result<Option<SecretString>> {
        self.key(PREVIOUS_MASTER_KEY)
    }

    fn key(&self, name: &str) -> anyhow::Result<Option<SecretString>> {
        let path = self.0.join(name);
        match private_file::open_to_read(&path).and_then(text) {
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
        let path = self.0.join(name);
        private_file::tighten_if_there(&path)
            .with_context(|| format!("cannot use {}", path.display()))?;
        if let Some(key) = self.key(name)? {
            return Ok(key);
        }
        let mut bytes = [0_u8; 32];
        aws_lc_rs::rand::fill(&mut bytes).context("the system's random number generator failed")?;
        let key = STANDARD.encode(bytes);
        // Under another name first: a crash must not leave half a key.
        let unfinished = path.with_extension("new");
        write_new(&unfinished, key.as_bytes())
            .with_context(|| format!("cannot write {}", unfinished.display()))?;
        fs::rename(&unfinished, &path)
            .and_then(|()| File::open(&self.0)?.sync_all())
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(key.into())
    }
}

fn mode_of(path: &Path) -> std::io::Result<u32> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o7777)
}

fn text(mut file: File) -> std::io::Result<String> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text)
}

/// Writes a file that is new, in the place of what a crash left there.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private_file::new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

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

    fn mode(path: &Path) -> u32 {
        mode_of(path).expect("there")
    }

    #[test]
    fn a_loose_directory_is_tightened_and_what_lies_in_it_is_not_trusted() {
        let outside = tempfile::tempdir().expect("a directory");
        let (real, chosen) = (outside.path().join("real"), outside.path().join("chosen"));
        fs::create_dir(&real).expect("made");
        fs::set_permissions(&real, Permissions::from_mode(0o755)).expect("set");
        // A link to the directory is the operator's choice.
        symlink(&real, &chosen).expect("linked");
        let dir = DataDir::at(&chosen);
        dir.create().expect("tightened");
        assert_eq!(mode(&real), 0o700);
        dir.create().expect("again");

        // Links in it may come from other users: their targets are neither read nor written.
        let theirs = outside.path().join("theirs");
        fs::write(&theirs, "x".repeat(40)).expect("written");
        symlink(&theirs, real.join("jwt-secret.new")).expect("linked");
        symlink(&theirs, real.join(MASTER_KEY)).expect("linked");
        let key = dir.secret_or_new().expect("made");
        assert_ne!(key.expose_secret(), "x".repeat(40));
        assert_eq!(mode(&real.join(JWT_SECRET)), 0o600);
        assert!(!real.join("jwt-secret.new").exists());
        let refused = dir.master_key_or_new().expect_err("a link");
        assert!(
            format!("{refused:#}").contains("symbolic link"),
            "{refused:#}"
        );
        assert_eq!(fs::read_to_string(&theirs).expect("there"), "x".repeat(40));
        let mode_of_theirs = mode(&theirs);
        assert_ne!(mode_of_theirs, 0o600, "not even its mode is changed");
    }

    #[test]
    fn a_database_is_not_kept_where_others_may_write() {
        let outside = tempfile::tempdir().expect("a directory");
        let dir = DataDir::at(outside.path());
        let database = outside.path().join("a.db");
        dir.check_place(&database).expect("private");
        for (mode, allowed) in [(0o755, true), (0o775, false), (0o1777, false)] {
            fs::set_permissions(outside.path(), Permissions::from_mode(mode)).expect("set");
            assert_eq!(dir.check_place(&database).is_ok(), allowed, "{mode:o}");
        }
    }
}
