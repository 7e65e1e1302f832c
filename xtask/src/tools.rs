//! The tools that check the files at the top level, and those that tests need, installed into `.tools/` at pinned versions.
//!
//! They come as Python wheels, binaries included, so that one installer serves every machine.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::command;

/// Registries have bad moments; a run that fails for one of them costs more than waiting.
const TRIES: u32 = 3;

/// The installed tools.
pub struct Tools {
    bin: PathBuf,
}

impl Tools {
    /// Installs what `xtask/tools/requirements.txt` lists, unless it is there already.
    ///
    /// # Errors
    /// When Python is missing or the registry can't be reached: a check that can't run has failed.
    pub fn install() -> Result<Self> {
        let root = command::workspace_root();
        let list = root.join("xtask/tools/requirements.txt");
        let wanted =
            fs::read_to_string(&list).context("cannot read xtask/tools/requirements.txt")?;
        let venv = root.join(".tools/venv");
        let stamp = venv.join("installed.txt");
        let tools = Self {
            bin: venv.join("bin"),
        };
        // Scripts in a virtual environment carry its absolute path, so a moved checkout needs a new one.
        let installed = format!("{}\n{wanted}", venv.display());
        if fs::read_to_string(&stamp).is_ok_and(|found| found == installed)
            && tools.bin.join("python").exists()
        {
            return Ok(tools);
        }
        make_venv(&venv)?;
        retry("the installation of the tools", || {
            command::run(
                Command::new(tools.bin.join("python"))
                    .args([
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                    ])
                    .args(["--no-deps", "--requirement"])
                    .arg(&list),
            )
        })?;
        unwrap_compose(&tools)?;
        fs::write(&stamp, installed).context("cannot write the stamp of the tools")?;
        Ok(tools)
    }

    /// A call of one of the tools, in the workspace's root.
    pub fn call(&self, tool: &str) -> Command {
        let mut command = Command::new(self.bin.join(tool));
        command.current_dir(command::workspace_root());
        command
    }

    /// Where a tool is, for another one that calls it.
    pub fn path(&self, tool: &str) -> PathBuf {
        self.bin.join(tool)
    }
}

/// Where Prometheus' tool for rules is.
///
/// # Errors
/// As [`of_debian`].
pub fn promtool() -> Result<Option<PathBuf>> {
    of_debian("promtool", "prometheus")
}

/// Where a program is: on the search path, or from Debian's package, which is unpacked, not installed.
///
/// # Errors
/// When the package cannot be fetched although there is a package manager.
fn of_debian(program: &str, package: &str) -> Result<Option<PathBuf>> {
    if let Some(found) = command::find(program) {
        return Ok(Some(found));
    }
    let folder = command::workspace_root().join(".tools/debian");
    let path = folder.join("usr/bin").join(program);
    if path.exists() {
        return Ok(Some(path));
    }
    if command::find("apt-get").is_none() || command::find("dpkg").is_none() {
        return Ok(None);
    }
    fs::create_dir_all(&folder).context("cannot make .tools/debian")?;
    let mut tried = false;
    retry(&format!("the download of {package}"), || {
        if tried && command::is_root() {
            command::output(Command::new("apt-get").args(["update", "--quiet"]))?;
        }
        tried = true;
        let mut download = Command::new("apt-get");
        command::output(download.args(["download", package]).current_dir(&folder)).map(drop)
    })?;
    for file in fs::read_dir(&folder).context("cannot list .tools/debian")? {
        let file = file.context("cannot list .tools/debian")?.path();
        if file.extension().is_some_and(|end| end == "deb") {
            command::output(
                Command::new("dpkg")
                    .arg("--extract")
                    .arg(&file)
                    .arg(&folder),
            )?;
            fs::remove_file(&file).context("cannot remove a package")?;
        }
    }
    Ok(Some(path))
}

/// Puts the real program in the place of its wrapper, which drops the exit code: every file would be fine.
fn unwrap_compose(tools: &Tools) -> Result<()> {
    let find = "import compose, pathlib; print(pathlib.Path(compose.__file__).with_name('docker-compose'))";
    let program = command::output(Command::new(tools.path("python")).args(["-c", find]))?;
    let wrapper = tools.path("docker-compose");
    fs::remove_file(&wrapper).context("the tools lack docker-compose")?;
    symlink(program.trim(), &wrapper).context("cannot link docker-compose")
}

fn make_venv(venv: &Path) -> Result<()> {
    if venv.exists() {
        fs::remove_dir_all(venv).context("cannot remove the old tools")?;
    }
    let create = || command::output(Command::new("python3").args(["-m", "venv"]).arg(venv));
    let Err(error) = create() else {
        return Ok(());
    };
    // Debian ships the module apart from Python itself.
    if !command::is_root() || command::find("apt-get").is_none() {
        bail!(
            "{error:#}\nPython 3 with its venv module is needed (Debian: apt-get install python3-venv)"
        );
    }
    retry("the installation of python3-venv", || {
        command::apt_install(&["python3-venv"])
    })?;
    create().map(drop)
}

/// Does `work` up to three times, waiting longer each time.
pub fn retry(what: &str, mut work: impl FnMut() -> Result<()>) -> Result<()> {
    for attempt in 1.. {
        match work() {
            Ok(()) => return Ok(()),
            Err(error) if attempt == TRIES => {
                return Err(error.context(format!("{what} failed {TRIES} times")));
            }
            Err(error) => {
                println!("{what}: {error:#}; trying again");
                thread::sleep(Duration::from_secs(5 * u64::from(attempt)));
            }
        }
    }
    unreachable!("the loop ends with its last attempt")
}
