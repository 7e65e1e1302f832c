//! What a reply means: the first row of the table whose conditions hold, or the default of its class.

mod code;
mod rule;
mod status;
mod targets;
mod wait;

use std::time::SystemTime;

use campanile_domain::{Blame, Outcome, OutcomeKind};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use crate::Recipe;
use crate::file::DefaultFile;

pub(crate) use rule::Rule;
pub(crate) use status::Status;
pub(crate) use wait::Unit;

/// No more of a reply is read.
pub const REPLY_BYTES: usize = 64 * 1024;

/// A response of a service. A body that broke off or is longer than [`REPLY_BYTES`] is empty.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    /// Its status.
    pub status: StatusCode,
    /// Its headers; their names have no case.
    pub headers: &'a HeaderMap,
    /// Its body, which may be anything.
    pub body: &'a [u8],
}

/// The class of a reply as recipes name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Delivered,
    Retry,
    /// The account has sent as much as it may for now.
    Quota,
    AddressGone,
    Rejected,
    Misconfigured,
    Ambiguous,
}

impl Kind {
    pub(crate) const fn outcome(self) -> OutcomeKind {
        match self {
            Self::Delivered => OutcomeKind::Delivered,
            Self::Retry | Self::Quota => OutcomeKind::Retry,
            Self::AddressGone => OutcomeKind::AddressGone,
            Self::Rejected => OutcomeKind::Rejected,
            Self::Misconfigured => OutcomeKind::Misconfigured,
            Self::Ambiguous => OutcomeKind::Ambiguous,
        }
    }

    /// What is said of it where the recipe says nothing.
    fn detail(self, service: &str) -> String {
        match self {
            Self::Delivered => format!("{service} accepted the message."),
            Self::Retry => format!("{service} cannot accept the message now."),
            Self::Quota => format!("{service} limits how much this account may send."),
            Self::AddressGone => format!("The address does not exist at {service} any more."),
            Self::Rejected => format!("{service} refuses this message."),
            Self::Misconfigured => format!("{service} refuses this account's settings."),
            Self::Ambiguous => format!(
                "{service} gave an unexpected response; it is unknown whether it accepted the message."
            ),
        }
    }

    pub(crate) fn told(self, code: String, detail: String) -> Outcome {
        let outcome = Outcome::new(self.outcome(), code, detail);
        match self {
            Self::Quota => outcome.blamed_on(Blame::Quota),
            _ => outcome,
        }
    }
}

/// What a status means that no row names.
#[derive(Debug)]
pub(crate) struct Defaults([Kind; 4]);

impl Defaults {
    /// A success is never a default of anything else, and a redirect is not followed, so it is never one.
    pub(crate) fn of(file: &DefaultFile) -> Result<Self, String> {
        let classes = [file.success, file.redirect, file.client, file.server];
        if classes[1..].contains(&Kind::Delivered) {
            return Err("default: only 2xx can be delivered".into());
        }
        Ok(Self(classes))
    }

    fn kind(&self, status: StatusCode) -> Kind {
        match status.as_u16() {
            200..=299 => self.0[0],
            300..=399 => self.0[1],
            400..=499 => self.0[2],
            500..=599 => self.0[3],
            _ => Kind::Ambiguous,
        }
    }
}

impl Recipe {
    /// Says what a reply means. Never fails, whatever the reply is; nothing of its texts is kept but codes.
    pub fn classify(&self, reply: &Reply<'_>, now: SystemTime) -> Outcome {
        let body = if reply.body.len() > REPLY_BYTES {
            &[]
        } else {
            reply.body
        };
        let json = serde_json::from_slice::<Value>(body).unwrap_or(Value::Null);
        let found = self
            .rules
            .iter()
            .find(|rule| rule.holds(reply, body, &json));
        match found {
            Some(rule) => rule.outcome(&self.title, reply, &json, now),
            None => {
                let kind = self.defaults.kind(reply.status);
                let outcome = kind.told(reply.status.as_str().to_owned(), kind.detail(&self.title));
                let retry_after = match outcome.kind {
                    OutcomeKind::Retry | OutcomeKind::Ambiguous => {
                        wait::of_header(reply.headers, now)
                    }
                    _ => None,
                };
                Outcome {
                    retry_after,
                    ..outcome
                }
            }
        }
    }
}
