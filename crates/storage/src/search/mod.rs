//! Searching in what notifications say.
//!
//! No index knows the texts, so a search opens them one by one, never more than
//! [`Search::OPENED`] and never more than [`Search::OPENED_BYTES`]. Both back ends search here, so
//! that they find the same.

mod fold;

use campanile_domain::{NotificationId, json_values};

use crate::{PageSize, PageStart};
use fold::folded;

/// A text to be found in titles, bodies and the values of contents, whatever the case and the normal
/// form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    folded: String,
}

impl Search {
    /// A search opens so many of a user's notifications at most: the newest that match the other
    /// filters.
    pub const OPENED: u32 = 1_000;
    /// And so many bytes of them: the one that reaches this is the last.
    pub const OPENED_BYTES: usize = 16 * 1024 * 1024;
    /// The longest text to be found, in bytes.
    pub const MAX_BYTES: usize = 256;

    /// A search for a text; `None` if it is empty or longer than [`Self::MAX_BYTES`].
    pub fn of(text: &str) -> Option<Self> {
        let fits = !text.trim().is_empty() && text.len() <= Self::MAX_BYTES;
        fits.then(|| Self {
            folded: folded(text.trim()).into_owned(),
        })
    }

    /// Whether a notification says it. Names of fields and the signs of JSON do not count.
    pub fn finds(&self, title: Option<&str>, body: Option<&str>, content: &str) -> bool {
        let texts = [title, body];
        texts.into_iter().flatten().any(|text| self.is_in(text))
            || json_values(content).any(|value| self.is_in(&value))
    }

    fn is_in(&self, text: &str) -> bool {
        folded(text).contains(&self.folded)
    }
}

/// What a search has opened so far, and what it may still open.
///
/// Opening is work for the processor, done between the rows of an answer: it lets others on now and
/// then, or the largest search would hold up everything else on its thread.
#[derive(Debug, Default)]
pub struct Opened {
    rows: u32,
    bytes: usize,
    since_pause: usize,
}

impl Opened {
    /// Others get on after so many bytes, which take a millisecond or so.
    const PAUSE_AFTER: usize = 128 * 1024;
    /// Rows asked for while nothing is known of their size: of the largest, all that may be opened.
    const FIRST_ROWS: u32 = 64;
    /// Rows asked for at once, at most.
    const MOST_ROWS: u32 = 500;

    /// Opens one and says whether it is found.
    pub async fn open(
        &mut self,
        search: &Search,
        title: Option<&str>,
        body: Option<&str>,
        content: &str,
    ) -> bool {
        let found = search.finds(title, body, content);
        let bytes = title.map_or(0, str::len) + body.map_or(0, str::len) + content.len();
        self.rows += 1;
        self.bytes += bytes;
        self.since_pause += bytes;
        if self.since_pause >= Self::PAUSE_AFTER {
            self.since_pause = 0;
            tokio::task::yield_now().await;
        }
        found
    }

    /// Bytes of texts opened so far.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether no more is to be opened.
    pub fn is_over(&self) -> bool {
        self.rows >= Search::OPENED || self.bytes >= Search::OPENED_BYTES
    }

    /// How many rows to ask for next, so that hardly any is sent that is not opened; none if it is
    /// over.
    pub fn next_rows(&self) -> u32 {
        if self.is_over() {
            return 0;
        }
        if self.rows == 0 {
            return Self::FIRST_ROWS;
        }
        let usual = (self.bytes / self.rows as usize).max(1);
        let fit = (Search::OPENED_BYTES - self.bytes).div_ceil(usual);
        let fit = u32::try_from(fit).unwrap_or(u32::MAX);
        fit.min(Search::OPENED - self.rows).min(Self::MOST_ROWS)
    }
}

/// A notification that says what was searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchHit {
    /// Which one.
    pub id: NotificationId,
    /// Bytes of its texts.
    pub bytes: usize,
}

/// The part of what was found, newest first, that a page shows; and whether more follows.
pub fn page_of(
    found: &[SearchHit],
    start: PageStart,
    size: PageSize,
) -> (Vec<NotificationId>, bool) {
    let skipped = match start {
        PageStart::Offset(rows) => usize::try_from(rows).unwrap_or(usize::MAX),
        PageStart::After(id) => found.partition_point(|newer| newer.id >= id),
    };
    let rest = found.get(skipped..).unwrap_or_default();
    let shown = size.fit(rest.iter().map(|one| one.bytes));
    let ids = rest[..shown].iter().map(|one| one.id).collect();
    (ids, rest.len() > shown)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn it_finds_what_is_said_and_not_how_it_is_written() {
        let content = r#"{"sender_username":"Zoe\u0308","room":{"names":["Turm \"A\""]},"n":4711,
            "street":"Hauptstraße","at":31.245270191439438}"#;
        for (text, expected) in [
            ("zoë", true),
            ("ZOË", true),
            (" zoë ", true),
            ("turm \"a\"", true),
            ("471", true),
            ("STRASSE", true),
            ("ZOE\u{308}", true),
            ("zoe", false),
            ("245270191439438", true),
            ("hello", true),
            ("World", true),
            ("sender_username", false),
            ("\",\"", false),
            ("hello world", false),
        ] {
            let search = Search::of(text).expect("valid");
            let found = search.finds(Some("Hello"), Some("the world"), content);
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(Search::of("  "), None);
        assert_eq!(Search::of(&"x".repeat(257)), None);
    }

    #[tokio::test]
    async fn it_ends_at_the_rows_or_the_bytes_and_asks_for_no_more() {
        let search = Search::of("needle").expect("valid");
        for (content, expected) in [(10, 1_000), (16_000, 1_000), (160_000, 105), (262_144, 64)] {
            let text = format!("\"{}\"", "x".repeat(content - 2));
            let (mut opened, mut asked) = (Opened::default(), 0);
            while opened.next_rows() > 0 {
                let rows = opened.next_rows();
                asked += rows;
                for _ in 0..rows {
                    if !opened.is_over() {
                        assert!(!opened.open(&search, None, None, &text).await);
                    }
                }
            }
            assert_eq!((opened.rows, asked), (expected, expected), "{content}");
        }
    }

    #[test]
    fn pages_of_what_was_found_follow_each_other() {
        let id = |n| NotificationId::floor(DateTime::UNIX_EPOCH + TimeDelta::seconds(n));
        let found = [5, 3, 1].map(|n| SearchHit {
            id: id(n),
            bytes: 10,
        });
        for (start, limit, expected, more) in [
            (PageStart::Offset(0), 2, &found[..2], true),
            (PageStart::Offset(1), 2, &found[1..], false),
            (PageStart::Offset(1_000_000_000), 2, &[][..], false),
            (PageStart::After(id(5)), 1, &found[1..2], true),
            // Not (any more) among them.
            (PageStart::After(id(4)), 5, &found[1..], false),
            (PageStart::After(id(0)), 5, &[], false),
        ] {
            let expected: Vec<_> = expected.iter().map(|one| one.id).collect();
            assert_eq!(
                page_of(&found, start, PageSize::rows(limit)),
                (expected, more),
                "{start:?} {limit}"
            );
        }
        let bytes = 11;
        let size = PageSize { rows: 3, bytes };
        let (ids, more) = page_of(&found, PageStart::Offset(0), size);
        assert_eq!(
            (ids, more),
            (vec![id(5), id(3)], true),
            "the second reaches it"
        );
    }
}
