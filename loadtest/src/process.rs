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

/// CPU time of a process: its own, and that of its children which have ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) own_us: u64,
    pub(crate) children_us: u64,
}

/// Reads a file of a process.
pub(crate) fn read(pid: u32, file: &str) -> anyhow::Result<String> {
    let path = format!("/proc/{pid}/{file}");
    std::fs::read_to_string(&path).with_context(|| format!("process {pid}: cannot read {path}"))
}

/// What it has used so far.
pub(crate) fn times(pid: u32) -> anyhow::Result<Times> {
    let stat = read(pid, "stat")?;
    // The name stands in brackets and may hold anything, so what follows is counted from its end.
    let Some((_, rest)) = stat.rsplit_once(')') else {
        bail!("process {pid}: its statistics cannot be read")
    };
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field).and_then(|text| text.parse::<u64>().ok());
    let both = |first: usize| Some((ticks(first)? + ticks(first + 1)?) * TICK_US);
    let (Some(own_us), Some(children_us)) = (both(11), both(13)) else {
        bail!("process {pid}: its statistics cannot be read")
    };
    Ok(Times {
        own_us,
        children_us,
    })
}

/// A line of `/proc/<pid>/status`.
pub(crate) fn line<'a>(status: &'a str, name: &str) -> &'a str {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_default().trim().trim_end_matches(" kB")
}

/// Looks at a process.
pub(crate) fn sample(pid: u32) -> anyhow::Result<Sample> {
    let times = times(pid).with_context(|| format!("--pid {pid}"))?;
    let status = read(pid, "status").with_context(|| format!("--pid {pid}"))?;
    let kib = |name: &str| line(&status, name).parse().unwrap_or(0);
    Ok(Sample {
        name: line(&status, "Name:").to_owned(),
        cpu_us: times.own_us,
        resident_kib: kib("VmRSS:"),
        peak_kib: kib("VmHWM:"),
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
