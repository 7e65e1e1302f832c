//! Enhanced status codes of mail systems (RFC 3463), as far as they decide about an address.

/// Whether a permanent failure (class 5) with this subject and detail says that there is no such mailbox: it is unknown
/// (5.1.1), its domain is (5.1.2), it has moved and left no address (5.1.6), or its domain takes no mail (5.1.10, RFC 7505).
pub const fn mailbox_is_gone(subject: u16, detail: u16) -> bool {
    matches!((subject, detail), (1, 1 | 2 | 6 | 10))
}
