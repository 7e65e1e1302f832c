//! What lasts from one connection to the next: whom it is about, and what was seen.

use std::collections::{HashSet, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use campanile_config::{Role, Settings};
use campanile_domain::Clock;
use secrecy::SecretString;

use super::event::Event;
use crate::cli::{EventFormat, ListenOptions};
use crate::wiring::data_dir::DataDir;
use crate::wiring::{identity, settings};

/// A token for one connection. A stream ends with its token, and each connection gets a new one.
const TOKEN_TTL: Duration = Duration::from_secs(60 * 60);
/// After a reconnect, notifications of the last minute come again; so many ids are remembered to leave them out.
const REMEMBERED: usize = 4_096;

/// Signs tokens, or has one.
enum Tokens {
    Given(String),
    Signed(Box<Settings>, SecretString),
}

/// One user's stream, over all connections.
pub(super) struct Session {
    options: ListenOptions,
    clock: Arc<dyn Clock>,
    tokens: Tokens,
    /// The id of the last event that had one, from which the stream goes on.
    last: Option<String>,
    seen: HashSet<String>,
    order: VecDeque<String>,
}

impl Session {
    /// Finds the key with which tokens are signed, unless one was given.
    pub(super) fn new(
        file: Option<&Path>,
        clock: Arc<dyn Clock>,
        options: ListenOptions,
    ) -> anyhow::Result<Self> {
        let tokens = match &options.token {
            Some(token) => Tokens::Given(token.clone()),
            None => {
                let settings = settings::load(file, Role::Cli)?;
                let own = DataDir::at(&options.data.data_dir).secret()?;
                let Some(secret) = settings.jwt.secret.clone().or(own) else {
                    bail!(
                        "no token: give --token, set JWT_SECRET, or give the data directory of `campanile up` with \
                        --data-dir ({} has no signing key)",
                        options.data.data_dir.display()
                    );
                };
                Tokens::Signed(Box::new(settings), secret)
            }
        };
        Ok(Self {
            last: options.since.map(|id| id.to_string()),
            options,
            clock,
            tokens,
            seen: HashSet::new(),
            order: VecDeque::new(),
        })
    }

    /// A token that is valid now.
    pub(super) fn token(&self) -> anyhow::Result<String> {
        match &self.tokens {
            Tokens::Given(token) => Ok(token.clone()),
            Tokens::Signed(settings, secret) => identity::token(
                settings,
                self.clock.as_ref(),
                secret,
                &self.options.tenant,
                self.options.user.as_str(),
                "inbox",
                TOKEN_TTL.min(settings.jwt.max_life),
            ),
        }
    }

    /// Where the stream is.
    pub(super) fn url(&self) -> String {
        let base = self.options.url.trim_end_matches('/');
        let mut url = format!("{base}/api/v1/notifications/stream");
        let types: Vec<_> = self.options.types.iter().map(|one| one.as_str()).collect();
        if !types.is_empty() {
            url.push_str(&format!("?types={}", types.join(",")));
        }
        url
    }

    /// Which server was named, for errors.
    pub(super) fn server(&self) -> &str {
        &self.options.url
    }

    /// Where the stream goes on.
    pub(super) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    pub(super) fn format(&self) -> EventFormat {
        self.options.format
    }

    /// Notes an event; whether it is new. A notification that is sent again has the same id in its data.
    pub(super) fn is_new(&mut self, event: &Event) -> bool {
        if let Some(id) = &event.id {
            self.last = Some(id.clone());
        }
        let notification = event.data["id"].as_str();
        let Some(id) = notification.filter(|_| event.event == "notification") else {
            return true;
        };
        if !self.seen.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }
}
