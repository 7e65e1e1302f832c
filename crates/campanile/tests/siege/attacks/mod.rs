//! What hostile callers and providers do. Each attack ends by itself.

mod answer;
mod bulk;
mod crowd;
mod flooding_relay;
mod hanging_tests;
mod quiet_http2;
mod raw;
mod silent_webhook;
mod unknown_names;
mod unread_pages;

pub use flooding_relay::FloodingRelay;
pub use silent_webhook::SilentWebhook;

use crate::place::Place;

/// One kind of attack.
#[derive(Clone, Copy)]
pub enum Attack {
    /// A relay that sends bytes without a line end.
    FloodingRelay,
    /// Bulk calls that are wrong in two million places.
    WrongChannels,
    /// Query strings of thousands of names that do not exist.
    UnknownNames,
    /// Bulk calls of 1.4 million items.
    EmptyItems,
    /// Large pages that are asked for and never read.
    UnreadPages,
    /// HTTP/2 connections that do nothing but ping, or never open their window.
    QuietHttp2,
    /// More connections than the process has descriptors.
    Crowd,
    /// Test calls to a webhook that never answers.
    HangingTests,
}

impl Attack {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::FloodingRelay,
        Self::WrongChannels,
        Self::UnknownNames,
        Self::EmptyItems,
        Self::UnreadPages,
        Self::QuietHttp2,
        Self::Crowd,
        Self::HangingTests,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::FloodingRelay => "a relay without line ends",
            Self::WrongChannels => "bulk calls wrong in two million places",
            Self::UnknownNames => "query strings of unknown names",
            Self::EmptyItems => "bulk calls of 1.4 million items",
            Self::UnreadPages => "large pages, never read",
            Self::QuietHttp2 => "quiet HTTP/2 connections",
            Self::Crowd => "1,100 connections",
            Self::HangingTests => "64 tests of a silent webhook",
        }
    }

    /// Attacks until its course is run.
    pub async fn play(self, place: &Place) {
        match self {
            Self::FloodingRelay => flooding_relay::play(place).await,
            Self::WrongChannels => bulk::wrong_channels(place).await,
            Self::UnknownNames => unknown_names::play(place).await,
            Self::EmptyItems => bulk::empty_items(place).await,
            Self::UnreadPages => unread_pages::play(place).await,
            Self::QuietHttp2 => quiet_http2::play(place).await,
            Self::Crowd => crowd::play(place).await,
            Self::HangingTests => hanging_tests::play(place).await,
        }
    }
}

/// What must be stored before the attacks begin.
pub async fn prepare(place: &Place) {
    flooding_relay::prepare(place).await;
    unread_pages::prepare(place).await;
}
