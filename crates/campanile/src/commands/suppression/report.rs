//! The mail that `report` is to take.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Context;
use campanile_app::mail_reports::MOST_BYTES;

/// The mail could not be taken, but may be later. The mail server learns it by the exit code.
#[derive(Debug)]
pub(crate) struct TryAgain;

impl TryAgain {
    /// `EX_TEMPFAIL` of `sysexits.h`: mail servers keep the mail and try again. Anything else but success is returned to the
    /// sender, and a bounce has none.
    pub(crate) const EXIT_CODE: u8 = 75;
}

impl fmt::Display for TryAgain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the report was not taken")
    }
}

/// Reads a mail. Of a long one the rest is read and dropped, since a mail server whose pipe is closed takes that for a failure.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let whence = || format!("cannot read {}", path.display());
    match path == Path::new("-") {
        true => beginning(&mut io::stdin().lock()),
        false => File::open(path).and_then(|mut file| beginning(&mut file)),
    }
    .with_context(whence)
}

fn beginning(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut mail = Vec::new();
    // Only the beginning of a mail is looked at.
    input
        .by_ref()
        .take(MOST_BYTES as u64)
        .read_to_end(&mut mail)?;
    io::copy(input, &mut io::sink())?;
    Ok(mail)
}
