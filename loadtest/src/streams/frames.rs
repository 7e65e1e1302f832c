//! A stream's bytes, taken apart: the head of the answer, its chunks, and the events in them.

use anyhow::{Context, bail, ensure};
use bytes::{Buf, BytesMut};

/// More than any head, chunk line or event has.
const LONGEST_BYTES: usize = 1024 * 1024;

/// An event of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) name: String,
    pub(super) id: Option<String>,
    pub(super) data: String,
}

/// What came of an answer so far.
#[derive(Debug, Default)]
pub(super) struct Frames {
    input: BytesMut,
    body: BytesMut,
    /// Once the head is read: whether what follows comes in chunks.
    is_chunked: Option<bool>,
    /// Of the chunk that is being read.
    left: usize,
}

impl Frames {
    /// Where the next bytes go.
    pub(super) fn input(&mut self) -> &mut BytesMut {
        &mut self.input
    }

    /// Whether the head of the answer is there. An answer that is no stream is an error.
    pub(super) fn is_open(&mut self) -> anyhow::Result<bool> {
        Ok(self.is_chunked.is_some() || self.head()?)
    }

    /// The next event; nothing if it is not complete.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<Event>> {
        if !self.is_open()? {
            return Ok(None);
        }
        self.unchunk()?;
        while let Some(end) = find(&self.body, b"\n\n") {
            let event = self.body.split_to(end + 2);
            if let Some(event) = read(&event)? {
                return Ok(Some(event));
            }
        }
        ensure!(self.body.len() <= LONGEST_BYTES, "an event without an end");
        Ok(None)
    }

    /// Whether the head is there.
    fn head(&mut self) -> anyhow::Result<bool> {
        let Some(end) = find(&self.input, b"\r\n\r\n") else {
            ensure!(self.input.len() <= LONGEST_BYTES, "a head without an end");
            return Ok(false);
        };
        let head = self.input.split_to(end + 4);
        let head = str::from_utf8(&head)
            .context("a head that is no text")?
            .to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap_or_default();
        if status != "200" {
            bail!("{status}");
        }
        self.is_chunked = Some(head.contains("\r\ntransfer-encoding: chunked\r\n"));
        Ok(true)
    }

    /// Moves what came of the body out of its chunks.
    fn unchunk(&mut self) -> anyhow::Result<()> {
        if self.is_chunked == Some(false) {
            self.body.extend_from_slice(&self.input.split());
            return Ok(());
        }
        loop {
            if self.left > 0 {
                let size = self.left.min(self.input.len());
                self.body.extend_from_slice(&self.input.split_to(size));
                self.left -= size;
                if self.left > 0 {
                    return Ok(());
                }
            }
            // The end of the chunk before.
            if self.input.starts_with(b"\r\n") {
                self.input.advance(2);
            }
            let Some(end) = find(&self.input, b"\r\n").filter(|end| *end > 0) else {
                return Ok(());
            };
            let line = self.input.split_to(end + 2);
            let size = str::from_utf8(&line[..end]).context("a chunk without a size")?;
            let size = size.split(';').next().unwrap_or_default().trim();
            self.left = usize::from_str_radix(size, 16).context("a chunk without a size")?;
            ensure!(self.left > 0, "the stream has ended");
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// An event, unless it is only a comment.
fn read(bytes: &[u8]) -> anyhow::Result<Option<Event>> {
    let text = str::from_utf8(bytes).context("an event that is no text")?;
    let mut event = Event {
        name: "message".to_owned(),
        id: None,
        data: String::new(),
    };
    for line in text.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut event.name),
            "id" => event.id = Some(value.to_owned()),
            "data" => event.data += value,
            _ => {}
        }
    }
    Ok((!event.data.is_empty()).then_some(event))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, id: Option<&str>, data: &str) -> Event {
        Event {
            name: name.to_owned(),
            id: id.map(str::to_owned),
            data: data.to_owned(),
        }
    }

    #[test]
    fn it_does_not_matter_in_which_pieces_the_bytes_come() {
        let first = "retry: 1000\n\n: comment\n\nevent: connection\ndata: {}\n\nevent: noti";
        let second = "fication\nid: 7\ndata: a\ndata: b\n\n";
        let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
        let chunked = format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}{}",
            chunk(first),
            chunk(second)
        );
        let plain = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{first}{second}");
        for answer in [chunked, plain] {
            for size in [1, 2, 3, 7, 10_000] {
                let (mut frames, mut events) = (Frames::default(), Vec::new());
                for piece in answer.as_bytes().chunks(size) {
                    frames.input().extend_from_slice(piece);
                    while let Some(event) = frames.next().expect("a stream") {
                        events.push(event);
                    }
                }
                let expected = [
                    event("connection", None, "{}"),
                    event("notification", Some("7"), "ab"),
                ];
                assert_eq!(events, expected, "in pieces of {size}");
            }
        }
    }

    #[test]
    fn an_answer_that_is_no_stream_is_an_error() {
        let mut frames = Frames::default();
        let answer = b"HTTP/1.1 503 Service Unavailable\r\n\r\n";
        frames.input().extend_from_slice(answer);
        assert_eq!(frames.next().expect_err("no stream").to_string(), "503");
    }
}
