//! Reads server-sent events out of the bytes of a response.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::Value;

use super::event::Event;

/// An event is no larger than this: a notification has at most 256 KiB.
const MAX_EVENT_BYTES: usize = 4 * 1024 * 1024;

/// What a line or an empty line completes.
#[derive(Debug, PartialEq)]
pub(super) enum Frame {
    /// An event.
    Event(Event),
    /// How long to wait before the next connection.
    Retry(Duration),
}

/// What has arrived of the next event.
#[derive(Default)]
pub(super) struct Frames {
    line: Vec<u8>,
    event: String,
    id: Option<String>,
    data: Option<String>,
}

impl Frames {
    /// Takes the next bytes; gives what they complete.
    ///
    /// # Errors
    /// An event that is larger than any that the service sends.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<Frame>> {
        let mut frames = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                self.line.push(*byte);
                let held = self.line.len() + self.data.as_ref().map_or(0, String::len);
                if held > MAX_EVENT_BYTES {
                    bail!("the server sent an event of more than 4 MiB");
                }
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let line = line.strip_suffix(b"\r").unwrap_or(&line);
            frames.extend(self.line(&String::from_utf8_lossy(line)));
        }
        Ok(frames)
    }

    fn line(&mut self, line: &str) -> Option<Frame> {
        if line.is_empty() {
            return self.end();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "id" => self.id = Some(value.to_owned()).filter(|id| !id.is_empty()),
            "data" => {
                let data = self.data.get_or_insert_default();
                if !data.is_empty() {
                    data.push('\n');
                }
                data.push_str(value);
            }
            "retry" => {
                return value
                    .parse()
                    .ok()
                    .map(Duration::from_millis)
                    .map(Frame::Retry);
            }
            // A comment keeps the connection alive.
            _ => {}
        }
        None
    }

    fn end(&mut self) -> Option<Frame> {
        let (event, id, data) = (
            std::mem::take(&mut self.event),
            self.id.take(),
            self.data.take()?,
        );
        Some(Frame::Event(Event {
            event: if event.is_empty() {
                "message".to_owned()
            } else {
                event
            },
            id,
            data: serde_json::from_str(&data).unwrap_or(Value::String(data)),
        }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(event: &str, id: Option<&str>, data: Value) -> Frame {
        Frame::Event(Event {
            event: event.into(),
            id: id.map(str::to_owned),
            data,
        })
    }

    #[test]
    fn events_are_read_however_the_bytes_are_cut() {
        let text = ": hello\r\nretry: 1500\n\nevent: connection\ndata: {\"unread\":1}\n\nid: 7\nevent: notification\r\n\
            data: {\"title\":\ndata: \"\u{dc}\"}\r\n\r\nid: 8\n\n:\n\ndata:plain\n\nevent: count\ndata: {";
        let expected = [
            Frame::Retry(Duration::from_millis(1_500)),
            event("connection", None, json!({"unread": 1})),
            event("notification", Some("7"), json!({"title": "\u{dc}"})),
            event("message", None, json!("plain")),
        ];
        for size in [1, 2, 3, 7, 1_000] {
            let mut frames = Frames::default();
            let chunks = text.as_bytes().chunks(size);
            let read = chunks.flat_map(|chunk| frames.take(chunk).expect("small"));
            assert_eq!(read.collect::<Vec<_>>(), expected, "{size}");
        }
    }

    #[test]
    fn an_event_without_an_end_is_refused() {
        let mut frames = Frames::default();
        let chunk = vec![b'x'; 1024 * 1024];
        let taken: Vec<_> = (0..5).map(|_| frames.take(&chunk).is_ok()).collect();
        assert_eq!(taken, [true, true, true, true, false]);
    }
}
