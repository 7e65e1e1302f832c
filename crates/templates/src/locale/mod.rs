//! Languages of readers: BCP 47 tags, the order in which they are tried, and the languages that we have words in.

mod chain;
mod language;

pub use chain::locale_chain;
pub use language::Language;
pub(crate) use language::direction;
