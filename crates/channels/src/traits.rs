//! What a channel is.

use async_trait::async_trait;
use campanile_domain::{Channel, DeliveryId, Notification, Outcome};

/// What goes out, once.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// The same on every attempt; the provider sees it.
    pub delivery_id: DeliveryId,
    /// To which address.
    pub address: &'a str,
    /// The content.
    pub notification: &'a Notification,
    /// What a person reads of it.
    pub rendered: &'a Rendered,
}

/// A notification as a person reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// One line: a push's title, a mail's subject. Empty where the text is all there is.
    pub title: String,
    /// The plain text.
    pub text: String,
    /// A whole HTML page, for channels that show one.
    pub html: Option<String>,
    /// An https link to a picture, for pushes.
    pub image: Option<String>,
    /// How many notifications are unread, for the app's badge, if it is to show that.
    pub badge: Option<u64>,
    /// The https address that unsubscribes by one click, for mails of which that is offered.
    pub unsubscribe: Option<String>,
    /// What a mail carries so that a bounce or a complaint that quotes it is recognised.
    pub stamp: Option<String>,
}

/// One channel.
#[async_trait]
pub trait ChannelSender: Send + Sync + 'static {
    /// Which channel this serves.
    fn channel(&self) -> Channel;

    /// How many calls may be in flight at once.
    fn concurrency(&self) -> usize;

    /// Tests an account with as much of a call as possible without notifying a user; returns what was tested.
    ///
    /// # Errors
    /// The outcome that a call would have had.
    async fn probe(&self) -> Result<&'static str, Outcome> {
        Ok("only a message shows whether it is taken")
    }

    /// Makes one call, bounded in time, and classifies the answer. Never fails, never panics on a
    /// provider's answer.
    async fn send(&self, envelope: Envelope<'_>) -> Outcome;
}
