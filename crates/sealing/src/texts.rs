//! The texts of a row, packed into one blob to be sealed: what a notification or a fan-out says.

use std::borrow::Cow;

use campanile_domain::{Action, Fanout, ItemTexts, Link, Notification};
use uuid::Uuid;

use crate::SealError;

/// The first byte; another layout gets another number.
const VERSION: u8 = 1;
/// How many texts there are; which of them a row has is a bit each.
const TEXTS: usize = 7;

/// Where a blob lies. What was sealed for one row cannot be opened as another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A row of `notifications`.
    Notification(Uuid),
    /// A row of `fanouts`.
    Fanout(Uuid),
}

impl Place {
    pub(crate) fn purpose(self) -> String {
        match self {
            Self::Notification(id) => format!("notifications/{id}"),
            Self::Fanout(id) => format!("fanouts/{id}"),
        }
    }
}

/// What a row says, as its columns have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowTexts<'a> {
    /// The sender's title.
    pub title: Option<Cow<'a, str>>,
    /// The sender's text.
    pub body: Option<Cow<'a, str>>,
    /// The sender's JSON object.
    pub content: Option<Cow<'a, str>>,
    /// The title that the user sees, where it differs.
    pub item_title: Option<Cow<'a, str>>,
    /// The text that the user sees, where it differs.
    pub item_body: Option<Cow<'a, str>>,
    /// What a click opens.
    pub link: Option<Cow<'a, str>>,
    /// The buttons, as JSON.
    pub actions: Option<Cow<'a, str>>,
}

fn borrowed(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.map(Cow::Borrowed)
}

impl<'a> RowTexts<'a> {
    /// What a notification says.
    pub fn of_notification(one: &'a Notification) -> Self {
        let own = (one.title.as_deref(), one.body.as_deref(), &*one.content);
        Self::of_item(own, &one.item)
    }

    /// What a notification says whose title, text and content are these.
    pub fn of_item(
        (title, body, content): (Option<&'a str>, Option<&'a str>, &'a str),
        item: &'a ItemTexts,
    ) -> Self {
        Self {
            title: borrowed(title),
            body: borrowed(body),
            content: Some(Cow::Borrowed(content)),
            item_title: borrowed(item.title.as_deref()),
            item_body: borrowed(item.body.as_deref()),
            link: borrowed(item.link.as_ref().map(Link::as_str)),
            actions: Action::to_stored(&item.actions).map(Cow::Owned),
        }
    }

    /// What a fan-out says.
    pub fn of_fanout(one: &'a Fanout) -> Self {
        Self {
            title: borrowed(one.title.as_deref()),
            body: borrowed(one.body.as_deref()),
            content: Some(Cow::Borrowed(&*one.content)),
            link: borrowed(one.link.as_ref().map(Link::as_str)),
            actions: Action::to_stored(&one.actions).map(Cow::Owned),
            ..Self::default()
        }
    }

    /// Whether there is nothing to seal.
    pub fn is_empty(&self) -> bool {
        let parts = self.parts();
        let mut there = parts.iter().filter_map(|part| part.as_deref());
        there.all(|text| text.is_empty() || text == "{}")
    }

    const fn parts(&self) -> [&Option<Cow<'a, str>>; TEXTS] {
        [
            &self.title,
            &self.body,
            &self.content,
            &self.item_title,
            &self.item_body,
            &self.link,
            &self.actions,
        ]
    }

    /// Version, which texts there are, and each with its length before it (LEB128).
    pub(crate) fn pack(&self) -> Vec<u8> {
        let parts = self.parts();
        let bytes: usize = parts
            .iter()
            .filter_map(|p| p.as_deref())
            .map(str::len)
            .sum();
        let mut packed = Vec::with_capacity(2 + 3 * TEXTS + bytes);
        let present = parts.iter().enumerate();
        let present = present.fold(0_u8, |bits, (at, part)| {
            bits | u8::from(part.is_some()) << at
        });
        packed.extend([VERSION, present]);
        for text in parts.iter().filter_map(|part| part.as_deref()) {
            let mut length = text.len();
            while length >= 0x80 {
                packed.push((length & 0x7f) as u8 | 0x80);
                length >>= 7;
            }
            packed.push(length as u8);
            packed.extend_from_slice(text.as_bytes());
        }
        packed
    }

    /// Reads what [`Self::pack`] wrote.
    pub(crate) fn unpack(packed: &[u8]) -> Result<RowTexts<'static>, SealError> {
        let (head, mut rest) = packed.split_at_checked(2).ok_or(SealError::Broken)?;
        if head[0] != VERSION {
            return Err(SealError::Broken);
        }
        let mut next = |at: usize| {
            let is_present = head[1] >> at & 1 == 1;
            is_present
                .then(|| text(&mut rest).map(Cow::Owned))
                .transpose()
        };
        Ok(RowTexts {
            title: next(0)?,
            body: next(1)?,
            content: next(2)?,
            item_title: next(3)?,
            item_body: next(4)?,
            link: next(5)?,
            actions: next(6)?,
        })
    }
}

/// Takes a text and its length.
fn text(rest: &mut &[u8]) -> Result<String, SealError> {
    let (mut length, mut shift) = (0_usize, 0);
    loop {
        let (byte, after) = rest.split_first().ok_or(SealError::Broken)?;
        *rest = after;
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
        if shift > 28 {
            return Err(SealError::Broken);
        }
    }
    let (text, after) = rest.split_at_checked(length).ok_or(SealError::Broken)?;
    *rest = after;
    String::from_utf8(text.to_vec()).map_err(|_| SealError::Broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_comes_back_and_none_where_there_was_none() {
        let long = "ü".repeat(100_000);
        let texts = RowTexts {
            title: Some("".into()),
            content: Some(Cow::Borrowed(&long)),
            link: Some("https://example.com".into()),
            actions: Some("[]".into()),
            ..RowTexts::default()
        };
        let packed = texts.pack();
        assert_eq!(RowTexts::unpack(&packed), Ok(texts));
        for end in [0, 1, 2, 5, packed.len() - 1] {
            assert!(RowTexts::unpack(&packed[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn what_has_no_text_takes_two_bytes() {
        assert_eq!(RowTexts::default().pack().len(), 2);
    }
}
