//! What a process costs, from `/proc`.

use anyhow::{Context, bail};
use serde::Serialize;

/// CPU time and memory of a process at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    name: String,
    cpu_us: u64,
    resident_kib: u64,
    peak_kib: u64,
}

/// What a process cost between two moments.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Cost {
    /// Its command.
    pub(crate) name: String,
    /// Its process id.
    pub(crate) pid: u32,
    /// What it used, unless it ended before the run did.
    #[serde(flatten)]
    pub(crate) used: Option<Used>,
}

/// CPU time and memory.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Used {
    /// User and system time, in microseconds.
    pub(crate) cpu_us: u64,
    /// Resident at the end, in KiB.
    pub(crate) resident_kib: u64,
    /// The most that was ever resident, in KiB.
    pub(crate) peak_kib: u64,
}

/// Ticks of `/proc/<pid>/stat` in a second: USER_HZ, 100 on every Linux platform of ours.
const TICK_US: u64 = 10_000;

/// Looks at a process.
pub(crate) fn sample(pid: u32) -> anyhow::Result<Sample> {
    let read = |file: &str| {
        let path = format!("/proc/{pid}/{file}");
        std::fs::read_to_string(&path).with_context(|| format!("--pid {pid}: cannot read {path}"))
    };
    let (stat, status) = (read("stat")?, read("status")?);
    // The name stands in brackets and may hold anything, so what follows is counted from its end.
    let Some((_, rest)) = stat.rsplit_once(')') else {
        bail!("--pid {pid}: no process")
    };
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field).and_then(|text| text.parse::<u64>().ok());
    let (Some(user), Some(system)) = (ticks(11), ticks(12)) else {
        bail!("--pid {pid}: its statistics cannot be read")
    };
    let line = |name: &str| {
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default();
        line.trim().trim_end_matches(" kB").to_owned()
    };
    Ok(Sample {
        name: line("Name:"),
        cpu_us: (user + system) * TICK_US,
        resident_kib: line("VmRSS:").parse().unwrap_or(0),
        peak_kib: line("VmHWM:").parse().unwrap_or(0),
    })
}

impl Sample {
    /// What it cost since; there is no end to compare with if it is gone.
    pub(crate) fn until(&self, pid: u32, end: Option<&Self>) -> Cost {
        Cost {
            name: self.name.clone(),
            pid,
            used: end.map(|end| Used {
                cpu_us: end.cpu_us.saturating_sub(self.cpu_us),
                resident_kib: end.resident_kib,
                peak_kib: end.peak_kib,
            }),
        }
    }
}
