//! What `add` and `import` are to add.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, anyhow, ensure};
use campanile_app::suppressions::{AddSuppressions, MOST_AT_ONCE};
use campanile_domain::SuppressionReason;

use crate::cli::{About, SuppressionCommand};

/// A million addresses are some 30 MiB.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Valid requests of at most 1,000 addresses each; none for other commands.
pub(super) fn wanted(command: &SuppressionCommand) -> anyhow::Result<Vec<AddSuppressions>> {
    match command {
        SuppressionCommand::List { .. }
        | SuppressionCommand::Report { .. }
        | SuppressionCommand::Remove { .. } => Ok(Vec::new()),
        SuppressionCommand::Add {
            addresses,
            about,
            reason,
        } => {
            let addresses: Vec<_> = addresses.iter().map(String::as_str).enumerate().collect();
            requests(&addresses, about, *reason, |place| {
                addresses[place].1.to_owned()
            })
        }
        SuppressionCommand::Import {
            file,
            about,
            reason,
        } => {
            let text = read(file)?;
            let lines = text.lines().map(str::trim).enumerate();
            let lines: Vec<_> = lines.filter(|(_, line)| !line.is_empty()).collect();
            let name = |place: usize| format!("{}: line {}", file.display(), lines[place].0 + 1);
            requests(&lines, about, *reason, name)
        }
    }
}

fn requests(
    addresses: &[(usize, &str)],
    about: &About,
    reason: SuppressionReason,
    name: impl Fn(usize) -> String,
) -> anyhow::Result<Vec<AddSuppressions>> {
    let chunks = addresses.chunks(MOST_AT_ONCE).enumerate();
    let request = |(chunk, addresses): (usize, &[(usize, &str)])| {
        let texts = addresses.iter().map(|(_, text)| *text);
        let of = about.notification_type.clone();
        AddSuppressions::new(about.channel, texts, of, reason).map_err(|(place, why)| {
            let name = name(chunk * MOST_AT_ONCE + place);
            anyhow!("{name}: {why}")
        })
    };
    chunks.map(request).collect()
}

fn read(path: &Path) -> anyhow::Result<String> {
    let whence = || format!("cannot read {}", path.display());
    let mut text = String::new();
    if path == Path::new("-") {
        let input = std::io::stdin().lock();
        input.take(MOST_BYTES + 1).read_to_string(&mut text)
    } else {
        let file = std::fs::File::open(path).with_context(whence)?;
        file.take(MOST_BYTES + 1).read_to_string(&mut text)
    }
    .with_context(whence)?;
    ensure!(
        text.len() as u64 <= MOST_BYTES,
        "{} is larger than {MOST_BYTES} bytes; split it",
        path.display()
    );
    Ok(text)
}
