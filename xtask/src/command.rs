//! Running other programs: where they are, and one clear error when they fail.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The workspace's root: the folder above this crate's manifest.
pub fn workspace_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crate lies in the workspace")
        .to_path_buf()
}

/// The cargo that started us, so that a chosen toolchain stays chosen.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace_root());
    command
}

/// Where `program` is on the search path.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

/// Runs to the end with the caller's terminal.
pub fn run(command: &mut Command) -> Result<()> {
    let name = describe(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        bail!("{name}: {status}");
    }
    Ok(())
}

/// Runs to the end and hands back what was printed; on failure the error carries all of it.
pub fn output(command: &mut Command) -> Result<String> {
    let name = describe(command);
    let output = command
        .output()
        .with_context(|| format!("cannot start {name}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("{name}: {}\n{printed}{complaint}", output.status);
    }
    Ok(printed)
}

/// Ends a process and all that it has started. Not by a process group: a terminal's Ctrl-C would not reach that.
pub fn kill_tree(process: u32) {
    // What has ended by itself meanwhile is as well.
    let signal = |name| {
        let _ = Command::new("kill")
            .args(["-s", name, &process.to_string()])
            .stderr(Stdio::null())
            .status();
    };
    // Stopped first, so that it starts nothing while its children are counted.
    signal("STOP");
    let children = Command::new("pgrep")
        .args(["-P", &process.to_string()])
        .output();
    for child in children
        .iter()
        .flat_map(|found| found.stdout.split(|byte| *byte == b'\n'))
    {
        if let Some(child) = str::from_utf8(child).ok().and_then(|id| id.parse().ok()) {
            kill_tree(child);
        }
    }
    signal("KILL");
}

/// Whether the user who runs this is root.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![
        program
            .file_name()
            .unwrap_or(command.get_program())
            .to_string_lossy()
            .into_owned(),
    ];
    words.extend(command.get_args().map(|a| a.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Installs Debian packages; the caller must be root.
pub fn apt_install(packages: &[&str]) -> Result<()> {
    run(Command::new("apt-get").args(["update", "--quiet"]))?;
    run(Command::new("apt-get")
        .args(["install", "--yes", "--quiet", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        // Keeps the packages from starting their services: we run our own instances.
        .env("RUNLEVEL", "1"))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read};

    use super::*;

    #[test]
    fn a_process_ends_with_all_that_it_has_started() {
        let mut shell = Command::new("sh")
            .args(["-c", "sh -c 'echo deep; sleep 600; true'; true"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut output = BufReader::new(shell.stdout.take().expect("piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("readable");
        assert_eq!(line, "deep\n");
        kill_tree(shell.id());
        assert!(!shell.wait().expect("ended").success());
        // A process that still lived would hold the pipe open.
        assert_eq!(output.read_to_string(&mut line).expect("the end"), 0);
    }
}
