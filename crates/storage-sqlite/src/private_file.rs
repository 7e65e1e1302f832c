//! Files for their owner's eyes only.
//!
//! A file that is made has mode 0600 from its first moment and is made by us alone (`O_EXCL`); one that is
//! there is a regular file of ours, or refused: a user who could write to the directory before may have left
//! a link to somewhere else (`O_NOFOLLOW`), or a file of theirs.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// The owner may read and write, others nothing.
const MODE: u32 = 0o600;

/// Links are not followed, and a named pipe does not keep us waiting for its other end.
const FLAGS: i32 = libc::O_NOFOLLOW | libc::O_NONBLOCK;

/// Opens a file to read and write, and makes it where it is absent. One that others may read is tightened.
///
/// # Errors
/// It is a link or no regular file, belongs to another user, or cannot be opened.
pub fn open_or_new(path: &Path) -> io::Result<File> {
    loop {
        let file = match open(OpenOptions::new().read(true).write(true), path) {
            // Another process may make it, or take it away, in between.
            Err(error) if error.kind() == ErrorKind::NotFound => match new(path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                made => return made,
            },
            opened => opened?,
        };
        tighten(&file)?;
        return Ok(file);
    }
}

/// Opens a file that is there to read it.
///
/// # Errors
/// It is a link or no regular file, or cannot be opened.
pub fn open_to_read(path: &Path) -> io::Result<File> {
    open(OpenOptions::new().read(true), path)
}

/// Makes a file.
///
/// # Errors
/// There is one of this name, if only a link, or it cannot be made.
pub fn new(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(MODE)
        .custom_flags(FLAGS)
        .open(path)
}

/// Takes what others may do with a file away from them, if it is there.
///
/// # Errors
/// As [`open_or_new`].
pub fn tighten_if_there(path: &Path) -> io::Result<()> {
    match open(OpenOptions::new().read(true).write(true), path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        opened => tighten(&opened?),
    }
}

/// Only its owner may do this, so it also tells whose it is.
fn tighten(file: &File) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(MODE))
        .map_err(|error| match error.kind() {
            ErrorKind::PermissionDenied => refused("belongs to another user"),
            _ => error,
        })
}

fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let opened = options.custom_flags(FLAGS).open(path);
    let file = opened.map_err(|error| match error.raw_os_error() {
        Some(libc::ELOOP) => refused("is a symbolic link, which is not followed"),
        _ => error,
    })?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(refused("is no regular file"))
    }
}

fn refused(why: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, why)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("there").permissions().mode() & 0o7777
    }

    #[test]
    fn files_are_made_tight_and_tightened() {
        let dir = tempfile::tempdir().expect("a directory");
        let (made, loose) = (dir.path().join("made"), dir.path().join("loose"));
        open_or_new(&made).expect("made");
        assert_eq!(mode(&made), 0o600);
        fs::write(&loose, "text").expect("written");
        fs::set_permissions(&loose, Permissions::from_mode(0o644)).expect("set");
        open_or_new(&loose).expect("opened");
        assert_eq!(mode(&loose), 0o600);
        assert_eq!(fs::read_to_string(&loose).expect("read"), "text");
        assert_eq!(
            new(&made).expect_err("there").kind(),
            ErrorKind::AlreadyExists
        );
        tighten_if_there(&dir.path().join("absent")).expect("nothing to do");
    }

    #[test]
    fn links_and_what_is_no_file_are_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let target = dir.path().join("target");
        fs::write(&target, "theirs").expect("written");
        fs::set_permissions(&target, Permissions::from_mode(0o644)).expect("set");
        let (link, dangling) = (dir.path().join("link"), dir.path().join("dangling"));
        symlink(&target, &link).expect("linked");
        let nowhere = dir.path().join("nowhere");
        symlink(&nowhere, &dangling).expect("linked");
        for path in [&link, &dangling] {
            for refused in [
                open_or_new(path).map(drop),
                open_to_read(path).map(drop),
                tighten_if_there(path),
            ] {
                let refused = refused.expect_err("a link").to_string();
                assert!(refused.contains("symbolic link"), "{refused}");
            }
            assert_eq!(
                new(path).expect_err("there").kind(),
                ErrorKind::AlreadyExists
            );
        }
        assert!(!nowhere.exists());
        assert_eq!(
            (mode(&target), fs::read(&target).expect("read").len()),
            (0o644, 6)
        );
        let refused = open_to_read(dir.path()).expect_err("a directory");
        assert!(refused.to_string().contains("no regular file"), "{refused}");
    }
}
