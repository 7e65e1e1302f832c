//! Reading a file.

use std::io::{BufRead, ErrorKind, Read};

use campanile_sealing::{FileKey, FramePlace};
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use super::super::MoveError;
use super::Head;

/// Bytes of the longest head.
const LONGEST_HEAD: u64 = 1024 * 1024;
/// Bytes of the longest frame: a batch ends after 512 KiB, and no row is nearly as long as the rest of this.
const LONGEST_FRAME: u64 = 256 * 1024 * 1024;

/// Reads a head and frames.
pub(in super::super) struct FileReader<'r> {
    input: &'r mut (dyn BufRead + Send),
    pub(in super::super) head: Head,
    key: Option<FileKey>,
    head_digest: [u8; 32],
    digest: Sha256,
    number: u64,
    /// Bytes of the file so far.
    pub(in super::super) bytes: u64,
}

impl<'r> FileReader<'r> {
    pub(in super::super) fn open(
        input: &'r mut (dyn BufRead + Send),
        passphrase: Option<&SecretString>,
    ) -> Result<Self, MoveError> {
        let (line, head) = Self::head(input)?;
        let key = match (head.is_sealed(), head.salt()) {
            (false, _) => None,
            (true, None) => return Err(MoveError::BadFile("its salt".into())),
            (true, Some(salt)) => {
                let passphrase = passphrase.ok_or(MoveError::NoPassphrase)?;
                Some(FileKey::of_passphrase(passphrase, &salt))
            }
        };
        Ok(Self {
            input,
            head,
            key,
            head_digest: Sha256::digest(&line).into(),
            digest: Sha256::new_with_prefix(&line),
            number: 0,
            bytes: line.len() as u64 + 1,
        })
    }

    /// The first line, and what it says.
    pub(in super::super) fn head(
        input: &mut (dyn BufRead + Send),
    ) -> Result<(Vec<u8>, Head), MoveError> {
        let line = line(input, LONGEST_HEAD)?
            .ok_or_else(|| MoveError::BadFile("it does not begin with a head".into()))?;
        let head = Head::read(&line)?;
        Ok((line, head))
    }

    /// The next frame, in clear, and whether it is the last.
    pub(in super::super) fn frame(&mut self) -> Result<(Vec<u8>, bool), MoveError> {
        let (text, is_last) = match self.key.is_some() {
            false => self.plain()?,
            true => self.sealed()?,
        };
        self.number += 1;
        if is_last {
            // Nothing may follow.
            if !self.input.fill_buf()?.is_empty() {
                return Err(MoveError::BadFile(
                    "something follows its last frame".into(),
                ));
            }
        } else {
            self.digest.update(&text);
        }
        Ok((text, is_last))
    }

    /// The SHA-256 of the head and of all frames but the last.
    pub(in super::super) fn sha256(&self) -> [u8; 32] {
        self.digest.clone().finalize().into()
    }

    fn plain(&mut self) -> Result<(Vec<u8>, bool), MoveError> {
        let text = line(self.input, LONGEST_FRAME)?.ok_or_else(ends_early)?;
        self.bytes += text.len() as u64 + 1;
        let is_last = text.starts_with(b"{\"totals\"");
        Ok((text, is_last))
    }

    fn sealed(&mut self) -> Result<(Vec<u8>, bool), MoveError> {
        let mut start = [0; 5];
        exactly(self.input, &mut start)?;
        let is_last = start[0] == 1;
        let length = u32::from_be_bytes([start[1], start[2], start[3], start[4]]);
        if u64::from(length) > LONGEST_FRAME {
            return Err(MoveError::Sealed(self.number));
        }
        let mut text = Vec::new();
        Read::take(&mut *self.input, length.into()).read_to_end(&mut text)?;
        if text.len() as u64 != u64::from(length) {
            return Err(ends_early());
        }
        self.bytes += start.len() as u64 + u64::from(length);
        let place = FramePlace {
            head: &self.head_digest,
            number: self.number,
            is_last,
        };
        let key = self.key.as_ref().expect("an encrypted file has a key");
        key.open(&place, &mut text)
            .map_err(|_| MoveError::Sealed(self.number))?;
        Ok((text, is_last))
    }
}

fn ends_early() -> MoveError {
    MoveError::BadFile("it ends early".into())
}

fn exactly(input: &mut (dyn BufRead + Send), bytes: &mut [u8]) -> Result<(), MoveError> {
    input.read_exact(bytes).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => ends_early(),
        _ => error.into(),
    })
}

/// A line without its end; none at the end of the file.
fn line(input: &mut (dyn BufRead + Send), longest: u64) -> Result<Option<Vec<u8>>, MoveError> {
    let mut line = Vec::new();
    input.take(longest).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        return Err(ends_early());
    }
    Ok(Some(line))
}
