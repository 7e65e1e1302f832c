//! What a channel says of one attempt. It never decides what happens next.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// The class of an outcome; labels in metrics and timelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutcomeKind {
    /// The provider took it.
    Delivered,
    /// Not now; the same attempt may succeed later.
    Retry,
    /// The address does not exist any more.
    AddressGone,
    /// The provider will never take this message.
    Rejected,
    /// The account is set up wrongly; the recipient is not to blame.
    Misconfigured,
    /// It is unknown whether the provider accepted it.
    Ambiguous,
}

impl OutcomeKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Delivered,
        Self::Retry,
        Self::AddressGone,
        Self::Rejected,
        Self::Misconfigured,
        Self::Ambiguous,
    ];

    /// The name used in timelines, logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Retry => "retry",
            Self::AddressGone => "address_gone",
            Self::Rejected => "rejected",
            Self::Misconfigured => "misconfigured",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// What an outcome concerns, and so which other deliveries would fail in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The provider, the way to it, or the account's settings: others would fare no better.
    Account,
    /// The account has sent as much as it may for now: others would fare no better, and the same
    /// delivery may succeed later.
    Quota,
    /// The account's credential for the recipient's platform: others on that platform would fare no
    /// better, all other platforms are served.
    Platform,
    /// The recipient as likely as the account. Several different recipients in a row that meet it
    /// make it the account's.
    Unclear,
    /// This address or this message alone.
    Addressee,
}

/// What an answer says of the address itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressFate {
    /// Nothing.
    Kept,
    /// It does not belong to this account: not used until its owner says again that it is theirs.
    Detached,
    /// It does not exist any more.
    Gone,
}

/// The answer to one attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Its class.
    pub kind: OutcomeKind,
    /// The provider's own code, e.g. `503` or `UNREGISTERED`.
    pub code: String,
    /// One readable sentence, without addresses or bodies.
    pub detail: String,
    /// On whose side the obstacle lies; without meaning for a success.
    pub blame: Blame,
    /// What it says of the address.
    pub address: AddressFate,
    /// For which moment it says that, where the provider names one. An app that registered since then is not meant.
    pub address_as_of: Option<DateTime<Utc>>,
    /// The provider's `Retry-After`; never shortened.
    pub retry_after: Option<Duration>,
    /// The least wait that this channel asks for after this answer.
    pub floor: Option<Duration>,
    /// What the account's owner can do about it, in one sentence. Operators see it where the detail, which may quote
    /// the provider, is not shown.
    pub remedy: Option<&'static str>,
}

/// Provider texts are shown and stored, so control characters are removed: databases refuse them and terminals obey
/// them.
fn plain(text: String) -> String {
    if text.contains(char::is_control) {
        text.replace(char::is_control, " ")
    } else {
        text
    }
}

impl Outcome {
    /// An outcome that does not say when to retry. It blames the account for temporary failures and the
    /// recipient for permanent ones.
    pub fn new(kind: OutcomeKind, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind,
            code: plain(code.into()),
            detail: plain(detail.into()),
            blame: match kind {
                OutcomeKind::Delivered | OutcomeKind::AddressGone | OutcomeKind::Rejected => {
                    Blame::Addressee
                }
                OutcomeKind::Retry | OutcomeKind::Misconfigured | OutcomeKind::Ambiguous => {
                    Blame::Account
                }
            },
            address: match kind {
                OutcomeKind::AddressGone => AddressFate::Gone,
                _ => AddressFate::Kept,
            },
            address_as_of: None,
            retry_after: None,
            floor: None,
            remedy: None,
        }
    }

    /// The same, when the address belongs to another account.
    #[must_use]
    pub fn detaching(mut self) -> Self {
        self.address = AddressFate::Detached;
        self
    }

    /// The same, when what it says of the address holds for this moment.
    #[must_use]
    pub fn as_of(mut self, moment: Option<DateTime<Utc>>) -> Self {
        self.address_as_of = moment;
        self
    }

    /// The same, when the obstacle is this address or message alone.
    #[must_use]
    pub fn of_addressee(self) -> Self {
        self.blamed_on(Blame::Addressee)
    }

    /// The same, when the obstacle lies elsewhere than its kind suggests.
    #[must_use]
    pub fn blamed_on(mut self, blame: Blame) -> Self {
        self.blame = blame;
        self
    }

    /// The same, with what the account's owner can do about it.
    #[must_use]
    pub fn remedied_by(mut self, remedy: &'static str) -> Self {
        self.remedy = Some(remedy);
        self
    }

    /// Whether only the account's owner, or time, can help: the delivery itself has not been tried in
    /// any sense that should count against it.
    pub fn spares_delivery(&self) -> bool {
        match self.blame {
            Blame::Quota => true,
            Blame::Account | Blame::Platform => self.kind == OutcomeKind::Misconfigured,
            Blame::Unclear | Blame::Addressee => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_says_has_no_control_characters() {
        let outcome = Outcome::new(OutcomeKind::Retry, "A\u{0}B", "one\r\ntwo");
        assert_eq!((&*outcome.code, &*outcome.detail), ("A B", "one  two"));
    }
}
