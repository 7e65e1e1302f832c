//! Of two people who edit the same thing, the second learns of the first.

/// What a caller expects of the thing that they change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// They say nothing, which is enough for something new.
    None,
    /// It is not there yet.
    Absent,
    /// It is there, whatever stands in it.
    Exists,
    /// It has this revision.
    Revision(u64),
}

/// Why nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreconditionRefusal {
    /// It has changed, or is gone, or is there already.
    Failed,
    /// It is there already, and the caller has not said which revision they have seen.
    Required,
}

impl Precondition {
    /// Compares with the revision that there is.
    ///
    /// # Errors
    /// Why it does not hold.
    pub fn check(self, current: Option<u64>) -> Result<(), PreconditionRefusal> {
        match (self, current) {
            (Self::None | Self::Absent, None) | (Self::Exists, Some(_)) => Ok(()),
            (Self::Revision(seen), Some(current)) if seen == current => Ok(()),
            (Self::None, Some(_)) => Err(PreconditionRefusal::Required),
            (Self::Absent | Self::Revision(_), Some(_))
            | (Self::Exists | Self::Revision(_), None) => Err(PreconditionRefusal::Failed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_seen_is_replaced() {
        let (failed, required) = (PreconditionRefusal::Failed, PreconditionRefusal::Required);
        for (seen, current, expected) in [
            (Precondition::None, None, Ok(())),
            (Precondition::None, Some(1), Err(required)),
            (Precondition::Absent, None, Ok(())),
            (Precondition::Absent, Some(1), Err(failed)),
            (Precondition::Exists, None, Err(failed)),
            (Precondition::Exists, Some(1), Ok(())),
            (Precondition::Revision(1), Some(1), Ok(())),
            (Precondition::Revision(1), Some(2), Err(failed)),
            (Precondition::Revision(1), None, Err(failed)),
        ] {
            assert_eq!(seen.check(current), expected, "{seen:?} {current:?}");
        }
    }
}
