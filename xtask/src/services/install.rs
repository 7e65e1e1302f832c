//! Installs Debian's packages of the servers that a machine lacks.

use anyhow::Result;

use super::Kind;
use crate::{command, tools};

/// Installs what is not there, where that is possible, and says what is still missing.
pub fn missing(wanted: &[Kind]) -> Result<Vec<Kind>> {
    let absent = |kinds: &[Kind]| -> Vec<Kind> {
        kinds
            .iter()
            .copied()
            .filter(|kind| !kind.is_installed())
            .collect()
    };
    let lacking = absent(wanted);
    if lacking.is_empty() || !command::is_root() || command::find("apt-get").is_none() {
        return Ok(lacking);
    }
    let packages: Vec<&str> = lacking.iter().map(|kind| kind.debian_package()).collect();
    println!("installing {}", packages.join(", "));
    tools::retry("the installation of the servers", || {
        command::apt_install(&packages)
    })?;
    Ok(absent(&lacking))
}
