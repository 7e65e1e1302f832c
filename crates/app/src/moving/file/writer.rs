//! Writing a file.

use std::io::Write;

use campanile_sealing::{FileKey, FramePlace};
use sha2::{Digest, Sha256};

use super::super::MoveError;
use super::Head;

/// Writes a head and frames.
pub(in super::super) struct FileWriter<'w> {
    out: &'w mut (dyn Write + Send),
    key: Option<FileKey>,
    head: [u8; 32],
    /// Of everything so far, in clear.
    digest: Sha256,
    number: u64,
}

impl<'w> FileWriter<'w> {
    pub(in super::super) fn begin(
        out: &'w mut (dyn Write + Send),
        head: &Head,
        key: Option<FileKey>,
    ) -> Result<Self, MoveError> {
        let line = serde_json::to_vec(head).expect("a head can be written");
        out.write_all(&line)?;
        out.write_all(b"\n")?;
        Ok(Self {
            out,
            key,
            head: Sha256::digest(&line).into(),
            digest: Sha256::new_with_prefix(&line),
            number: 0,
        })
    }

    /// Adds a frame.
    pub(in super::super) fn frame(
        &mut self,
        mut text: Vec<u8>,
        is_last: bool,
    ) -> Result<(), MoveError> {
        self.digest.update(&text);
        let place = FramePlace {
            head: &self.head,
            number: self.number,
            is_last,
        };
        self.number += 1;
        match &self.key {
            None => text.push(b'\n'),
            Some(key) => {
                key.seal(&place, &mut text)
                    .map_err(|_| MoveError::BadFile("a frame is too long".into()))?;
                let length = u32::try_from(text.len())
                    .map_err(|_| MoveError::BadFile("a frame is too long".into()))?;
                self.out.write_all(&[u8::from(is_last)])?;
                self.out.write_all(&length.to_be_bytes())?;
            }
        }
        self.out.write_all(&text)?;
        Ok(())
    }

    /// The SHA-256 of everything so far.
    pub(in super::super) fn sha256(&self) -> [u8; 32] {
        self.digest.clone().finalize().into()
    }
}
