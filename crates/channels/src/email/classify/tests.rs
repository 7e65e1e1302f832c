//! The table of refusals.

use campanile_domain::Blame::{Account, Addressee};
use campanile_domain::OutcomeKind::{AddressGone, Misconfigured, Rejected, Retry};
use campanile_domain::{Blame, OutcomeKind};

use super::Phase::*;
use super::*;
use crate::email::reply::Reply;

fn all_mean(
    (kind, blame, floor_minutes): (OutcomeKind, Blame, u64),
    refusals: &[(u16, &str, Phase)],
) {
    for (code, text, phase) in refusals {
        let reply = Reply::new(*code, text);
        let outcome = classify(*code, reply.enhanced, &reply.text, *phase);
        let seen = (outcome.kind, outcome.blame);
        assert_eq!(seen, (kind, blame), "{code} {text}");
        let floor = outcome.floor.map(|floor| floor.as_secs() / 60);
        let expected = (kind == Retry).then_some(floor_minutes);
        assert_eq!(floor, expected, "{code} {text}");
        assert_eq!(outcome.code, name(*code, reply.enhanced));
    }
}

#[test]
fn the_relay_has_no_time() {
    all_mean(
        (Retry, Account, 0),
        &[
            (421, "4.3.2 Shutting down", Recipient),
            (421, "4.7.0 Too many connections", Connect),
            (450, "4.1.8 Sender's domain not found", Sender),
            (451, "4.3.0 Local error", Recipient),
            (452, "4.3.1 Insufficient storage", Sender),
            (452, "Insufficient storage", Data),
            (452, "4.5.3 Too many recipients", Recipient),
            (454, "4.7.0 Temporary failure", Auth),
        ],
    );
}

#[test]
fn the_addressee_is_greylisted_or_hard_to_reach() {
    all_mean(
        (Retry, Addressee, 5),
        &[
            (450, "4.2.0 Greylisted", Recipient),
            (450, "Try again", Recipient),
            (451, "4.7.1 Greylisted", Recipient),
            (451, "4.7.1 Greylisted", Data),
            (451, "Greylisted", Content),
            (451, "4.4.1 No answer from host", Recipient),
            (450, "4.1.1 Mailbox busy", Recipient),
        ],
    );
}

#[test]
fn the_mailbox_is_full() {
    all_mean(
        (Retry, Addressee, 30),
        &[
            (452, "4.2.2 Over quota", Recipient),
            (552, "5.2.2 Over quota", Recipient),
            (552, "Over quota", Content),
        ],
    );
}

#[test]
fn the_mailbox_does_not_exist() {
    all_mean(
        (AddressGone, Addressee, 0),
        &[
            (550, "5.1.1 No such user", Recipient),
            (550, "5.1.1 No such user", Content),
            (550, "5.1.10 Null MX", Recipient),
            (550, "5.1.2 No such domain", Recipient),
            (551, "5.1.6 Has moved", Recipient),
        ],
    );
}

#[test]
fn the_mail_is_never_taken() {
    all_mean(
        (Rejected, Addressee, 0),
        &[
            (553, "5.1.3 Bad syntax", Recipient),
            (550, "No such user", Recipient),
            (550, "5.2.1 Mailbox disabled", Recipient),
            (552, "5.3.4 Too big", Content),
            (552, "5.2.3 Too long for the mailbox", Content),
            (554, "5.6.0 Malformed", Content),
            (501, "5.5.4 Bad arguments", Recipient),
            (554, "5.5.1 No valid recipients", Data),
            (550, "5.7.1 Looks like spam", Content),
            (554, "Transaction failed", Content),
        ],
    );
}

#[test]
fn the_account_is_not_served() {
    all_mean(
        (Misconfigured, Account, 0),
        &[
            (550, "5.1.8 Bad sender", Recipient),
            (553, "5.1.1 Unknown sender", Sender),
            (535, "5.7.8 Bad credentials", Auth),
            (535, "", Auth),
            (530, "5.7.0 Must issue STARTTLS first", Sender),
            (534, "5.7.9 Stronger login", Auth),
            (538, "5.7.11 Encryption required", Auth),
            (530, "Authentication required", Recipient),
            (550, "5.7.1 Sender not allowed", Sender),
            (554, "5.7.1 Relay access denied", Recipient),
            (550, "5.7.26 Unauthenticated", Content),
            (554, "No SMTP service here", Connect),
            (502, "Not implemented", Connect),
            (550, "Sender refused", Sender),
        ],
    );
}

#[test]
fn a_detail_names_nobody() {
    let outcome = classify(
        550,
        Some((5, 1, 1)),
        "<zoe@example.com>: unknown",
        Recipient,
    );
    let expected = "The relay said that the mailbox does not exist: … unknown";
    assert_eq!(outcome.detail, expected);
}
