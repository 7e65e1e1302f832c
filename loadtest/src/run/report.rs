//! What a run showed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use comfy_table::Table;
use hdrhistogram::Histogram;
use serde::Serialize;

use crate::process::Cost;
use crate::summary::{Latencies, histogram};

/// The figures of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) rate_asked: u32,
    pub(crate) rate_reached: f64,
    pub(crate) requests_accepted: u64,
    pub(crate) notifications_accepted: u64,
    pub(crate) repeated: u64,
    pub(crate) failed: BTreeMap<String, u64>,
    pub(crate) accept: Option<Latencies>,
    pub(crate) processes: Vec<Cost>,
    #[serde(skip)]
    latencies: Histogram<u64>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            rate_asked: 0,
            rate_reached: 0.0,
            requests_accepted: 0,
            notifications_accepted: 0,
            repeated: 0,
            failed: BTreeMap::new(),
            accept: None,
            processes: Vec::new(),
            latencies: histogram(),
        }
    }
}

impl Report {
    /// Counts a 202.
    pub(super) fn accepted(&mut self, due_us: u64, answered_us: u64, notifications: usize) {
        self.requests_accepted += 1;
        self.notifications_accepted += notifications as u64;
        self.latencies
            .saturating_record(answered_us.saturating_sub(due_us).max(1));
    }

    /// Works out what only the end shows.
    pub(super) fn finish(&mut self, took: Duration, rate: u32) {
        self.rate_asked = rate;
        self.rate_reached = self.requests_accepted as f64 / took.as_secs_f64();
        self.accept = Some(Latencies::from(&self.latencies));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.add_row([
            "requests accepted".into(),
            self.requests_accepted.to_string(),
        ]);
        table.add_row([
            "notifications".into(),
            self.notifications_accepted.to_string(),
        ]);
        table.add_row(["requests repeated".into(), self.repeated.to_string()]);
        for (why, count) in &self.failed {
            table.add_row([format!("failed: {why}"), count.to_string()]);
        }
        let rate = format!("{:.1}/s of {}/s asked", self.rate_reached, self.rate_asked);
        table.add_row(["rate".into(), rate]);
        if let Some(accept) = &self.accept {
            table.add_row(["accept, from the due time".into(), accept.to_string()]);
        }
        for Cost {
            name,
            pid,
            cpu_us,
            resident_kib,
            peak_kib,
        } in &self.processes
        {
            let each = *cpu_us as f64 / self.notifications_accepted.max(1) as f64;
            let (resident, peak) = (*resident_kib as f64 / 1024.0, *peak_kib as f64 / 1024.0);
            let text = format!(
                "{each:.0} µs CPU per notification, {resident:.1} MiB resident, {peak:.1} at most"
            );
            table.add_row([format!("{name} ({pid})"), text]);
        }
        write!(f, "{table}")
    }
}
