//! What is wrong with a template, and where.

use std::fmt;

/// One thing that is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The part; or `partial:<name>` or `layout:<name>`.
    pub part: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What kind of fault it is.
    pub code: FaultCode,
    /// A sentence for the template's editor.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            part, line, column, ..
        } = self;
        write!(f, "{part}, line {line}, column {column}: {}", self.message)
    }
}

impl std::error::Error for Fault {}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// The kinds of faults.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum FaultCode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl FaultCode {
            /// Its name in answers, logs and metrics.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

codes! {
    /// The source cannot be read.
    Syntax = "syntax",
    /// The channel has no such part, or needs one that is missing.
    UnknownPart = "unknown_part",
    /// There is no such filter.
    UnknownFilter = "unknown_filter",
    /// There is no such test.
    UnknownTest = "unknown_test",
    /// A warning: no variable of that name exists, so nothing is shown.
    UnknownVariable = "unknown_variable",
    /// There is no partial or layout of that name.
    UnknownInclude = "unknown_include",
    /// A partial or layout contains itself.
    RecursiveInclude = "recursive_include",
    /// Something that templates may not do.
    NotAllowed = "not_allowed",
    /// The source is too long.
    TooLarge = "too_large",
    /// The source nests too deep.
    TooComplex = "too_complex",
    /// The MJML cannot be read.
    BadMjml = "bad_mjml",
    /// The HTML cannot be used in a mail.
    BadHtml = "bad_html",
    /// A link that is neither http, https, mailto nor tel, nor of a scheme of the tenant.
    BadLink = "bad_link",
    /// The actions cannot be read.
    BadActions = "bad_actions",
    /// A value of a wrong type at run time.
    WrongType = "wrong_type",
    /// The result is empty where something must be shown.
    Empty = "empty",
    /// Rendering took too many steps.
    OutOfSteps = "out_of_steps",
    /// Rendering took too long.
    OutOfTime = "out_of_time",
    /// The result, or a text within it, is too long.
    OutputTooLarge = "output_too_large",
}

/// The line and column of an offset.
pub(crate) fn position(source: &str, offset: usize) -> (u32, u32) {
    let before = &source[..source.floor_char_boundary(offset)];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    (number(line), number(column))
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn positions_count_characters() {
        let source = "ab\nüx\n";
        for (offset, expected) in [
            (0, (1, 1)),
            (2, (1, 3)),
            (3, (2, 1)),
            (4, (2, 1)),
            (5, (2, 2)),
            (99, (3, 1)),
        ] {
            assert_eq!(position(source, offset), expected, "{offset}");
        }
    }
}
