//! The bytes between us and the relay: commands go out whole, replies come in bounded.
//!
//! A reply is its code (RFC 5321, section 4.2). The text may be missing, outside ASCII or cut off, a
//! line may end in a bare LF, and nothing of that changes what was said. What a relay sends is counted
//! before a line is complete, so a relay without line ends costs [`MAX_REPLY_BYTES`] and no more.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// The most bytes of one reply. A line has at most 512 (RFC 5321, section 4.5.3.1.5), and the longest
/// answers to EHLO have some twenty lines.
pub(super) const MAX_REPLY_BYTES: usize = 16 * 1024;

/// Most replies fit; an idle connection holds no more than this.
const BUFFER_BYTES: usize = 2 * 1024;

/// A stream of bytes, protected or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// What a relay said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) code: u16,
    /// What stands after the code, line by line.
    pub(super) lines: Vec<String>,
    /// Whether it came to its end. One that did not has still sent its code, but what follows it
    /// cannot be distinguished from it.
    pub(super) is_whole: bool,
}

/// Why there is no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoReply {
    /// The connection ended.
    Lost,
    /// What came begins with no code.
    Garbled,
}

/// One connection to a relay.
pub(super) struct Wire {
    stream: BufReader<Box<dyn Stream>>,
    /// A reply did not come to its end, so nothing that comes now is the answer to anything.
    is_broken: bool,
}

impl Wire {
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        Self {
            stream: BufReader::with_capacity(BUFFER_BYTES, stream),
            is_broken: false,
        }
    }

    /// The same connection, protected from here on.
    ///
    /// # Errors
    /// Where the handshake fails, and where something was read ahead: someone on the way could append
    /// replies to the relay's plain ones, which would then count as protected (CVE-2011-0411 is the
    /// same at servers).
    pub(super) async fn protected(
        self,
        connector: &TlsConnector,
        name: ServerName<'static>,
    ) -> io::Result<Self> {
        if !self.stream.buffer().is_empty() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let stream = connector.connect(name, self.stream.into_inner()).await?;
        Ok(Self::new(Box::new(stream)))
    }

    pub(super) async fn write(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes()).await?;
        self.stream.flush().await
    }

    pub(super) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Reads one reply, whatever its text is.
    pub(super) async fn reply(&mut self) -> Result<Said, NoReply> {
        if self.is_broken {
            return Err(NoReply::Lost);
        }
        let mut said: Option<Said> = None;
        let mut room = MAX_REPLY_BYTES;
        loop {
            let line = self.line(&mut room).await;
            let is_whole = line.ends_with(b"\n");
            let parsed = Line::parse(&line);
            match (&mut said, &parsed) {
                (None, Some(line)) => said = Some(Said::begun(line)),
                (Some(said), Some(line)) => said.go_on(line),
                // Between the lines of a reply only the next code counts.
                (Some(_), None) => {}
                (None, None) if is_whole && is_blank(&line) => continue,
                (None, None) if !is_whole && room > 0 => return Err(NoReply::Lost),
                (None, None) => {
                    self.is_broken = true;
                    return Err(NoReply::Garbled);
                }
            }
            if !is_whole || parsed.is_some_and(|line| line.is_last) {
                self.is_broken = !is_whole;
                return said
                    .map(|said| Said { is_whole, ..said })
                    .ok_or(NoReply::Lost);
            }
        }
    }

    /// The next line with its end, or what there is of it where the connection or the room ends.
    async fn line(&mut self, room: &mut usize) -> Vec<u8> {
        let mut line = Vec::new();
        let most = u64::try_from(*room).unwrap_or(u64::MAX);
        // An error is the end of the connection; what came before it was said.
        let _ = (&mut self.stream)
            .take(most)
            .read_until(b'\n', &mut line)
            .await;
        *room -= line.len();
        line
    }
}

impl Said {
    fn begun(line: &Line<'_>) -> Self {
        Self {
            code: line.code,
            lines: vec![line.text()],
            is_whole: false,
        }
    }

    /// The last line's code counts: a client looks for the line that ends the reply and may ignore the
    /// others (RFC 5321, section 4.2.1).
    fn go_on(&mut self, line: &Line<'_>) {
        self.code = line.code;
        self.lines.push(line.text());
    }
}

/// A line that begins with a code.
struct Line<'a> {
    code: u16,
    is_last: bool,
    text: &'a [u8],
}

impl<'a> Line<'a> {
    /// Three digits, the first from 2 to 5, and nothing after them that would make another word of
    /// them.
    fn parse(line: &'a [u8]) -> Option<Self> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (digits, rest) = line.split_at_checked(3)?;
        let is_code = matches!(digits[0], b'2'..=b'5') && digits.iter().all(u8::is_ascii_digit);
        let is_apart = rest
            .first()
            .is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if !is_code || !is_apart {
            return None;
        }
        let code = digits
            .iter()
            .fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        Some(Self {
            code,
            is_last: rest.first() != Some(&b'-'),
            text: rest.get(1..).unwrap_or_default(),
        })
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.text).trim().to_owned()
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
