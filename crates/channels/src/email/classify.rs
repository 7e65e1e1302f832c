//! What a refusal means. The finer code (RFC 3463) decides before the coarse one.
//!
//! Whatever says "your account" pauses the account and spares the addressee; only a code that says
//! that the mailbox does not exist ends an address.

use std::time::Duration;

use campanile_domain::{Outcome, OutcomeKind};

use super::meaning::meaning;
use super::reply::{Enhanced, Reply, name};

/// The least wait after an obstacle on the relay's side.
const ACCOUNT_FLOOR: Duration = Duration::from_secs(30);
/// Relays that greylist ask for 5 to 15 minutes; an earlier attempt may start their clock anew.
const GREYLIST_FLOOR: Duration = Duration::from_secs(5 * 60);
/// A full mailbox is emptied by a person.
const FULL_FLOOR: Duration = Duration::from_secs(30 * 60);

/// What was being done when the relay refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The greeting, EHLO, STARTTLS.
    Connect,
    /// The login.
    Auth,
    /// MAIL: the sender.
    Sender,
    /// RCPT: the addressee.
    Recipient,
    /// DATA.
    Data,
    /// The mail itself, up to its last dot.
    Content,
}

impl Phase {
    /// Whether the addressee was not named yet.
    fn is_about_account(self) -> bool {
        matches!(self, Self::Connect | Self::Auth | Self::Sender)
    }

    /// Whether the first digit of a reply that is no refusal can be an answer here: done (2), or go
    /// on (3). The other two digits decide nothing (RFC 5321, section 4.3.2).
    pub(super) fn expects(self, class: u16) -> bool {
        match self {
            Self::Auth => matches!(class, 2 | 3),
            Self::Data => class == 3,
            Self::Connect | Self::Sender | Self::Recipient | Self::Content => class == 2,
        }
    }
}

/// The relay answers for the mail from here on.
pub(crate) fn taken(reply: &Reply) -> Outcome {
    let code = name(reply.code, reply.enhanced);
    Outcome::new(OutcomeKind::Delivered, code, "The relay took it.")
}

/// What a refusal (4xx or 5xx) means.
pub(super) fn classify(code: u16, enhanced: Option<Enhanced>, phase: Phase) -> Outcome {
    let verdict = match code {
        // The relay hangs up, whatever finer code it adds.
        421 => Verdict::Later,
        400..=499 => transient(code, enhanced, phase),
        _ => permanent(code, enhanced, phase),
    };
    let (kind, said) = match verdict {
        Verdict::Later | Verdict::LaterForAddressee(_) => (OutcomeKind::Retry, "not now"),
        Verdict::Gone => (OutcomeKind::AddressGone, "that the mailbox does not exist"),
        Verdict::Account => (OutcomeKind::Misconfigured, "no to the account"),
        Verdict::Message => (OutcomeKind::Rejected, "no to this mail"),
    };
    let detail = match meaning(code, enhanced) {
        Some(meaning) => format!("The relay said {said}: {meaning}."),
        None => format!("The relay said {said}."),
    };
    let outcome = Outcome::new(kind, name(code, enhanced), detail);
    match verdict {
        Verdict::Later => Outcome {
            floor: Some(ACCOUNT_FLOOR),
            ..outcome
        },
        Verdict::LaterForAddressee(floor) => Outcome {
            floor: Some(floor),
            ..outcome.of_addressee()
        },
        Verdict::Gone | Verdict::Account | Verdict::Message => outcome,
    }
}

#[derive(Debug, Clone, Copy)]
enum Verdict {
    Later,
    LaterForAddressee(Duration),
    Gone,
    Account,
    Message,
}

fn transient(code: u16, enhanced: Option<Enhanced>, phase: Phase) -> Verdict {
    if phase.is_about_account() {
        return Verdict::Later;
    }
    match (enhanced, code) {
        (Some((_, 2, 2)), _) => Verdict::LaterForAddressee(FULL_FLOOR),
        // The address, the mailbox, the way to its domain, and greylisting as policy.
        (Some((_, 1 | 2 | 4 | 7, _)), _) => Verdict::LaterForAddressee(GREYLIST_FLOOR),
        // The relay's own disk, or how we speak to it.
        (Some(_), _) => Verdict::Later,
        (None, 450 | 451) => Verdict::LaterForAddressee(GREYLIST_FLOOR),
        (None, _) => Verdict::Later,
    }
}

fn permanent(code: u16, enhanced: Option<Enhanced>, phase: Phase) -> Verdict {
    // The login, whenever the relay thinks of it.
    if matches!(code, 530 | 534 | 535 | 538) || phase == Phase::Connect || phase == Phase::Auth {
        return Verdict::Account;
    }
    match (enhanced.map(|(_, subject, detail)| (subject, detail)), code) {
        // The sender's address.
        (Some((1, 7 | 8)), _) => Verdict::Account,
        (Some((1, 1 | 2 | 6 | 10)), _) if phase != Phase::Sender => Verdict::Gone,
        (Some((2, 2)), _) => Verdict::LaterForAddressee(FULL_FLOOR),
        // Too large; unreadable; our way to speak.
        (Some((2, 3) | (3, 4) | (5 | 6, _)), _) => Verdict::Message,
        // After the whole mail was seen, the general policy codes mean what is in it (spam, a
        // virus); the others mean who sends (signatures, DMARC, a quota).
        (Some((7, 0 | 1)), _) if phase == Phase::Content => Verdict::Message,
        (Some((7, _)), _) => Verdict::Account,
        (None, 552) => Verdict::LaterForAddressee(FULL_FLOOR),
        _ if phase == Phase::Sender => Verdict::Account,
        _ => Verdict::Message,
    }
}
