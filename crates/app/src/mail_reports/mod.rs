//! Bounces and complaints that come after a mail server has taken a mail, as mails or from a mail service: they add to the
//! suppression list.

mod add;
mod services;
mod take;

use campanile_domain::SuppressionReason;
use campanile_ingest::mail_reports::Fate;

pub use campanile_ingest::mail_reports::MOST_BYTES;
pub use services::take_events;
pub use take::take_mail;

/// What a report was, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportTaken {
    /// What it says.
    pub kind: ReportKind,
    /// What became of it.
    pub result: ReportResult,
}

/// What a report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// The mailbox does not exist.
    HardBounce,
    /// The mail was refused for another reason, or is late.
    SoftBounce,
    /// The owner of the address reported mail as spam.
    Complaint,
    /// Anything else, such as an automatic reply.
    Other,
}

impl ReportKind {
    /// The name in answers and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HardBounce => "hard_bounce",
            Self::SoftBounce => "soft_bounce",
            Self::Complaint => "complaint",
            Self::Other => "other",
        }
    }

    /// What the end of a mail comes to.
    const fn of(fate: Fate) -> Self {
        match fate {
            Fate::Gone => Self::HardBounce,
            Fate::Failed => Self::SoftBounce,
            Fate::Fine => Self::Other,
        }
    }

    /// The reason of the entry that it leads to.
    const fn reason(self) -> Option<SuppressionReason> {
        match self {
            Self::HardBounce => Some(SuppressionReason::HardBounce),
            Self::Complaint => Some(SuppressionReason::Complaint),
            Self::SoftBounce | Self::Other => None,
        }
    }
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportResult {
    /// The address is on the suppression list now.
    Added,
    /// It was there before.
    Known,
    /// The address was confirmed, or taken off the list, after the mail was sent.
    Outdated,
    /// It is no reason not to use the address.
    Ignored,
    /// It quotes no mail that was sent to this address.
    UnknownMail,
}

impl ReportResult {
    /// The name in answers and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Known => "known",
            Self::Outdated => "outdated",
            Self::Ignored => "ignored",
            Self::UnknownMail => "unknown_mail",
        }
    }
}
