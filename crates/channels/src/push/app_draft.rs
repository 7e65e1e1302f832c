//! What an app gets of a notification, for a channel that reaches Apple's devices without FCM: the same texts, fields and bounds.

use std::borrow::Cow;

use campanile_domain::Priority;

use super::data::{OWN, PREFIX};
use super::fit;
use super::message::Draft;
use super::target::Target;
use crate::Envelope;

/// A message for an app, before it is written.
pub(crate) struct AppDraft<'a>(Draft<'a>);

impl<'a> AppDraft<'a> {
    /// Of a notification, with everything that it has.
    pub(crate) fn new(envelope: &Envelope<'a>) -> Self {
        // Neither the target nor how long FCM would keep it is written.
        let now = envelope.notification.created_at;
        let mut draft = Draft::new(envelope, Target::Token(""), now);
        draft.click = None;
        Self(draft)
    }

    /// Renames fields of the content whose names the channel needs for itself.
    pub(crate) fn reserve(&mut self, names: &[&str]) {
        for field in &mut self.0.fields {
            if names.contains(&&*field.key) {
                field.key = Cow::Owned(format!("{PREFIX}{}", field.key));
            }
        }
    }

    /// Makes it so many bytes shorter, or nearly: what the reader sees is kept for longest.
    pub(crate) fn shrink(&mut self, excess: usize) {
        fit::shrink(&mut self.0, excess);
    }

    /// Whether there is anything to show.
    pub(crate) fn is_shown(&self) -> bool {
        !self.0.title.is_empty() || !self.0.body.is_empty()
    }

    pub(crate) fn title(&self) -> &str {
        &self.0.title
    }

    pub(crate) fn body(&self) -> &str {
        &self.0.body
    }

    /// An https link to a picture, if it is shown beside something.
    pub(crate) fn shown_image(&self) -> Option<&str> {
        self.0.image.filter(|_| self.is_shown())
    }

    /// What is shown together.
    pub(crate) fn thread(&self) -> &str {
        &self.0.thread
    }

    /// How many are unread.
    pub(crate) fn badge(&self) -> Option<u32> {
        self.0.badge
    }

    pub(crate) fn priority(&self) -> Priority {
        self.0.priority
    }

    /// What a later message with the same one takes the place of: 64 bytes at most. The same notification again takes
    /// its own.
    pub(crate) fn collapse_id(&self) -> &str {
        self.0.collapse_id.as_deref().unwrap_or(&self.0.own[0])
    }

    /// Our id and our type, by their names.
    pub(crate) fn own(&self) -> impl Iterator<Item = (&'static str, &str)> {
        OWN.into_iter().zip(self.0.own.iter().map(String::as_str))
    }

    /// The fields of the content, and link and buttons.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.0.fields.iter();
        fields.map(|field| (&*field.key, &*field.value))
    }
}
