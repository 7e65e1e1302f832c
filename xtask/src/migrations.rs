//! Migrations only grow: a database that has had a step never has it again, so a file that changes makes two schemas of
//! one version. `migrations/checksums` has every file as it was committed first.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::command;

/// As `sha256sum` writes and checks it.
const CHECKSUMS: &str = "checksums";

/// Every migration is as its checksum says, and every checksum has its file.
///
/// # Errors
/// Names every file that differs, and the line that a new one needs.
pub fn check() -> Result<()> {
    let folder = command::workspace_root().join("migrations");
    let faults = faults(&folder)?;
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

fn faults(folder: &Path) -> Result<Vec<String>> {
    let list = folder.join(CHECKSUMS);
    let list =
        fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for line in list.lines() {
        let (sum, file) = line
            .split_once("  ")
            .with_context(|| format!("migrations/{CHECKSUMS}: {line:?} is no checksum and file"))?;
        known.insert(file, sum);
    }
    let mut faults = Vec::new();
    for (file, sum) in files(folder)? {
        match known.remove(file.as_str()) {
            Some(committed) if committed == sum => {}
            Some(_) => faults.push(format!(
                "migrations/{file} has changed: databases that have had it would differ from new ones. \
                 Restore it and write a new migration"
            )),
            None => faults.push(format!(
                "migrations/{file} is new: add this line to migrations/{CHECKSUMS} when it is final\n{sum}  {file}"
            )),
        }
    }
    faults.extend(known.keys().map(|file| {
        format!("migrations/{file} is gone: databases that have had it would be refused")
    }));
    Ok(faults)
}

/// Every migration, by its path below `folder`, and its checksum.
fn files(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for set in ["postgres", "sqlite"] {
        let entries = fs::read_dir(folder.join(set))
            .with_context(|| format!("cannot list migrations/{set}"))?;
        for entry in entries {
            let path = entry.context("cannot list migrations")?.path();
            let text =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let sum = Sha256::digest(&text);
            let sum = sum.iter().map(|byte| format!("{byte:02x}")).collect();
            files.insert(format!("{set}/{name}"), sum);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_files_are_as_they_were() {
        check().expect("migrations as committed");
    }

    #[test]
    fn what_is_changed_new_or_gone_is_named() {
        let folder =
            std::env::temp_dir().join(format!("campanile-migrations-{}", std::process::id()));
        for set in ["postgres", "sqlite"] {
            fs::create_dir_all(folder.join(set)).expect("a folder");
        }
        fs::write(folder.join("postgres/0001_a.sql"), "one").expect("a file");
        fs::write(folder.join("sqlite/0001_a.sql"), "one").expect("a file");
        let sums = files(&folder).expect("sums");
        let list = |files: &[&str]| {
            let lines = files
                .iter()
                .map(|file| format!("{}  {file}\n", sums["postgres/0001_a.sql"]));
            fs::write(folder.join(CHECKSUMS), lines.collect::<String>()).expect("a list");
            faults(&folder).expect("readable")
        };
        assert!(list(&["postgres/0001_a.sql", "sqlite/0001_a.sql"]).is_empty());
        let new = list(&["postgres/0001_a.sql"]);
        assert!(
            new[0].contains("sqlite/0001_a.sql is new") && new.len() == 1,
            "{new:?}"
        );
        let gone = list(&[
            "postgres/0001_a.sql",
            "sqlite/0001_a.sql",
            "sqlite/0002_b.sql",
        ]);
        assert!(gone[0].contains("sqlite/0002_b.sql is gone"), "{gone:?}");
        fs::write(folder.join("postgres/0001_a.sql"), "two").expect("a file");
        let changed = list(&["postgres/0001_a.sql", "sqlite/0001_a.sql"]);
        // The list has the first sum for both.
        assert!(
            changed[0].contains("postgres/0001_a.sql has changed"),
            "{changed:?}"
        );
        fs::remove_dir_all(&folder).ok();
    }
}
