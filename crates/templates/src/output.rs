//! Where a template writes: escaped as its part needs it, and never more than allowed.

use std::io;

use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Error, ErrorKind, HtmlEscape, Output, State, Value};

use crate::fault::FaultCode;
use crate::filters::wrong;
use crate::limits::MAX_OUTPUT_BYTES;
use crate::session;

/// Keeps what is written, up to [`MAX_OUTPUT_BYTES`].
#[derive(Debug, Default)]
pub(crate) struct Bounded(Vec<u8>);

impl Bounded {
    pub(crate) fn with_room_for(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(crate) fn into_text(self) -> String {
        String::from_utf8(self.0).unwrap_or_default()
    }
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT_BYTES {
            if let Some(session) = session::current() {
                session.stop(FaultCode::OutputTooLarge);
            }
            return Err(io::Error::other("the result is too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a value. Nothing is shown for what does not exist.
pub(crate) fn show(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_undefined() || value.is_none() {
        return if session::must_stop() {
            Err(wrong("rendering was stopped"))
        } else {
            Ok(())
        };
    }
    if let Some(text) = value.as_str() {
        let is_html = matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe();
        let written = if is_html {
            write!(out, "{}", HtmlEscape(text))
        } else {
            out.write_str(text)
        };
        return written.map_err(|_| Error::from(ErrorKind::WriteFailure));
    }
    if value.as_object().is_some() {
        return Err(wrong(
            "a list or an object cannot be shown as a whole: name one of its values, or loop over it",
        ));
    }
    // As JSON writes them.
    if value.kind() == ValueKind::Bool {
        let written = out.write_str(if value.is_true() { "true" } else { "false" });
        return written.map_err(|_| Error::from(ErrorKind::WriteFailure));
    }
    write!(out, "{value}").map_err(|_| Error::from(ErrorKind::WriteFailure))
}
