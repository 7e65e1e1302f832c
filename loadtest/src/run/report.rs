//! What a run showed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use comfy_table::Table;
use hdrhistogram::Histogram;
use serde::Serialize;

use crate::process::Cost;
use crate::summary::{Curve, Latencies, histogram};

/// The figures of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Of a closed loop nothing.
    pub(crate) rate_asked: Option<u32>,
    pub(crate) rate_reached: f64,
    pub(crate) requests_accepted: u64,
    pub(crate) notifications_accepted: u64,
    pub(crate) repeated: u64,
    pub(crate) failed: BTreeMap<String, u64>,
    pub(crate) accept: Option<Latencies>,
    pub(crate) processes: Vec<Process>,
    #[serde(skip)]
    latencies: Histogram<u64>,
}

/// What a process cost, and what that is for each notification.
#[derive(Debug, Serialize)]
pub(crate) struct Process {
    #[serde(flatten)]
    cost: Cost,
    cpu_us_per_notification: Option<f64>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            rate_asked: None,
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
    pub(super) fn accepted(&mut self, took: Duration, notifications: usize) {
        self.requests_accepted += 1;
        self.notifications_accepted += notifications as u64;
        self.latencies
            .saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// The latencies of the 202s, for a picture.
    pub(crate) fn curve(&self) -> Curve {
        Curve::from(&self.latencies)
    }

    /// Works out what only the end shows.
    pub(super) fn finish(&mut self, took: Duration, rate: Option<u32>) {
        self.rate_asked = rate;
        self.rate_reached = self.requests_accepted as f64 / took.as_secs_f64();
        self.accept = Some(Latencies::from(&self.latencies));
    }

    /// Adds what a process cost; after all answers were counted.
    pub(super) fn costed(&mut self, cost: Cost) {
        let notifications = self.notifications_accepted;
        let used = cost.used.filter(|_| notifications > 0);
        self.processes.push(Process {
            cost,
            cpu_us_per_notification: used.map(|used| used.cpu_us as f64 / notifications as f64),
        });
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
        let mut rate = format!("{:.1}/s", self.rate_reached);
        let mut since = "accept, from the request";
        if let Some(asked) = self.rate_asked {
            rate = format!("{rate} of {asked}/s asked");
            since = "accept, from the due time";
        }
        table.add_row(["rate".into(), rate]);
        if let Some(accept) = &self.accept {
            table.add_row([since.into(), accept.to_string()]);
        }
        for process in &self.processes {
            let name = format!("{} ({})", process.cost.name, process.cost.pid);
            table.add_row([name, process.to_string()]);
        }
        write!(f, "{table}")
    }
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(used) = &self.cost.used else {
            return f.write_str("ended before the run did");
        };
        if let Some(each) = self.cpu_us_per_notification {
            write!(f, "{each:.0} µs CPU per notification, ")?;
        }
        let mib = |kib: u64| kib as f64 / 1024.0;
        let (resident, peak) = (mib(used.resident_kib), mib(used.peak_kib));
        write!(f, "{resident:.1} MiB resident, {peak:.1} at most")
    }
}
