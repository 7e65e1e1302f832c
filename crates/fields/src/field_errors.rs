//! What is wrong with a request, bounded however much that is.

use std::ops::Deref;

use serde::Serialize;
use utoipa::ToSchema;

use crate::FieldCode;

/// One invalid value of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProblemField)]
pub struct FieldError {
    /// A JSON pointer into the body (`/recipients/3`), or the name of a query parameter or header;
    /// cut after 256 bytes.
    // It is empty for the body as a whole.
    #[schema(example = "/recipients/3")]
    pub field: String,
    /// A stable code.
    #[schema(value_type = String, example = "too_long")]
    pub code: FieldCode,
    /// One readable sentence.
    pub detail: String,
}

impl FieldError {
    /// The caller chooses the names in `field`: a longer one ends in an ellipsis.
    const MAX_FIELD_BYTES: usize = 256;
    /// Longer than any text of the service.
    const MAX_DETAIL_BYTES: usize = 512;

    /// A wrong field. Long texts are cut, so that no answer repeats what a request has made long.
    pub fn new(field: impl Into<String>, code: FieldCode, detail: impl Into<String>) -> Self {
        Self {
            field: cut(field.into(), Self::MAX_FIELD_BYTES),
            code,
            detail: cut(detail.into(), Self::MAX_DETAIL_BYTES),
        }
    }
}

fn cut(mut text: String, max: usize) -> String {
    if text.len() > max {
        text.truncate(text.floor_char_boundary(max));
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

/// The first wrong fields of a request and how many more there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors {
    listed: Vec<FieldError>,
    omitted: u64,
}

impl FieldErrors {
    /// As many are listed; the others are counted.
    pub const MAX: usize = 100;

    /// Notes one more. Its text is only made where it is listed.
    pub fn note(&mut self, make: impl FnOnce() -> FieldError) {
        if self.listed.len() < Self::MAX {
            self.listed.push(make());
        } else {
            self.omitted += 1;
        }
    }

    /// Notes one more.
    pub fn push(&mut self, error: FieldError) {
        self.note(|| error);
    }

    /// Notes all of `others`, after those that are here.
    pub fn append(&mut self, others: Self) {
        others.listed.into_iter().for_each(|error| self.push(error));
        self.omitted += others.omitted;
    }

    /// Lists so many at most, of which there is always one.
    pub fn keep(&mut self, most: usize) {
        let left_out = self.listed.len().saturating_sub(most.max(1));
        self.listed.truncate(most.max(1));
        self.omitted += left_out as u64;
    }

    /// Counts so many that are not listed.
    pub fn omit(&mut self, count: u64) {
        self.omitted += count;
    }

    /// How many are wrong besides those that are listed.
    pub const fn omitted(&self) -> u64 {
        self.omitted
    }

    /// How many are wrong in all.
    pub fn count(&self) -> u64 {
        self.listed.len() as u64 + self.omitted
    }
}

impl Deref for FieldErrors {
    type Target = [FieldError];

    /// Those that are listed.
    fn deref(&self) -> &[FieldError] {
        &self.listed
    }
}

impl From<FieldError> for FieldErrors {
    fn from(error: FieldError) -> Self {
        Self {
            listed: vec![error],
            omitted: 0,
        }
    }
}

impl IntoIterator for FieldErrors {
    type Item = FieldError;
    type IntoIter = std::vec::IntoIter<FieldError>;

    /// Those that are listed.
    fn into_iter(self) -> Self::IntoIter {
        self.listed.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_are_listed_and_the_others_counted() {
        let mut errors = FieldErrors::default();
        for n in 0..250 {
            errors.push(FieldError::new(format!("/{n}"), FieldCode::Invalid, ""));
        }
        assert_eq!((errors.len(), errors.omitted()), (100, 150));
        assert_eq!(errors[99].field, "/99");
        let mut more = FieldErrors::from(FieldError::new("/first", FieldCode::Invalid, ""));
        more.append(errors);
        assert_eq!((more.len(), more.count()), (100, 251));
        more.keep(0);
        assert_eq!((more.len(), more.count()), (1, 251));
        assert_eq!(more[0].field, "/first");
    }

    #[test]
    fn long_names_are_not_repeated_whole() {
        let error = FieldError::new(
            "ä".repeat(5_000),
            FieldCode::UnknownField,
            "x".repeat(5_000),
        );
        assert!(error.field.len() < 300 && error.field.ends_with("ä…"));
        assert!(error.detail.len() < 600);
    }
}
