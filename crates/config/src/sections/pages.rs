//! The pages for browsers.

use crate::check;
use crate::key::Key;
use crate::reader::Reader;

const HOME: Key = Key::plain("pages", "home", "CAMPANILE_HOME_PAGE")
    .means("Whether `api` serves the page at `/` that sends a notification and shows its way. `up` always does.")
    .expects("true or false");

const DOCS_LIVE: Key = Key::plain("pages", "docs_live", "CAMPANILE_DOCS_LIVE")
    .means("Whether `api` serves the page at `/docs/live` that shows a user's inbox live. `up` always does.")
    .expects("true or false");

pub(crate) const KEYS: &[Key] = &[HOME, DOCS_LIVE];

/// The pages for browsers.
#[derive(Clone, Copy, Debug)]
pub struct Pages {
    /// Whether `api` serves the page at `/`.
    pub home: bool,
    /// Whether `api` serves the page at `/docs/live`.
    pub docs_live: bool,
}

impl Pages {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            home: reader.with_default(&HOME, check::parsed("is not true or false")),
            docs_live: reader.with_default(&DOCS_LIVE, check::parsed("is not true or false")),
        }
    }
}
