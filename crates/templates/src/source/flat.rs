//! A part with its layout and partials put in, which remembers where each piece came from.

use super::File;
use crate::fault::{Fault, FaultCode, position};

/// A piece of a flat text.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// The file, and the offset in it.
    pub(crate) file: usize,
    pub(crate) offset: usize,
    pub(crate) text: String,
    pub(crate) is_tag: bool,
}

/// A part with everything put in.
#[derive(Debug)]
pub(crate) struct Flat<'a> {
    pub(crate) files: Vec<File<'a>>,
    pub(crate) units: Vec<Unit>,
}

impl Flat<'_> {
    /// The whole text.
    pub(crate) fn text(&self) -> String {
        self.units.iter().map(|unit| &*unit.text).collect()
    }

    /// A fault at an offset of the whole text.
    pub(crate) fn fault_at(&self, offset: usize, code: FaultCode, message: String) -> Fault {
        let mut start = 0;
        let mut place = (0, 0);
        for unit in &self.units {
            let within = offset.saturating_sub(start).min(unit.text.len());
            place = (unit.file, unit.offset + within);
            start += unit.text.len();
            if offset < start {
                break;
            }
        }
        self.fault_in(place.0, place.1, code, message)
    }

    /// A fault at an offset of a file.
    pub(crate) fn fault_in(
        &self,
        file: usize,
        offset: usize,
        code: FaultCode,
        message: String,
    ) -> Fault {
        let file = &self.files[file];
        let (line, column) = position(file.text, offset);
        Fault {
            part: file.label(),
            line,
            column,
            code,
            message,
        }
    }
}
