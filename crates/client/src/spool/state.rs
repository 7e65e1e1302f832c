//! What is in the spool, in numbers; the rules of taking and giving, without a disk.

use std::collections::VecDeque;

use super::segment::Position;
use super::{SpoolError, SpoolLimits, SpoolStatus};

/// A segment that is still needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) number: u64,
    /// As far as it is on disk and sound.
    pub(super) end: u64,
    pub(super) is_damaged: bool,
}

/// See the module.
#[derive(Debug)]
pub(super) struct State {
    pub(super) limits: SpoolLimits,
    /// In order; the last one is written to if `is_active`.
    pub(super) segments: VecDeque<Segment>,
    pub(super) is_active: bool,
    /// No segment ever had this number.
    pub(super) next_number: u64,
    /// Everything before it is done.
    pub(super) head: Position,
    /// With what is being written at this moment: who looks whether the spool is empty goes behind that, too.
    pub(super) status: SpoolStatus,
    /// The size of the file of what was refused.
    pub(super) rejected_bytes: u64,
}

impl State {
    /// Makes room for an entry that is about to be written.
    pub(super) fn reserve(&mut self, bytes: u64) -> Result<(), SpoolError> {
        let status = &mut self.status;
        let taken = status.bytes + self.rejected_bytes;
        if status.entries >= self.limits.entries || taken + bytes > self.limits.bytes {
            return Err(SpoolError::Full {
                entries: status.entries,
                bytes: taken,
            });
        }
        status.entries += 1;
        status.bytes += bytes;
        Ok(())
    }

    /// Gives room back: the entries were not written, or are done.
    pub(super) fn release(&mut self, entries: u64, bytes: u64) {
        self.status.entries -= entries;
        self.status.bytes -= bytes;
    }

    /// Begins to write to a new segment.
    pub(super) fn begin_segment(&mut self) {
        let number = self.next_number;
        self.next_number += 1;
        self.is_active = true;
        self.segments.push_back(Segment {
            number,
            end: 0,
            is_damaged: false,
        });
    }

    /// What was written to the active segment is on disk.
    pub(super) fn written(&mut self, bytes: u64) {
        if let Some(active) = self.segments.back_mut() {
            active.end += bytes;
        }
    }

    /// Where the next entries at or behind `from` are: a place and how far its segment goes.
    pub(super) fn next(&self, from: Position) -> Option<(Position, u64)> {
        let mut behind = self.segments.iter().skip_while(|s| s.number < from.segment);
        behind.find_map(|segment| {
            let offset = if segment.number == from.segment {
                from.offset
            } else {
                0
            };
            let at = Position {
                segment: segment.number,
                offset,
            };
            (offset < segment.end).then_some((at, segment.end))
        })
    }

    /// Takes out a segment of which everything is done, unless it is written to.
    pub(super) fn take_consumed(&mut self) -> Option<Segment> {
        let first = self.segments.front()?;
        let is_active = self.is_active && self.segments.len() == 1;
        let is_done = first.number < self.head.segment
            || (first.number == self.head.segment && first.end <= self.head.offset);
        (is_done && !is_active)
            .then(|| self.segments.pop_front())
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(segment: u64, offset: u64) -> Position {
        Position { segment, offset }
    }

    fn state() -> State {
        State {
            limits: SpoolLimits::new(100, 3),
            segments: VecDeque::new(),
            is_active: false,
            next_number: 5,
            head: at(0, 0),
            status: SpoolStatus::default(),
            rejected_bytes: 0,
        }
    }

    #[test]
    fn limits_hold_for_entries_and_bytes_rejected_ones_too() {
        let mut state = state();
        for _ in 0..3 {
            state.reserve(10).unwrap();
        }
        assert!(matches!(
            state.reserve(10),
            Err(SpoolError::Full {
                entries: 3,
                bytes: 30
            })
        ));
        state.release(2, 20);
        state.rejected_bytes = 85;
        assert!(state.reserve(10).is_err());
        state.reserve(5).unwrap();
    }

    #[test]
    fn reading_goes_from_segment_to_segment_and_done_ones_go() {
        let mut state = state();
        state.begin_segment();
        assert_eq!(state.next(at(0, 0)), None);
        state.written(30);
        assert_eq!(state.next(at(0, 0)), Some((at(5, 0), 30)));
        assert_eq!(state.next(at(5, 10)), Some((at(5, 10), 30)));
        state.head = at(5, 30);
        assert_eq!(state.take_consumed(), None, "it is written to");
        state.begin_segment();
        state.written(7);
        assert_eq!(state.next(at(5, 30)), Some((at(6, 0), 7)));
        assert_eq!(state.take_consumed().unwrap().number, 5);
        assert_eq!(state.take_consumed(), None);
    }
}
