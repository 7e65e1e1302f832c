//! What a relay's codes mean, in our words: RFC 3463 with the codes that IANA has registered since, and
//! RFC 5321, section 4.2.3.
//!
//! A relay's own text is never stored: it contains addresses, names, telephone numbers and links of recipients, and
//! no rule can distinguish them from its other words.

use super::reply::Enhanced;

/// A clause without a full stop; `None` where the codes say no more than their first digit.
pub(super) fn meaning(code: u16, enhanced: Option<Enhanced>) -> Option<&'static str> {
    enhanced
        .and_then(|(_, subject, detail)| of_enhanced(subject, detail))
        .or_else(|| of_code(code))
}

fn of_enhanced(subject: u16, detail: u16) -> Option<&'static str> {
    Some(match (subject, detail) {
        (1, 1) => "there is no such mailbox",
        (1, 2) => "there is no such mail system",
        (1, 3) => "the mailbox's address is not valid",
        (1, 4) => "the mailbox's address is ambiguous",
        (1, 6) => "the mailbox has moved and left no address",
        (1, 7) => "the sender's address is not valid",
        (1, 8) => "the sender's mail system is not valid",
        (1, 9) => "the message was relayed to a system that is not compliant",
        (1, 10) => "the mailbox's domain accepts no email (null MX)",
        (1, _) => "the address was rejected",
        (2, 1) => "the mailbox is disabled and takes no messages",
        (2, 2) => "the mailbox is full",
        (2, 3) => "the message is longer than the mailbox allows",
        (2, 4) => "the mailing list could not be expanded",
        (2, _) => "the mailbox rejected the message",
        (3, 1) => "the mail system is full",
        (3, 2) => "the mail system accepts no messages for now",
        (3, 3) => "the mail system lacks a feature that the message needs",
        (3, 4) => "the message is too big for the mail system",
        (3, 5) => "the mail system is not set up for this",
        (3, 6) => "the mail system changed the priority of the message",
        (3, _) => "the mail system rejected the message",
        (4, 1) => "the next host does not answer",
        (4, 2) => "the connection to the next host is bad",
        (4, 3) => "a directory server failed",
        (4, 4) => "there is no route to the next host",
        (4, 5) => "the mail system is congested",
        (4, 6) => "the message was in a routing loop",
        (4, 7) => "the delivery took too long",
        (4, _) => "the network prevented delivery",
        (5, 1) => "the command is not valid here",
        (5, 2) => "the command's syntax is wrong",
        (5, 3) => "there are too many recipients",
        (5, 4) => "a command's argument is not valid",
        (5, 5) => "the protocol's version is wrong",
        (5, 6) => "an authentication exchange is too long",
        (5, _) => "the protocol exchange failed",
        (6, 1) => "the kind of content is not supported",
        (6, 2) => "the content needs a conversion that is prohibited",
        (6, 3) => "the content needs a conversion that is not supported",
        (6, 4) => "the content was converted with loss",
        (6, 5) => "the content's conversion failed",
        (6, 6) => "the content is not available",
        (6, 7..=10) => "an address outside ASCII is not supported",
        (6, _) => "the content was rejected",
        (7, 1) => "delivery is not authorised; the message is refused",
        (7, 2) => "the sender may not write to this mailing list",
        (7, 3) => "a security conversion is not possible",
        (7, 4) => "a security feature is not supported",
        (7, 5) => "cryptography failed",
        (7, 6) => "a cryptographic algorithm is not supported",
        (7, 7) => "the message's integrity is broken",
        (7, 8) => "the login credentials are invalid",
        (7, 9) => "the authentication mechanism is too weak",
        (7, 10) => "encryption is required",
        (7, 11) => "the authentication mechanism requires encryption",
        (7, 12) => "the password must be changed first",
        (7, 13) => "the account is disabled",
        (7, 14) => "a trust relationship is required",
        (7, 15) => "the priority is too low",
        (7, 16) => "the message is too big for its priority",
        (7, 17) => "the mailbox has another owner now",
        (7, 18) => "the domain has another owner now",
        (7, 19) => "the mailbox's owner cannot be checked",
        (7, 20) => "no DKIM signature passed",
        (7, 21) => "no DKIM signature that is accepted passed",
        (7, 22) => "no DKIM signature of the author's domain passed",
        (7, 23) => "SPF says that the sender may not send from here",
        (7, 24) => "SPF could not be checked",
        (7, 25) => "the reverse DNS of the sending host failed",
        (7, 26) => "several checks of the sender's identity failed",
        (7, 27) => "the sender's domain accepts no email (null MX)",
        (7, 28) => "there was a flood of messages",
        (7, 29) => "ARC could not be checked",
        (7, 30) => "TLS is required but not available on the route",
        (7, _) => "policy or security prevented delivery",
        _ => return None,
    })
}

fn of_code(code: u16) -> Option<&'static str> {
    Some(match code {
        421 => "the relay closes the connection",
        432 => "the password must be changed first",
        450 => "the mailbox is not available for now",
        451 => "the relay has an internal error",
        452 => "the relay has not enough storage",
        454 => "the login cannot be verified for now",
        455 => "the relay cannot take the command's parameters",
        500..=504 => "the relay does not understand or support the command",
        521 | 556 => "the domain accepts no email",
        530 => "a login or encryption is required",
        534 => "the authentication mechanism is too weak",
        535 => "the login credentials are invalid",
        538 => "the authentication mechanism requires encryption",
        550 => "the mailbox is not available",
        551 => "the mailbox is not local",
        552 => "the storage quota is exceeded",
        553 => "the mailbox's name is not allowed",
        554 => "the transaction failed",
        555 => "the relay does not know the command's parameters",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finer_code_says_more_and_an_unknown_one_leaves_the_coarse_one() {
        for (code, enhanced, expected) in [
            (550, Some((5, 1, 1)), "there is no such mailbox"),
            (
                550,
                Some((5, 7, 999)),
                "policy or security prevented delivery",
            ),
            (550, Some((5, 0, 0)), "the mailbox is not available"),
            (552, None, "the storage quota is exceeded"),
        ] {
            assert_eq!(meaning(code, enhanced), Some(expected));
        }
        assert_eq!(meaning(599, Some((5, 0, 0))), None);
    }

    #[test]
    fn a_detail_is_one_short_clause() {
        let all = (0..10).flat_map(|subject| (0..40).map(move |detail| (5, subject, detail)));
        let enhanced = all.filter_map(|enhanced| meaning(599, Some(enhanced)));
        for clause in enhanced.chain((400..600).filter_map(|code| meaning(code, None))) {
            assert!(clause.len() <= 80 && !clause.ends_with('.'), "{clause}");
        }
    }
}
