//! Joining what was promised with what came.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Context;
use comfy_table::Table;
use serde::Serialize;
use uuid::Uuid;

use crate::cli::JoinOptions;
use crate::ledger::{Promised, Received, read};
use crate::summary::{Latencies, histogram};

/// How often a ledger that still grows is read again.
const EVERY: Duration = Duration::from_millis(200);
/// Lost ids that are shown.
const SHOWN: usize = 20;

/// What became of every promise.
#[derive(Debug, Serialize)]
pub(crate) struct Joined {
    promised: u64,
    received: u64,
    lost: Vec<Uuid>,
    /// Notifications that came more than once.
    doubled: u64,
    /// Notifications that came under more than one `webhook-id`.
    renamed: u64,
    /// Notifications that came though no 202 promised them: those of requests without an answer.
    unpromised: u64,
    unverified: u64,
    due_to_receipt: Latencies,
    max_doubled: u64,
}

impl Joined {
    /// Whether every promise was kept.
    pub(crate) fn passed(&self) -> bool {
        self.lost.is_empty()
            && self.renamed == 0
            && self.unverified == 0
            && self.doubled <= self.max_doubled
    }
}

/// Joins, again and again until nothing is missing or the time is over.
pub(crate) async fn run(options: &JoinOptions) -> anyhow::Result<Joined> {
    let until = Instant::now() + options.wait;
    loop {
        let joined = join(options)?;
        if joined.lost.is_empty() || Instant::now() >= until {
            if let Some(path) = &options.json {
                std::fs::write(path, serde_json::to_vec_pretty(&joined)?)
                    .with_context(|| format!("cannot write {}", path.display()))?;
            }
            return Ok(joined);
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn join(options: &JoinOptions) -> anyhow::Result<Joined> {
    let received: Vec<Received> = read(&options.received)?;
    let unverified = received
        .iter()
        .filter(|call| call.verified == Some(false))
        .count();
    let mut calls: HashMap<Uuid, Vec<&Received>> = HashMap::new();
    for call in received.iter().filter(|call| call.status < 300) {
        if let Some(id) = call.notification_id {
            calls.entry(id).or_default().push(call);
        }
    }
    let due: BTreeMap<Uuid, u64> = read::<Promised>(&options.promised)?
        .into_iter()
        .flat_map(|one| one.ids.into_iter().map(move |id| (id, one.due_us)))
        .collect();
    let mut waits = histogram();
    for (id, due_us) in &due {
        if let Some(first) = calls
            .get(id)
            .and_then(|calls| calls.iter().map(|c| c.at_us).min())
        {
            waits.saturating_record(first.saturating_sub(*due_us).max(1));
        }
    }
    let several = |calls: &&Vec<&Received>| {
        calls
            .iter()
            .map(|call| &call.webhook_id)
            .collect::<BTreeSet<_>>()
            .len()
            > 1
    };
    Ok(Joined {
        promised: due.len() as u64,
        received: received.len() as u64,
        lost: due
            .keys()
            .filter(|id| !calls.contains_key(id))
            .copied()
            .collect(),
        doubled: calls.values().filter(|calls| calls.len() > 1).count() as u64,
        renamed: calls.values().filter(several).count() as u64,
        unpromised: calls.keys().filter(|id| !due.contains_key(id)).count() as u64,
        unverified: unverified as u64,
        due_to_receipt: Latencies::from(&waits),
        max_doubled: options.max_doubled,
    })
}

impl fmt::Display for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        for (name, value) in [
            ("promised", self.promised),
            ("calls received", self.received),
            ("lost", self.lost.len() as u64),
            ("doubled", self.doubled),
            ("under several webhook-ids", self.renamed),
            ("not promised", self.unpromised),
            ("signature wrong", self.unverified),
        ] {
            table.add_row([name.to_owned(), value.to_string()]);
        }
        table.add_row(["due → received".into(), self.due_to_receipt.to_string()]);
        write!(f, "{table}")?;
        for id in self.lost.iter().take(SHOWN) {
            write!(f, "\nlost: {id}")?;
        }
        Ok(())
    }
}
