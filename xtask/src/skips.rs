//! Checks that need something this machine lacks: a stranger's run goes on without them, CI's fails.

use std::env;

use anyhow::{Result, bail};

/// Set by `.ci/run`: a check that cannot run has failed.
pub const REFUSED: &str = "CAMPANILE_REFUSE_SKIPS";

/// Says that a check is left out and what it would need, or fails where that is not allowed.
pub fn skip(check: &str, needs: &str) -> Result<()> {
    if env::var_os(REFUSED).is_some_and(|value| !value.is_empty()) {
        bail!("{check} cannot run: it needs {needs}");
    }
    println!("skipped: {check}; it needs {needs}");
    Ok(())
}
