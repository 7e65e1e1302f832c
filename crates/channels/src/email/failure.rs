//! Everything that keeps a mail from being taken.

use std::time::Duration;

use campanile_domain::{Outcome, OutcomeKind};

use super::classify::{Phase, classify};
use super::reply::Reply;

/// The least wait after a relay could not be reached.
const FLOOR: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) enum Failure {
    /// The name has no address.
    Unresolved,
    /// The relay is a tenant's, and not on the public internet.
    Forbidden,
    /// The connection was refused.
    Unreachable,
    /// The connection was not accepted in time.
    ConnectTimeout,
    /// The relay's certificate is not its own, not trusted, or out of date.
    Certificate,
    /// The handshake broke.
    Handshake,
    /// STARTTLS is wanted and not offered.
    NoStartTls,
    /// No way to log in that both sides know.
    NoLogin,
    /// A 4xx or 5xx.
    Refused(Phase, Reply),
    /// The connection ended.
    Lost(Phase),
    /// No reply in time.
    Silent(Phase),
    /// A reply that is none.
    Garbled(Phase),
}

impl Failure {
    /// Whether the connection may be at fault, and not the mail: it broke before anything was said.
    pub(super) fn is_stale(&self) -> bool {
        matches!(self, Self::Lost(Phase::Sender))
            || matches!(self, Self::Refused(Phase::Sender, reply) if reply.code == 421)
    }

    pub(crate) fn outcome(&self) -> Outcome {
        use OutcomeKind::{Ambiguous, Misconfigured, Retry};
        let (kind, code, detail) = match self {
            Self::Refused(phase, reply) => {
                return classify(reply.code, reply.enhanced, &reply.text, *phase);
            }
            Self::Unresolved => (Retry, "dns", "The relay's host name cannot be resolved."),
            Self::Forbidden => (
                Misconfigured,
                "address_forbidden",
                "The relay is not on the public internet (CAMPANILE_ALLOW_PRIVATE_NETWORKS).",
            ),
            Self::Unreachable => (
                Retry,
                "connect",
                "No connection to the relay: it was refused, or the relay cannot be reached.",
            ),
            Self::ConnectTimeout => (
                Retry,
                "connect_timeout",
                "The relay did not accept the connection in time.",
            ),
            Self::Certificate => (
                Misconfigured,
                "certificate",
                "The relay's certificate is not trusted.",
            ),
            Self::Handshake => (Retry, "tls", "The relay's TLS handshake failed."),
            Self::NoStartTls => (
                Misconfigured,
                "starttls_missing",
                "The relay does not offer STARTTLS, which the provider's settings require.",
            ),
            Self::NoLogin => (
                Misconfigured,
                "auth_missing",
                "The relay offers neither AUTH PLAIN nor AUTH LOGIN.",
            ),
            // The dot may have arrived.
            Self::Lost(Phase::Content) => (
                Ambiguous,
                "connection_lost",
                "The connection closed before the relay's last reply.",
            ),
            Self::Silent(Phase::Content) => (
                Ambiguous,
                "timeout",
                "The relay's last reply did not arrive in time.",
            ),
            Self::Garbled(Phase::Content) => (
                Ambiguous,
                "reply",
                "The relay's last reply could not be parsed.",
            ),
            Self::Lost(_) => (
                Retry,
                "connection_lost",
                "The connection closed before the email was sent.",
            ),
            Self::Silent(_) => (Retry, "timeout", "The relay did not reply in time."),
            Self::Garbled(_) => (Retry, "reply", "The relay's reply could not be parsed."),
        };
        Outcome {
            floor: (kind == Retry).then_some(FLOOR),
            ..Outcome::new(kind, code, detail)
        }
    }
}
