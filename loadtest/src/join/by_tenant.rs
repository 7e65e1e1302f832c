//! What each tenant noticed.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::summary::{Latencies, histogram};

/// One tenant's part.
#[derive(Debug, Serialize)]
pub(crate) struct TenantShare {
    /// Its name; empty where a token that was given says so.
    pub(crate) tenant: String,
    /// Notifications that a 202 promised.
    pub(crate) accepted: u64,
    /// Those of them that came.
    pub(crate) delivered: u64,
    /// From the 202 to the first receipt.
    pub(crate) accept_to_receipt: Latencies,
}

/// Counts them while the ledgers are joined.
#[derive(Default)]
pub(super) struct Shares<'a>(BTreeMap<&'a str, (u64, Histogram<u64>)>);

impl<'a> Shares<'a> {
    /// A notification, and how long it took if it came.
    pub(super) fn add(&mut self, tenant: &'a str, took: Option<u64>) {
        let share = self.0.entry(tenant).or_insert_with(|| (0, histogram()));
        share.0 += 1;
        if let Some(took) = took {
            share.1.saturating_record(took);
        }
    }

    /// The providers, ordered by name.
    pub(super) fn finish(self) -> Vec<TenantShare> {
        let shares = self.0.into_iter();
        shares
            .map(|(tenant, (accepted, took))| TenantShare {
                tenant: tenant.to_owned(),
                accepted,
                delivered: took.len(),
                accept_to_receipt: Latencies::from(&took),
            })
            .collect()
    }
}
