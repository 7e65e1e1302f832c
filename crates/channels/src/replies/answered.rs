//! What a provider answers, as short as it can be written down.

use std::time::{Duration, SystemTime};

use campanile_domain::{Channel, Outcome};

use super::http::Http;
use crate::email::classify::{Phase, taken};
use crate::email::failure::Failure as RelayFailure;
use crate::email::reply::Reply;
use crate::outbound::{Failure, retry_after};
use crate::{apns, push, web_push, webhook};

/// One answer, or why there was none.
#[derive(Debug)]
pub(super) enum Answered {
    /// Of the provider.
    Http(Http),
    /// The provider was called over HTTP and did not answer.
    Broken(Failure),
    /// Of the server that gives tokens.
    Token(Http),
    /// That server was called and did not answer.
    NoToken(Failure),
    /// A relay's reply in a phase.
    Smtp(Phase, &'static str),
    /// No reply of a relay.
    Relay(RelayFailure),
}

pub(super) fn broken(failure: Failure) -> Answered {
    Answered::Broken(failure)
}

pub(super) fn no_token(failure: Failure) -> Answered {
    Answered::NoToken(failure)
}

pub(super) fn smtp(phase: Phase, line: &'static str) -> Answered {
    Answered::Smtp(phase, line)
}

pub(super) fn relay(failure: RelayFailure) -> Answered {
    Answered::Relay(failure)
}

/// An answer of the provider.
pub(super) fn said(answer: Http) -> Answered {
    Answered::Http(answer)
}

/// An answer of the token server.
pub(super) fn token(answer: Http) -> Answered {
    Answered::Token(answer)
}

impl Answered {
    /// What the channel makes of it.
    pub(super) fn outcome(&self, channel: Channel) -> Outcome {
        match (channel, self) {
            (Channel::Push, Self::Http(answer)) => {
                let (status, headers) = (answer.status(), answer.headers());
                push::classify::classify(status, &headers, &answer.bytes(), now())
            }
            (Channel::Push, Self::Broken(failure)) => push::classify::failure("endpoint", *failure),
            (Channel::Push, Self::Token(answer)) => {
                let wish = retry_after(&answer.headers(), now());
                let granted = push::exchange::answered(answer.status(), wish, &answer.bytes());
                granted.err().expect("a refusal")
            }
            (Channel::Push, Self::NoToken(failure)) => push::exchange::unanswered(*failure),
            (Channel::Email, Self::Smtp(phase, line)) => reply(*phase, line),
            (Channel::Email, Self::Relay(failure)) => failure.outcome(),
            (Channel::Webhook, Self::Http(answer)) => {
                webhook::classify::classify(answer.status(), &answer.headers(), now())
            }
            (Channel::Webhook, Self::Broken(failure)) => webhook::classify::failure(*failure),
            (Channel::WebPush, Self::Http(answer)) => {
                let (status, headers) = (answer.status(), answer.headers());
                web_push::classify::classify(status, &headers, &answer.bytes(), now())
            }
            (Channel::WebPush, Self::Broken(failure)) => web_push::classify::failure(*failure),
            (Channel::Apns, Self::Http(answer)) => {
                let (status, headers) = (answer.status(), answer.headers());
                apns::classify::classify(status, &headers, &answer.bytes(), now())
            }
            (Channel::Apns, Self::Broken(failure)) => apns::classify::failure(*failure),
            _ => panic!("{channel} never hears {self:?}"),
        }
    }
}

fn reply(phase: Phase, line: &str) -> Outcome {
    let (code, text) = line.split_once(' ').unwrap_or((line, ""));
    let reply = Reply::new(code.parse().expect("a code"), text);
    match reply.code {
        200..=299 => taken(&reply),
        _ => RelayFailure::Refused(phase, reply).outcome(),
    }
}

/// A minute before `Sun, 06 Nov 1994 08:50:37 GMT`.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
}
