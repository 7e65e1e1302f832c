//! The passphrase of a file: from a file, the environment, or a terminal.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Write, stdin};
use std::path::Path;

use anyhow::{Context, bail, ensure};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use secrecy::{ExposeSecret, SecretString};

/// Where scripts put it.
const VARIABLE: &str = "CAMPANILE_EXPORT_PASSPHRASE";
/// Longer than any passphrase.
const LONGEST: u64 = 4_096;

/// Where a passphrase is given, if it is; a terminal is not asked.
pub(crate) fn given(file: Option<&Path>) -> Option<&'static str> {
    match file {
        Some(_) => Some("--passphrase-file"),
        None => std::env::var_os(VARIABLE).map(|_| VARIABLE),
    }
}

/// The passphrase; a terminal is asked twice for a new one.
pub(crate) fn passphrase(file: Option<&Path>, is_new: bool) -> anyhow::Result<SecretString> {
    if let Some(path) = file {
        return first_line(path);
    }
    if let Ok(text) = std::env::var(VARIABLE) {
        return Ok(text.into());
    }
    if !stdin().is_terminal() {
        bail!("give the passphrase of the file with --passphrase-file or {VARIABLE}");
    }
    let one = ask("passphrase: ")?;
    if is_new {
        let again = ask("once more: ")?;
        let same = one.expose_secret() == again.expose_secret();
        ensure!(same, "the passphrases differ; nothing was written");
    }
    Ok(one)
}

fn first_line(path: &Path) -> anyhow::Result<SecretString> {
    let read = |input: &mut dyn BufRead| {
        let mut line = String::new();
        std::io::Read::take(input, LONGEST).read_line(&mut line)?;
        Ok::<_, std::io::Error>(line)
    };
    let line = match path.to_str() {
        Some("-") => read(&mut stdin().lock()),
        _ => File::open(path).and_then(|file| read(&mut BufReader::new(file))),
    };
    let line =
        line.with_context(|| format!("--passphrase-file: cannot read {}", path.display()))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned().into())
}

/// Asks on the terminal, which does not show the answer.
fn ask(question: &str) -> anyhow::Result<SecretString> {
    let terminal = stdin();
    let shown = tcgetattr(&terminal).context("the terminal")?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    let mut errors = std::io::stderr().lock();
    write!(errors, "{question}").and_then(|()| errors.flush())?;
    tcsetattr(&terminal, OptionalActions::Flush, &hidden).context("the terminal")?;
    let mut line = String::new();
    let read = terminal.lock().read_line(&mut line);
    tcsetattr(&terminal, OptionalActions::Now, &shown).context("the terminal")?;
    writeln!(errors)?;
    read.context("cannot read the passphrase")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned().into())
}
