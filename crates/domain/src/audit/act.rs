//! Who does something, from where and when.

use std::net::IpAddr;

use chrono::{DateTime, SubsecRound, Utc};

use crate::Clock;

/// How an actor proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// By a signed token.
    Token,
    /// By an API key.
    ApiKey,
    /// By access to the database: a command of the program.
    CommandLine,
    /// The service itself, by a rule that an operator set earlier.
    System,
}

impl ActorKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Token, Self::ApiKey, Self::CommandLine, Self::System];

    /// The name in rows and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::ApiKey => "api_key",
            Self::CommandLine => "command_line",
            Self::System => "system",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// How they proved it.
    pub kind: ActorKind,
    /// The subject of the token, the name of the key, or the account of the operating system; at most 128 bytes.
    pub subject: String,
    /// The id of the API key.
    pub key_id: Option<String>,
}

impl Actor {
    /// The bearer of a token.
    pub fn token(subject: &str) -> Self {
        Self {
            kind: ActorKind::Token,
            subject: subject.to_owned(),
            key_id: None,
        }
    }

    /// The service itself, by this task.
    pub fn system(task: &str) -> Self {
        Self {
            kind: ActorKind::System,
            subject: task.to_owned(),
            key_id: None,
        }
    }

    /// A person at the command line.
    pub fn command_line(subject: &str) -> Self {
        Self {
            kind: ActorKind::CommandLine,
            subject: subject.to_owned(),
            key_id: None,
        }
    }
}

/// One act of an operator: everything about it that does not depend on what is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Who.
    pub actor: Actor,
    /// The request, where it was one.
    pub request_id: Option<String>,
    /// The address that the request came from.
    pub address: Option<IpAddr>,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
}

impl Act {
    /// An act of the service itself.
    pub fn of_system(task: &str, at: DateTime<Utc>) -> Self {
        Self {
            actor: Actor::system(task),
            request_id: None,
            address: None,
            at: at.trunc_subsecs(6),
        }
    }

    /// An act at the command line, now.
    pub fn at_command_line(subject: &str, clock: &dyn Clock) -> Self {
        Self {
            actor: Actor::command_line(subject),
            request_id: None,
            address: None,
            at: clock.now().trunc_subsecs(6),
        }
    }
}
