//! What every process costs for each notification or request: ours one by one, the servers' by name.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Serialize;

use super::child::Child;
use crate::process::{line, read, times};

/// Servers, as `/proc` calls them and as people do.
const SERVERS: [(&str, &str); 3] = [
    ("postgres", "Postgres"),
    ("redis-server", "Redis"),
    ("beam.smp", "RabbitMQ"),
];

/// What one process, or all of a server, cost.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Cost {
    pub(crate) name: String,
    /// All processes of that name on this machine, whoever they work for.
    pub(crate) is_machine_wide: bool,
    pub(crate) cpu_us: u64,
    pub(crate) cpu_us_per_notification: Option<f64>,
    pub(crate) memory_kib: u64,
    /// The most that was ever resident; of a server it is not known.
    pub(crate) peak_kib: Option<u64>,
}

/// What was used until one moment.
pub(crate) struct Costs(BTreeMap<usize, (String, Used)>);

#[derive(Clone, Copy, Default)]
struct Used {
    is_machine_wide: bool,
    cpu_us: u64,
    memory_kib: u64,
    peak_kib: Option<u64>,
}

impl Costs {
    /// Looks at these, at this process, and at the servers.
    pub(crate) fn now<'a>(children: impl Iterator<Item = &'a Child>) -> anyhow::Result<Self> {
        let children = children.map(|child| (child.name().to_owned(), child.pid()));
        let own = ("load".to_owned(), std::process::id());
        let mut all = Vec::new();
        for (name, pid) in children.chain([own]) {
            let used = process(pid).with_context(|| format!("{name} is gone"))?;
            all.push((name, used));
        }
        let servers = SERVERS.map(|(command, name)| (name.to_owned(), server(command)));
        all.extend(servers);
        Ok(Self(all.into_iter().enumerate().collect()))
    }

    /// What was used since.
    pub(crate) fn until(&self, end: &Self, notifications: u64) -> Vec<Cost> {
        let both = self.0.values().zip(end.0.values());
        let cost = |((name, begin), (_, end)): (&(String, Used), &(String, Used))| {
            let cpu_us = end.cpu_us.saturating_sub(begin.cpu_us);
            Cost {
                name: name.clone(),
                is_machine_wide: end.is_machine_wide,
                cpu_us,
                cpu_us_per_notification: (notifications > 0)
                    .then(|| cpu_us as f64 / notifications as f64),
                memory_kib: end.memory_kib,
                peak_kib: end.peak_kib,
            }
        };
        let costs = both.map(cost);
        // A server that is elsewhere has no memory here.
        costs.filter(|cost| cost.memory_kib > 0).collect()
    }
}

fn process(pid: u32) -> anyhow::Result<Used> {
    let (times, status) = (times(pid)?, read(pid, "status")?);
    let kib = |name: &str| line(&status, name).parse().ok();
    Ok(Used {
        is_machine_wide: false,
        cpu_us: times.own_us,
        memory_kib: kib("VmRSS:").unwrap_or(0),
        peak_kib: kib("VmHWM:"),
    })
}

/// All processes of that name. What one that ended has used is its parent's, of the same name.
fn server(command: &str) -> Used {
    let mut used = Used {
        is_machine_wide: true,
        ..Used::default()
    };
    let mut shared = 0;
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    for pid in pids {
        // It may end while we look.
        let (Ok(status), Ok(times)) = (read(pid, "status"), times(pid)) else {
            continue;
        };
        if line(&status, "Name:") != command {
            continue;
        }
        let kib = |name: &str| line(&status, name).parse().unwrap_or(0);
        used.cpu_us += times.own_us + times.children_us;
        used.memory_kib += kib("RssAnon:");
        // Code and buffers are the same for all of a server's processes, so they count once.
        shared = shared.max(kib("RssFile:") + kib("RssShmem:"));
    }
    used.memory_kib += shared;
    used
}
