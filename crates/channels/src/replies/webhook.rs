//! What receivers of webhooks answer.

use campanile_domain::AddressFate::{Gone, Kept};
use campanile_domain::Blame::{Account, Addressee};
use campanile_domain::Channel::Webhook;
use campanile_domain::OutcomeKind::{AddressGone, Ambiguous, Delivered, Rejected, Retry};

use super::answered::{broken, said};
use super::http::http;
use super::{NO, Row, s};
use crate::outbound::Failure::*;

#[rustfmt::skip]
pub(super) fn rows() -> Vec<Row> {
    // channel, what was answered; outcome, code, whose fault, the address, Retry-After, floor
    vec![
        // Taken; a wish for another call means nothing then.
        (Webhook, said(http(200)), Delivered, "200", Addressee, Kept, NO, NO),
        (Webhook, said(http(202)), Delivered, "202", Addressee, Kept, NO, NO),
        (Webhook, said(http(204)), Delivered, "204", Addressee, Kept, NO, NO),
        (Webhook, said(http(200).retry_after("30")), Delivered, "200", Addressee, Kept, NO, NO),
        // Gone for good: the one answer that ends an address.
        (Webhook, said(http(410)), AddressGone, "410", Addressee, Gone, NO, NO),
        // Everything else may be corrected by the receiver, so it is retried; redirects are not followed.
        (Webhook, said(http(301)), Retry, "301", Account, Kept, NO, NO),
        (Webhook, said(http(304)), Retry, "304", Account, Kept, NO, NO),
        (Webhook, said(http(400)), Retry, "400", Account, Kept, NO, NO),
        (Webhook, said(http(401)), Retry, "401", Account, Kept, NO, NO),
        (Webhook, said(http(403)), Retry, "403", Account, Kept, NO, NO),
        (Webhook, said(http(404)), Retry, "404", Account, Kept, NO, NO),
        (Webhook, said(http(408)), Retry, "408", Account, Kept, NO, NO),
        (Webhook, said(http(413)), Retry, "413", Account, Kept, NO, NO),
        (Webhook, said(http(429)), Retry, "429", Account, Kept, NO, NO),
        (Webhook, said(http(500)), Retry, "500", Account, Kept, NO, NO),
        (Webhook, said(http(503)), Retry, "503", Account, Kept, NO, NO),
        (Webhook, said(http(599)), Retry, "599", Account, Kept, NO, NO),
        // As late as the receiver wishes.
        (Webhook, said(http(302).retry_after("30")), Retry, "302", Account, Kept, s(30), NO),
        (Webhook, said(http(429).retry_after("30")), Retry, "429", Account, Kept, s(30), NO),
        (Webhook, said(http(429).retry_after("604800")), Retry, "429", Account, Kept, s(604_800), NO),
        (Webhook, said(http(503).retry_after("Sun, 06 Nov 1994 08:50:37 GMT")), Retry, "503", Account, Kept, s(60), NO),
        // Kept as it was asked for: what becomes of it is `domain::decide`'s.
        (Webhook, said(http(503).retry_after("Fri, 31 Dec 9999 23:59:59 GMT")), Retry, "503", Account, Kept, s(252_618_189_022), NO),
        (Webhook, said(http(503).retry_after("18446744073709551615")), Retry, "503", Account, Kept, s(u64::MAX), NO),
        (Webhook, said(http(503).retry_after("soon")), Retry, "503", Account, Kept, NO, NO),
        (Webhook, said(http(503).retry_after("Thu, 06 Nov 1980 08:49:37 GMT")), Retry, "503", Account, Kept, NO, NO),
        // No answer: ambiguous only once the request had left. A wrong address is its owner's affair.
        (Webhook, broken(Dns), Retry, "dns", Account, Kept, NO, NO),
        (Webhook, broken(Connect), Retry, "connect", Account, Kept, NO, NO),
        (Webhook, broken(ConnectTimeout), Retry, "connect_timeout", Account, Kept, NO, NO),
        (Webhook, broken(Timeout), Ambiguous, "timeout", Account, Kept, NO, NO),
        (Webhook, broken(Lost), Ambiguous, "connection_lost", Account, Kept, NO, NO),
        (Webhook, broken(Forbidden), Rejected, "address_forbidden", Addressee, Kept, NO, NO),
        (Webhook, broken(Unusable), Rejected, "invalid_url", Addressee, Kept, NO, NO),
    ]
}
