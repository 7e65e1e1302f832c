//! Prints the reference page of the metrics, to be committed as `docs/reference/metrics.md`.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    io::stdout().write_all(campanile_telemetry::reference_markdown().as_bytes())
}
