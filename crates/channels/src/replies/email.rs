//! What relays answer.

use campanile_domain::AddressFate::{Gone, Kept};
use campanile_domain::Blame::{Account, Addressee, Quota, Unclear};
use campanile_domain::Channel::Email;
use campanile_domain::OutcomeKind::{
    AddressGone, Ambiguous, Delivered, Misconfigured, Rejected, Retry,
};

use super::answered::{relay, smtp};
use super::{NO, Row, s};
use crate::email::classify::Phase::*;
use crate::email::failure::Failure::{
    Certificate, ConnectTimeout, Forbidden, Garbled, Handshake, Lost, NoLogin, NoStartTls, Silent,
    Unreachable, Unresolved,
};

#[rustfmt::skip]
pub(super) fn rows() -> Vec<Row> {
    // channel, what was answered; outcome, code, whose fault, the address, Retry-After, floor
    vec![
        // Taken.
        (Email, smtp(Content, "250 2.0.0 Ok: queued as 4WxYz"), Delivered, "250 2.0.0", Addressee, Kept, NO, NO),
        (Email, smtp(Content, "250 Ok"), Delivered, "250", Addressee, Kept, NO, NO),
        (Email, smtp(Content, "252 2.1.5 Will try"), Delivered, "252 2.1.5", Addressee, Kept, NO, NO),
        // The relay has no time.
        (Email, smtp(Recipient, "421 4.3.2 Shutting down"), Retry, "421 4.3.2", Account, Kept, NO, s(30)),
        (Email, smtp(Connect, "421 4.7.0 Too many connections"), Retry, "421 4.7.0", Account, Kept, NO, s(30)),
        (Email, smtp(Sender, "450 4.1.8 Sender's domain not found"), Retry, "450 4.1.8", Account, Kept, NO, s(30)),
        (Email, smtp(Recipient, "451 4.3.0 Local error"), Retry, "451 4.3.0", Account, Kept, NO, s(30)),
        (Email, smtp(Sender, "452 4.3.1 Insufficient storage"), Retry, "452 4.3.1", Account, Kept, NO, s(30)),
        (Email, smtp(Data, "452 Insufficient storage"), Retry, "452", Account, Kept, NO, s(30)),
        (Email, smtp(Recipient, "452 4.5.3 Too many recipients"), Retry, "452 4.5.3", Account, Kept, NO, s(30)),
        (Email, smtp(Auth, "454 4.7.0 Temporary failure"), Retry, "454 4.7.0", Account, Kept, NO, s(30)),
        // The recipient is greylisted or hard to reach.
        (Email, smtp(Recipient, "450 4.2.0 Greylisted"), Retry, "450 4.2.0", Addressee, Kept, NO, s(300)),
        (Email, smtp(Recipient, "450 Try again"), Retry, "450", Addressee, Kept, NO, s(300)),
        (Email, smtp(Recipient, "451 4.7.1 Greylisted"), Retry, "451 4.7.1", Addressee, Kept, NO, s(300)),
        (Email, smtp(Data, "451 4.7.1 Greylisted"), Retry, "451 4.7.1", Addressee, Kept, NO, s(300)),
        (Email, smtp(Content, "451 Greylisted"), Retry, "451", Addressee, Kept, NO, s(300)),
        (Email, smtp(Recipient, "451 4.4.1 No answer from host"), Retry, "451 4.4.1", Addressee, Kept, NO, s(300)),
        (Email, smtp(Recipient, "450 4.1.1 Mailbox busy"), Retry, "450 4.1.1", Addressee, Kept, NO, s(300)),
        // The mailbox is full.
        (Email, smtp(Recipient, "452 4.2.2 Over quota"), Retry, "452 4.2.2", Addressee, Kept, NO, s(1_800)),
        (Email, smtp(Recipient, "552 5.2.2 Over quota"), Retry, "552 5.2.2", Addressee, Kept, NO, s(1_800)),
        (Email, smtp(Content, "552 Over quota"), Retry, "552", Addressee, Kept, NO, s(1_800)),
        // The mailbox does not exist.
        (Email, smtp(Recipient, "550 5.1.1 No such user"), AddressGone, "550 5.1.1", Addressee, Gone, NO, NO),
        (Email, smtp(Content, "550 5.1.1 No such user"), AddressGone, "550 5.1.1", Addressee, Gone, NO, NO),
        (Email, smtp(Recipient, "550 5.1.10 Null MX"), AddressGone, "550 5.1.10", Addressee, Gone, NO, NO),
        (Email, smtp(Recipient, "550 5.1.2 No such domain"), AddressGone, "550 5.1.2", Addressee, Gone, NO, NO),
        (Email, smtp(Recipient, "551 5.1.6 Has moved"), AddressGone, "551 5.1.6", Addressee, Gone, NO, NO),
        // The mail is never taken.
        (Email, smtp(Recipient, "553 5.1.3 Bad syntax"), Rejected, "553 5.1.3", Addressee, Kept, NO, NO),
        (Email, smtp(Recipient, "550 No such user"), Rejected, "550", Addressee, Kept, NO, NO),
        (Email, smtp(Recipient, "550 5.2.1 Mailbox disabled"), Rejected, "550 5.2.1", Addressee, Kept, NO, NO),
        (Email, smtp(Content, "552 5.3.4 Too big"), Rejected, "552 5.3.4", Addressee, Kept, NO, NO),
        (Email, smtp(Content, "552 5.2.3 Too long for the mailbox"), Rejected, "552 5.2.3", Addressee, Kept, NO, NO),
        (Email, smtp(Content, "554 5.6.0 Malformed"), Rejected, "554 5.6.0", Addressee, Kept, NO, NO),
        (Email, smtp(Recipient, "501 5.5.4 Bad arguments"), Rejected, "501 5.5.4", Addressee, Kept, NO, NO),
        (Email, smtp(Data, "554 5.5.1 No valid recipients"), Rejected, "554 5.5.1", Addressee, Kept, NO, NO),
        (Email, smtp(Content, "550 5.7.1 Looks like spam"), Rejected, "550 5.7.1", Addressee, Kept, NO, NO),
        (Email, smtp(Content, "554 Transaction failed"), Rejected, "554", Addressee, Kept, NO, NO),
        // The account is not served.
        (Email, smtp(Sender, "553 5.1.1 Unknown sender"), Misconfigured, "553 5.1.1", Account, Kept, NO, NO),
        (Email, smtp(Auth, "535 5.7.8 Bad credentials"), Misconfigured, "535 5.7.8", Account, Kept, NO, NO),
        (Email, smtp(Auth, "535"), Misconfigured, "535", Account, Kept, NO, NO),
        (Email, smtp(Sender, "530 5.7.0 Must issue STARTTLS first"), Misconfigured, "530 5.7.0", Account, Kept, NO, NO),
        (Email, smtp(Auth, "534 5.7.9 Stronger login"), Misconfigured, "534 5.7.9", Account, Kept, NO, NO),
        (Email, smtp(Auth, "538 5.7.11 Encryption required"), Misconfigured, "538 5.7.11", Account, Kept, NO, NO),
        (Email, smtp(Recipient, "530 Authentication required"), Misconfigured, "530", Account, Kept, NO, NO),
        (Email, smtp(Sender, "550 5.7.1 Sender not allowed"), Misconfigured, "550 5.7.1", Account, Kept, NO, NO),
        (Email, smtp(Connect, "554 No SMTP service here"), Misconfigured, "554", Account, Kept, NO, NO),
        (Email, smtp(Connect, "502 Not implemented"), Misconfigured, "502", Account, Kept, NO, NO),
        (Email, smtp(Sender, "550 Sender refused"), Misconfigured, "550", Account, Kept, NO, NO),
        (Email, smtp(Recipient, "554 5.7.8 Log in first"), Misconfigured, "554 5.7.8", Account, Kept, NO, NO),
        // RFC 5321, 4.1.1.1: the name in EHLO, which relays look at when RCPT comes.
        (Email, smtp(Recipient, "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname"), Misconfigured, "504 5.5.2", Account, Kept, NO, NO),
        (Email, smtp(Connect, "504 5.5.2 Need a name"), Misconfigured, "504 5.5.2", Account, Kept, NO, NO),
        (Email, smtp(Recipient, "504"), Misconfigured, "504", Account, Kept, NO, NO),
        (Email, smtp(Recipient, "501 5.5.2 <a_b>: Helo command rejected: Invalid name"), Misconfigured, "501 5.5.2", Account, Kept, NO, NO),
        (Email, smtp(Sender, "550 EHLO name refused"), Misconfigured, "550", Account, Kept, NO, NO),
        (Email, smtp(Recipient, "450 4.7.1 <h>: Helo command rejected: Host not found"), Retry, "450 4.7.1", Account, Kept, NO, s(30)),
        (Email, smtp(Recipient, "504 5.5.2 <zoe@localhost>: Recipient address rejected: need fully-qualified address"), Rejected, "504 5.5.2", Addressee, Kept, NO, NO),
        // RFC 3463, X.7.1 and its like once the recipient is named: as likely the recipient's own filter.
        (Email, smtp(Recipient, "554 5.7.1 Relay access denied"), Retry, "554 5.7.1", Unclear, Kept, NO, s(300)),
        (Email, smtp(Recipient, "554 5.7.1 <zoe@example.com>: Recipient address rejected: Access denied"), Retry, "554 5.7.1", Unclear, Kept, NO, s(300)),
        // Exim's words for a client that it does not relay for.
        (Email, smtp(Recipient, "550 relay not permitted"), Retry, "550", Unclear, Kept, NO, s(300)),
        (Email, smtp(Recipient, "550 Administrative prohibition"), Retry, "550", Unclear, Kept, NO, s(300)),
        // A user's name is not the relay's word (RFC 5321, 4.2: the code decides).
        (Email, smtp(Recipient, "550 5.1.1 <ehlo@example.com>: User unknown"), AddressGone, "550 5.1.1", Addressee, Gone, NO, NO),
        (Email, smtp(Recipient, "550 helo@example.com: no such user"), Rejected, "550", Addressee, Kept, NO, NO),
        (Email, smtp(Recipient, "450 4.7.1 <zoe@example.com>: too many messages for this mailbox"), Retry, "450 4.7.1", Addressee, Kept, NO, s(300)),
        (Email, smtp(Content, "550 5.7.1 too many MIME parts"), Rejected, "550 5.7.1", Addressee, Kept, NO, NO),
        // Before anybody was named it is how the account is used.
        (Email, smtp(Sender, "503 5.5.4 Error: send AUTH command first"), Misconfigured, "503 5.5.4", Account, Kept, NO, NO),
        (Email, smtp(Recipient, "550 5.7.25 Reverse DNS"), Retry, "550 5.7.25", Unclear, Kept, NO, s(300)),
        (Email, smtp(Data, "550 5.7.0 Denied"), Retry, "550 5.7.0", Unclear, Kept, NO, s(300)),
        (Email, smtp(Content, "550 5.7.26 Unauthenticated"), Retry, "550 5.7.26", Unclear, Kept, NO, s(300)),
        (Email, smtp(Recipient, "550 5.1.8 Bad sender"), Retry, "550 5.1.8", Unclear, Kept, NO, s(300)),
        // The account has sent as much as it may. Gmail's daily limit, RFC 3463 X.4.5.
        (Email, smtp(Sender, "550 5.4.5 Daily user sending limit exceeded"), Retry, "550 5.4.5", Quota, Kept, NO, s(60)),
        (Email, smtp(Content, "550 5.4.5"), Retry, "550 5.4.5", Quota, Kept, NO, s(60)),
        // X.7.28 (IANA, SMTP Enhanced Status Codes); Microsoft's 4.7.5xx and 4.7.6xx, 5.1.90; words beside policy codes.
        (Email, smtp(Recipient, "450 4.7.28 Mail flood"), Retry, "450 4.7.28", Quota, Kept, NO, s(60)),
        (Email, smtp(Content, "550 5.7.28 Mail flood"), Retry, "550 5.7.28", Quota, Kept, NO, s(60)),
        (Email, smtp(Recipient, "451 4.7.650 The mail server has been temporarily rate limited"), Retry, "451 4.7.650", Quota, Kept, NO, s(60)),
        (Email, smtp(Content, "550 5.1.90 Your message can't be sent"), Retry, "550 5.1.90", Quota, Kept, NO, s(60)),
        (Email, smtp(Connect, "421 4.7.0 Unusual rate of mail"), Retry, "421 4.7.0", Quota, Kept, NO, s(60)),
        (Email, smtp(Recipient, "450 4.7.1 Rate limit exceeded"), Retry, "450 4.7.1", Quota, Kept, NO, s(60)),
        (Email, smtp(Recipient, "554 5.7.0 Too many messages"), Retry, "554 5.7.0", Quota, Kept, NO, s(60)),
        (Email, smtp(Content, "454 Throttling failure: Maximum sending rate exceeded"), Retry, "454", Quota, Kept, NO, s(60)),
        (Email, smtp(Recipient, "451 4.4.5 Congested"), Retry, "451 4.4.5", Account, Kept, NO, s(30)),
        // A mailbox that gets too much is the recipient's.
        (Email, smtp(Recipient, "450 4.2.1 The user is receiving mail at an unusual rate"), Retry, "450 4.2.1", Addressee, Kept, NO, s(300)),
        // A finer code that contradicts the code is none, and no word that may be an address is kept.
        (Email, smtp(Recipient, "550 4.2.0 Greylisted"), Rejected, "550", Addressee, Kept, NO, NO),
        (Email, smtp(Recipient, "550 5.1.1 <zoe@example.com>: unknown"), AddressGone, "550 5.1.1", Addressee, Gone, NO, NO),
        (Email, smtp(Recipient, "450 4.2.0 zoe%40example.com is greylisted"), Retry, "450 4.2.0", Addressee, Kept, NO, s(300)),
        // No reply: ambiguous only after the last dot.
        (Email, relay(Unresolved), Retry, "dns", Account, Kept, NO, s(10)),
        (Email, relay(Unreachable), Retry, "connect", Account, Kept, NO, s(10)),
        (Email, relay(ConnectTimeout), Retry, "connect_timeout", Account, Kept, NO, s(10)),
        (Email, relay(Handshake), Retry, "tls", Account, Kept, NO, s(10)),
        (Email, relay(Lost(Connect)), Retry, "connection_lost", Account, Kept, NO, s(10)),
        (Email, relay(Lost(Data)), Retry, "connection_lost", Account, Kept, NO, s(10)),
        (Email, relay(Silent(Auth)), Retry, "timeout", Account, Kept, NO, s(10)),
        (Email, relay(Silent(Recipient)), Retry, "timeout", Account, Kept, NO, s(10)),
        (Email, relay(Garbled(Sender)), Retry, "reply", Account, Kept, NO, s(10)),
        (Email, relay(Lost(Content)), Ambiguous, "connection_lost", Account, Kept, NO, NO),
        (Email, relay(Silent(Content)), Ambiguous, "timeout", Account, Kept, NO, NO),
        (Email, relay(Garbled(Content)), Ambiguous, "reply", Account, Kept, NO, NO),
        (Email, relay(Forbidden), Misconfigured, "address_forbidden", Account, Kept, NO, NO),
        (Email, relay(Certificate), Misconfigured, "certificate", Account, Kept, NO, NO),
        (Email, relay(NoStartTls), Misconfigured, "starttls_missing", Account, Kept, NO, NO),
        (Email, relay(NoLogin), Misconfigured, "auth_missing", Account, Kept, NO, NO),
    ]
}
