//! `cargo xtask package`: what a release offers for download, made of a binary that was built before.
//!
//! An archive, a Debian package with a systemd unit, and the checksums of both.

use std::env::consts::ARCH;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;
use sha2::{Digest, Sha256};

use crate::command;

/// The newest glibc that a released binary may ask for (docs/guides/install.md): Ubuntu 22.04, RHEL 9, Debian 12.
const GLIBC_FLOOR: (u32, u32) = (2, 34);
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Options of `package`.
#[derive(Args)]
pub struct Options {
    /// The binary: `cargo build --profile dist --locked --package campanile` makes it.
    #[arg(long, default_value = "target/dist/campanile")]
    binary: PathBuf,
    /// Where the files go.
    #[arg(long, default_value = "target/package")]
    out: PathBuf,
}

/// Makes archive, Debian package and checksums.
///
/// # Errors
/// When the binary does not run here or asks for a newer glibc than is documented, or a tool is missing.
pub fn run(options: &Options) -> Result<()> {
    let bytes = fs::read(&options.binary).context("cannot read the binary; see --help")?;
    let glibc = newest_glibc(&bytes).context("the binary names no glibc")?;
    if glibc > GLIBC_FLOOR {
        bail!("the binary needs glibc {glibc:?}, more than the documented {GLIBC_FLOOR:?}");
    }
    let root = options.out.join("root");
    if root.exists() {
        fs::remove_dir_all(&root).context("cannot remove what an earlier run left")?;
    }
    lay_out(&options.binary, &root)?;
    let archive = archive(&root, &options.out)?;
    let package = debian(&root, &options.out, glibc)?;
    fs::remove_dir_all(&root).context("cannot remove the files that were packed")?;
    let sums = [&archive, &package].map(|file| checksum(file));
    let sums: String = sums.into_iter().collect::<Result<_>>()?;
    let list = options.out.join(format!("SHA256SUMS-{ARCH}"));
    fs::write(&list, sums).context("cannot write the checksums")?;
    for file in [archive, package, list] {
        println!("{}", file.display());
    }
    Ok(())
}

/// The tree as it is installed, below `root`.
fn lay_out(binary: &Path, root: &Path) -> Result<()> {
    let packaging = command::workspace_root().join("xtask/package");
    let workspace = command::workspace_root();
    place(binary, &root.join("usr/bin/campanile"), 0o755)?;
    let unit = root.join("usr/lib/systemd/system/campanile.service");
    place(&packaging.join("campanile.service"), &unit, 0o644)?;
    let settings = root.join("etc/campanile/campanile.env");
    place(&packaging.join("campanile.env"), &settings, 0o600)?;
    let doc = root.join("usr/share/doc/campanile");
    for file in [
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "CHANGELOG.md",
        "docs/reference/settings.md",
    ] {
        let source = workspace.join(file);
        let name = source.file_name().context("a file has a name")?;
        place(&source, &doc.join(name), 0o644)?;
    }
    let program = fs::canonicalize(binary).context("cannot find the binary")?;
    let pages = root.join("usr/share/man/man1");
    command::run(Command::new(&program).arg("man").arg(&pages))?;
    for (shell, place) in [
        ("bash", "usr/share/bash-completion/completions/campanile"),
        ("zsh", "usr/share/zsh/vendor-completions/_campanile"),
        ("fish", "usr/share/fish/vendor_completions.d/campanile.fish"),
    ] {
        let script = command::output(Command::new(&program).args(["completions", shell]))?;
        write(&root.join(place), &script, 0o644)?;
    }
    Ok(())
}

fn archive(root: &Path, out: &Path) -> Result<PathBuf> {
    let file = out.join(format!("campanile-{VERSION}-linux-{ARCH}.tar.gz"));
    let mut tar = Command::new("tar");
    tar.args([
        "--create",
        "--gzip",
        "--sort=name",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
    ])
    .arg("--file")
    .arg(&file)
    .arg("--directory")
    .arg(root)
    .arg(format!("--transform=s,^\\.,campanile-{VERSION},"))
    .arg(".");
    command::run(&mut tar)?;
    Ok(file)
}

fn debian(root: &Path, out: &Path, glibc: (u32, u32)) -> Result<PathBuf> {
    let architecture = match ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => bail!("no Debian architecture for {other}"),
    };
    let scripts = root.join("DEBIAN");
    write(
        &scripts.join("control"),
        &control(architecture, glibc),
        0o644,
    )?;
    write(
        &scripts.join("conffiles"),
        "/etc/campanile/campanile.env\n",
        0o644,
    )?;
    for script in ["postinst", "prerm", "postrm"] {
        let source = command::workspace_root().join("xtask/package").join(script);
        place(&source, &scripts.join(script), 0o755)?;
    }
    let file = out.join(format!("campanile_{VERSION}_{architecture}.deb"));
    let mut build = Command::new("dpkg-deb");
    build.args(["--root-owner-group", "-Zxz", "--build"]);
    command::output(build.arg(root).arg(&file))?;
    Ok(file)
}

fn control(architecture: &str, (major, minor): (u32, u32)) -> String {
    format!(
        "Package: campanile\n\
         Version: {VERSION}\n\
         Architecture: {architecture}\n\
         Maintainer: The Campanile developers <campanile@example.com>\n\
         Depends: libc6 (>= {major}.{minor}), libgcc-s1, ca-certificates\n\
         Section: net\n\
         Priority: optional\n\
         Description: multi-tenant notification service\n \
         Accepts notifications over REST, keeps an inbox for every user and delivers by\n \
         push, email and webhook. This package runs it as one process on SQLite.\n"
    )
}

/// The newest version of glibc among the symbols that a binary names.
fn newest_glibc(binary: &[u8]) -> Option<(u32, u32)> {
    const MARK: &[u8] = b"GLIBC_2.";
    let minors = binary.windows(MARK.len() + 2).filter_map(|bytes| {
        let digits = bytes.strip_prefix(MARK)?;
        let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
        let text: String = digits.map(|byte| char::from(*byte)).collect();
        text.parse().ok()
    });
    minors.max().map(|minor| (2, minor))
}

/// A line of a file of checksums.
fn checksum(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let digest = Sha256::digest(&bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let name = file.file_name().context("a file has a name")?;
    Ok(format!("{hex}  {}\n", name.to_string_lossy()))
}

fn place(source: &Path, target: &Path, mode: u32) -> Result<()> {
    make_folder_of(target)?;
    fs::copy(source, target).with_context(|| format!("cannot copy {}", source.display()))?;
    fs::set_permissions(target, fs::Permissions::from_mode(mode)).context("cannot set a mode")
}

fn write(target: &Path, text: &str, mode: u32) -> Result<()> {
    make_folder_of(target)?;
    fs::write(target, text).with_context(|| format!("cannot write {}", target.display()))?;
    fs::set_permissions(target, fs::Permissions::from_mode(mode)).context("cannot set a mode")
}

fn make_folder_of(file: &Path) -> Result<()> {
    let folder = file.parent().context("a file has a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_glibc_is_found_among_symbols() {
        let binary = b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.9\0GLIBC_PRIVATE\0padding";
        assert_eq!(newest_glibc(binary), Some((2, 34)));
        assert_eq!(newest_glibc(b"a static binary"), None);
    }

    #[test]
    fn the_package_depends_on_the_glibc_that_the_binary_needs() {
        let control = control("arm64", (2, 34));
        assert!(control.contains("Architecture: arm64\n"), "{control}");
        assert!(control.contains("libc6 (>= 2.34)"), "{control}");
        // Continuation lines begin with a space.
        assert!(control.contains("\n Accepts"), "{control}");
    }
}
