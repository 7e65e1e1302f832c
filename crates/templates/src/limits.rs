//! What templates may cost (ADR 65).

use std::time::Duration;

/// The longest source of a part, partial or layout.
pub const MAX_SOURCE_BYTES: usize = 64 * 1_024;
/// The longest source of a part with its layout and partials put in.
pub(crate) const MAX_FLAT_BYTES: usize = 256 * 1_024;
/// The longest result of a part.
pub const MAX_OUTPUT_BYTES: usize = 256 * 1_024;
/// Steps of a part. A list of 100 orders with ten cells each takes about 5,000.
pub(crate) const MAX_STEPS: u64 = 25_000;
/// Processor time of a render with all its parts.
pub(crate) const MAX_CPU: Duration = Duration::from_millis(50);
/// The longest string that a filter returns.
pub(crate) const MAX_STRING_BYTES: usize = 64 * 1_024;
/// What all filters of a render may return together.
pub(crate) const MAX_FILTERED_BYTES: usize = 1_024 * 1_024;
/// Numbers that `range` returns.
pub(crate) const MAX_RANGE: i64 = 1_000;
/// Words and operators within one tag: they nest, and what walks them uses the stack.
pub(crate) const MAX_TOKENS_IN_TAG: usize = 120;
/// Blocks within blocks, each `elif` counted as one.
pub(crate) const MAX_BLOCK_DEPTH: usize = 40;
/// Layouts and partials within each other.
pub(crate) const MAX_INCLUDE_DEPTH: usize = 10;
/// Elements within elements of HTML and MJML.
pub(crate) const MAX_ELEMENT_DEPTH: usize = 100;
/// Attributes of an element.
pub(crate) const MAX_ATTRIBUTES: usize = 100;
/// Operators that search a text: each may read all of it.
pub(crate) const MAX_SEARCHES: usize = 100;
/// Texts that `~` joins in one expression.
pub(crate) const MAX_JOINED: usize = 8;
/// Faults that are reported at once.
pub(crate) const MAX_FAULTS: usize = 20;
/// Values in a notification's content; the rest is left out.
pub(crate) const MAX_VALUES: usize = 10_000;
/// Depth of a notification's content; what is deeper is left out.
pub(crate) const MAX_CONTENT_DEPTH: usize = 32;
/// HTML of a content that is sanitised at once.
pub(crate) const MAX_FOREIGN_HTML_BYTES: usize = 16 * 1_024;
