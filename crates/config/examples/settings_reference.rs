//! Prints the reference page of the settings, to be committed as `docs/reference/settings.md`.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    io::stdout().write_all(campanile_config::reference_markdown().as_bytes())
}
