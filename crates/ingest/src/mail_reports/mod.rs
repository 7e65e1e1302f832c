//! Bounces and complaints that come as mails, delivery status notifications (RFC 3464) and feedback reports (RFC 5965); and as
//! webhooks of mail services.
//!
//! Anyone can send such a mail to the address of bounces, so it is believed only about a mail that it quotes: the stamp in
//! [`Quoted`] is known to those who received that mail. Whether it is genuine, and to whom the mail went, the caller looks up.

mod parts;
mod read;
mod services;
mod status;

use campanile_domain::NotificationId;

pub use read::read;
pub use services::{ServiceCall, ServiceEvent, ServiceSaid, is_service_call, read_service_call};

/// Bytes of a mail that are looked at. The report and the quoted headers come first; what follows is the mail that was returned.
pub const MOST_BYTES: usize = 256 * 1024;

/// A bounce or a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailReport {
    /// The mail that it is about; `None` where it quotes none of this service.
    pub quoted: Option<Quoted>,
    /// What it says.
    pub said: Said,
}

/// Which mail a report quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// The header `X-Notification-Id`.
    pub notification: NotificationId,
    /// The header `X-Notification-Stamp`.
    pub stamp: String,
}

/// What a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// The owner of the address reported the mail as spam.
    Complaint,
    /// What became of the mail, for each recipient.
    Status(Vec<RecipientStatus>),
    /// Anything else, such as that mail was no spam.
    Other,
}

/// What became of the mail to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientStatus {
    /// The recipient as it was written by the sender and by the server that reports.
    pub addresses: Vec<String>,
    /// How it ended.
    pub fate: Fate,
}

/// How a mail to one recipient ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// There is no such mailbox.
    Gone,
    /// It failed for another reason, or is late.
    Failed,
    /// It arrived or was passed on.
    Fine,
}
