//! What a join showed, and whether that is good.

use std::fmt;

use comfy_table::Table;
use serde::Serialize;
use uuid::Uuid;

use super::TenantShare;
use crate::summary::{Curve, Latencies};

/// Lost ids that are shown.
const SHOWN: usize = 20;

/// What became of every 202.
#[derive(Debug, Serialize)]
pub(crate) struct Joined {
    /// Whether every promise was kept.
    pub(crate) passed: bool,
    /// Notifications that a 202 promised.
    pub(crate) accepted: u64,
    /// Those of them that came.
    pub(crate) delivered: u64,
    /// All calls of the webhook, whatever they were answered with.
    pub(crate) calls: u64,
    /// Notifications that a 202 promised and that did not come.
    pub(crate) lost: Vec<Uuid>,
    /// Webhook-ids that came again after they had been answered with a 2xx.
    pub(crate) doubled: u64,
    /// How many of them are allowed; nothing if any number is.
    pub(crate) max_doubled: Option<u64>,
    /// Notifications that came under more than one webhook-id: receivers can't see that these are
    /// one.
    pub(crate) several_ids: u64,
    /// Notifications that came though no 202 promised them: those of requests whose answer got lost
    /// when a server was killed.
    pub(crate) unknown: u64,
    /// Calls without a webhook-id, or without a notification in the body.
    pub(crate) unnamed: u64,
    /// Calls whose signature did not hold.
    pub(crate) unverified: u64,
    /// Calls before the time that `Retry-After` had named for the same.
    pub(crate) early: u64,
    /// What each tenant noticed.
    pub(crate) by_tenant: Vec<TenantShare>,
    /// From the 202 to the first receipt.
    pub(crate) accept_to_receipt: Latencies,
    /// From the moment the request was due to the first receipt.
    pub(crate) due_to_receipt: Latencies,
    /// The same two as curves, for a picture.
    #[serde(skip)]
    pub(crate) curves: [Curve; 2],
}

impl Joined {
    /// Decides whether it passed.
    pub(super) fn judged(self) -> Self {
        let passed = self.lost.is_empty()
            && self.several_ids == 0
            && self.unverified == 0
            && self.early == 0
            && self.max_doubled.is_none_or(|max| self.doubled <= max);
        Self { passed, ..self }
    }
}

impl fmt::Display for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        let doubled = match self.max_doubled {
            Some(max) => format!("{} ({max} allowed)", self.doubled),
            None => self.doubled.to_string(),
        };
        for (name, value) in [
            ("accepted notifications", self.accepted.to_string()),
            ("delivered", self.delivered.to_string()),
            ("lost", self.lost.len().to_string()),
            ("doubled webhook-ids", doubled),
            ("under several webhook-ids", self.several_ids.to_string()),
            ("unknown: came without a 202", self.unknown.to_string()),
            ("signature wrong", self.unverified.to_string()),
            ("before Retry-After", self.early.to_string()),
            ("calls", self.calls.to_string()),
            ("calls without an id", self.unnamed.to_string()),
            ("202 → received", self.accept_to_receipt.to_string()),
            ("due → received", self.due_to_receipt.to_string()),
        ] {
            table.add_row([name.to_owned(), value]);
        }
        write!(f, "{table}")?;
        for id in self.lost.iter().take(SHOWN) {
            write!(f, "\nlost: {id}")?;
        }
        if let more @ 1.. = self.lost.len().saturating_sub(SHOWN) {
            write!(f, "\nlost: {more} more")?;
        }
        Ok(())
    }
}
