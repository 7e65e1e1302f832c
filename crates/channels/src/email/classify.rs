//! What a refusal means. The finer code (RFC 3463) decides before the coarse one; the text counts only
//! where a relay uses one code for several things.
//!
//! Before the recipient is named, a refusal is the account's. Afterwards it may be the recipient's own
//! server that speaks through the relay (RFC 3463, X.7.1), so what sounds like "your account" is
//! [`Blame::Unclear`]: it pauses the account when several different recipients in a row meet it. Only a
//! code that says that the mailbox does not exist ends an address.

use std::time::Duration;

use campanile_domain::{Blame, Outcome, OutcomeKind, mailbox_is_gone};

use super::meaning::meaning;
use super::reply::{Enhanced, Reply, name};

/// The least wait after an obstacle on the relay's side.
const ACCOUNT_FLOOR: Duration = Duration::from_secs(30);
/// A quota of mails comes back by the minute at the soonest.
const QUOTA_FLOOR: Duration = Duration::from_secs(60);
/// Relays that greylist ask for 5 to 15 minutes; an earlier attempt may start their clock anew. By then
/// it is also known whether other recipients meet the same refusal.
const GREYLIST_FLOOR: Duration = Duration::from_secs(5 * 60);
/// A full mailbox is emptied by a person.
const FULL_FLOOR: Duration = Duration::from_secs(30 * 60);
/// The remedy for a rejected name in EHLO.
const NAME_US: &str = "The relay rejected the name in EHLO; set SMTP_HELO, or the provider's `helo`, to a fully-qualified host name.";
/// The remedy for an exhausted quota.
const WAIT_FOR_US: &str =
    "The relay's sending limit for this account is exhausted; its emails are deferred.";
/// The remedy for a rejection that may be about the sender.
const ALLOW_US: &str =
    "The relay rejects emails of this account by policy; check the sender address and the login.";

/// What was being done when the relay refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The greeting, EHLO, STARTTLS.
    Connect,
    /// The login.
    Auth,
    /// MAIL: the sender.
    Sender,
    /// RCPT: the recipient.
    Recipient,
    /// DATA.
    Data,
    /// The mail itself, up to its last dot.
    Content,
}

impl Phase {
    /// Whether the recipient was not named yet.
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
    Outcome::new(
        OutcomeKind::Delivered,
        code,
        "The relay accepted the email.",
    )
}

/// What a refusal (4xx or 5xx) means. `text` is looked at and not repeated.
pub(super) fn classify(code: u16, enhanced: Option<Enhanced>, text: &str, phase: Phase) -> Outcome {
    let text = &relays_own_words(text);
    let verdict = match code {
        _ if is_of_quota(code, enhanced, text) => Verdict::Quota,
        // The relay hangs up, whatever finer code it adds.
        421 => Verdict::Later,
        400..=499 => transient(code, enhanced, text, phase),
        _ => permanent(code, enhanced, text, phase),
    };
    let (kind, said) = match verdict {
        Verdict::Later | Verdict::LaterForAddressee(_) => {
            (OutcomeKind::Retry, "The relay asked to retry later")
        }
        Verdict::Quota => (
            OutcomeKind::Retry,
            "The relay reported that the account exceeds its sending limit",
        ),
        Verdict::Unclear => (
            OutcomeKind::Retry,
            "The relay rejected the account or the recipient",
        ),
        Verdict::Gone => (
            OutcomeKind::AddressGone,
            "The relay reported that the mailbox does not exist",
        ),
        Verdict::Account => (OutcomeKind::Misconfigured, "The relay rejected the account"),
        Verdict::Name => (
            OutcomeKind::Misconfigured,
            "The relay rejected the name in EHLO",
        ),
        Verdict::Message => (OutcomeKind::Rejected, "The relay rejected this email"),
    };
    let detail = match meaning(code, enhanced) {
        Some(meaning) => format!("{said}: {meaning}."),
        None => format!("{said}."),
    };
    let outcome = Outcome::new(kind, name(code, enhanced), detail);
    let waiting = |floor, blame| Outcome {
        floor: Some(floor),
        ..outcome.clone().blamed_on(blame)
    };
    match verdict {
        Verdict::Later => waiting(ACCOUNT_FLOOR, Blame::Account),
        Verdict::Quota => waiting(QUOTA_FLOOR, Blame::Quota).remedied_by(WAIT_FOR_US),
        Verdict::Unclear => waiting(GREYLIST_FLOOR, Blame::Unclear).remedied_by(ALLOW_US),
        Verdict::LaterForAddressee(floor) => waiting(floor, Blame::Addressee),
        Verdict::Name => outcome.remedied_by(NAME_US),
        Verdict::Gone | Verdict::Account | Verdict::Message => outcome,
    }
}

#[derive(Debug, Clone, Copy)]
enum Verdict {
    Later,
    Quota,
    Unclear,
    LaterForAddressee(Duration),
    Gone,
    Account,
    /// The account's name in EHLO.
    Name,
    Message,
}

/// Whether the account has sent as much as it may: by the codes of Gmail's daily limit (X.4.5), of a flood
/// of mails (X.7.28), of Microsoft's limits of a sender (5.1.90) and of a peer (4.7.500 to 699); where a
/// code has other meanings too, by the words.
fn is_of_quota(code: u16, enhanced: Option<Enhanced>, text: &str) -> bool {
    match enhanced {
        Some((5, 4, 5) | (4 | 5, 7, 28) | (5, 1, 90) | (4, 7, 500..=699)) => true,
        Some((4, 7, _) | (5, 7, 0 | 1)) => speaks_of_a_rate(text),
        None if matches!(code, 421 | 450 | 451 | 454 | 550 | 554) => speaks_of_a_rate(text),
        Some(_) | None => false,
    }
}

fn speaks_of_a_rate(text: &str) -> bool {
    const SAID: [&str; 9] = [
        "rate limit",
        "sending limit",
        "sending rate",
        "daily limit",
        "message count",
        "message quota",
        "too many messages",
        "too many mails",
        "unusual rate",
    ];
    // A limit of one mailbox is not the account's.
    const OF_ONE: [&str; 3] = ["mailbox", "recipient", "user"];
    let has = |all: &[&str]| all.iter().any(|words| text.contains(words));
    has(&SAID) && !has(&OF_ONE)
}

/// In lower case and without what stands in angle brackets or around an `@`: relays repeat the address,
/// and a user's name must not be taken for the relay's word.
fn relays_own_words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for (at, part) in text.split('<').enumerate() {
        match part.split_once('>') {
            Some((_, behind)) if at > 0 => words.push_str(behind),
            _ => words.push_str(part),
        }
    }
    let own = words.split_whitespace().filter(|word| !word.contains('@'));
    own.collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}

/// Relays check the name in EHLO when RCPT arrives, so only their text shows what they mean. A finer code that names
/// the address, the mailbox or its domain shows that it is not that.
fn speaks_of_the_name(enhanced: Option<Enhanced>, text: &str) -> bool {
    if matches!(enhanced, Some((_, 1 | 2 | 4, _))) {
        return false;
    }
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| matches!(word, "helo" | "ehlo"))
}

fn transient(code: u16, enhanced: Option<Enhanced>, text: &str, phase: Phase) -> Verdict {
    if phase.is_about_account() || speaks_of_the_name(enhanced, text) {
        return Verdict::Later;
    }
    match (enhanced, code) {
        (Some((_, 2, 2)), _) => Verdict::LaterForAddressee(FULL_FLOOR),
        // The relay's own congestion.
        (Some((_, 4, 5)), _) => Verdict::Later,
        // The address, the mailbox, the way to its domain, and greylisting as policy.
        (Some((_, 1 | 2 | 4 | 7, _)), _) => Verdict::LaterForAddressee(GREYLIST_FLOOR),
        // The relay's own disk, or how we speak to it.
        (Some(_), _) => Verdict::Later,
        (None, 450 | 451) => Verdict::LaterForAddressee(GREYLIST_FLOOR),
        (None, _) => Verdict::Later,
    }
}

fn permanent(code: u16, enhanced: Option<Enhanced>, text: &str, phase: Phase) -> Verdict {
    // 504 is a parameter that the relay does not take: the name in EHLO (RFC 5321, 4.1.1.1), unless it
    // says that it is the address of RCPT.
    let is_name = code == 504 && !text.contains("recipient");
    if is_name || speaks_of_the_name(enhanced, text) {
        return Verdict::Name;
    }
    // The login, whenever the relay thinks of it.
    if matches!(code, 530 | 534 | 535 | 538) || phase == Phase::Connect || phase == Phase::Auth {
        return Verdict::Account;
    }
    match (enhanced.map(|(_, subject, detail)| (subject, detail)), code) {
        // The login once more (RFC 4954).
        (Some((7, 8 | 9 | 11)), _) => Verdict::Account,
        // So far only the sender was named.
        (Some((1 | 5 | 7, _)), _) if phase == Phase::Sender => Verdict::Account,
        // The sender's address.
        (Some((1, 7 | 8)), _) => Verdict::Unclear,
        (Some((subject, detail)), _) if mailbox_is_gone(subject, detail) => Verdict::Gone,
        (Some((2, 2)), _) => Verdict::LaterForAddressee(FULL_FLOOR),
        // Too large; unreadable; our way to speak.
        (Some((2, 3) | (3, 4) | (5 | 6, _)), _) => Verdict::Message,
        // After the whole mail was seen, the general policy codes mean what is in it (spam, a
        // virus); the others mean who sends (signatures, DMARC).
        (Some((7, 0 | 1)), _) if phase == Phase::Content => Verdict::Message,
        (Some((7, _)), _) => Verdict::Unclear,
        (None, 552) => Verdict::LaterForAddressee(FULL_FLOOR),
        // A relay that does not relay for us says so without a finer code, too.
        (None, 550 | 551 | 554)
            if phase == Phase::Recipient
                && (text.contains("relay") || text.contains("prohibit")) =>
        {
            Verdict::Unclear
        }
        _ if phase == Phase::Sender => Verdict::Account,
        _ => Verdict::Message,
    }
}
