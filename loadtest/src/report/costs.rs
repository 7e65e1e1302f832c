//! What processes use, from `/proc`: ours one by one, the servers' by name.

use anyhow::{Context, bail};

use super::{Cell, Column, Unit};

/// Servers, as `/proc` calls them and as people do.
const SERVERS: [(&str, &str); 3] = [
    ("postgres", "Postgres"),
    ("redis-server", "Redis"),
    ("beam.smp", "RabbitMQ"),
];
/// Ticks of `/proc/<pid>/stat` in a second: USER_HZ, 100 on every Linux platform of ours.
const TICK_US: u64 = 10_000;

pub(super) const NOTE: &str =
    "Machine-wide figures count all processes of that name, whoever they work for.";

/// What one process, or all of a server, used.
#[derive(Debug, Clone, Default)]
pub(crate) struct Use {
    pub(crate) name: String,
    /// All processes of that name on this machine, also those of other programs.
    pub(crate) is_machine_wide: bool,
    pub(crate) cpu_us: u64,
    pub(crate) memory_kib: u64,
    /// The most that was ever resident; of a server it is not known.
    pub(crate) peak_kib: Option<u64>,
}

/// What was used until one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Costs(Vec<Use>);

impl Costs {
    /// Of these processes; one that is gone has used nothing.
    pub(crate) fn of<'a>(processes: impl IntoIterator<Item = (&'a str, u32)>) -> Self {
        let used = |(name, pid): (&str, u32)| process(name, pid).unwrap_or_default();
        Self(processes.into_iter().map(used).collect())
    }

    /// This process and the servers as well.
    pub(crate) fn and_servers(mut self) -> Self {
        self.0.extend(process("load", std::process::id()));
        self.0
            .extend(SERVERS.map(|(command, name)| server(name, command)));
        self
    }

    /// Adds what others have used, those of the same name together.
    pub(crate) fn and(mut self, others: &Self) -> Self {
        for other in &others.0 {
            match self.0.iter_mut().find(|one| one.name == other.name) {
                Some(one) => {
                    one.cpu_us += other.cpu_us;
                    one.peak_kib = one.peak_kib.max(other.peak_kib);
                }
                None => self.0.push(other.clone()),
            }
        }
        self
    }

    /// Of whom it tells, as [`Self::until`] does.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        let here = self.0.iter().filter(|used| used.memory_kib > 0);
        here.map(|used| used.name.clone())
    }

    /// What was used since, by those that are still there.
    pub(crate) fn until(&self, end: Self) -> Vec<Use> {
        let since = |mut used: Use| {
            let begin = self.0.iter().find(|begin| begin.name == used.name);
            used.cpu_us -= begin.map_or(0, |begin| begin.cpu_us).min(used.cpu_us);
            used
        };
        // A server that is elsewhere has no memory here.
        let here = end.0.into_iter().filter(|used| used.memory_kib > 0);
        here.map(since).collect()
    }
}

impl Use {
    /// CPU time for each of so many.
    pub(crate) fn each(&self, count: u64) -> Option<f64> {
        (count > 0).then(|| self.cpu_us as f64 / count as f64)
    }
}

/// A row for each, and the sums.
pub(super) fn table(what: &str, uses: &[Use], count: u64) -> (Vec<Column>, Vec<Vec<Cell>>) {
    let columns = vec![
        Column::text("process"),
        Column::new(format!("CPU per {what}"), Unit::CpuUs),
        Column::new("memory", Unit::Mib),
        Column::new("at most", Unit::Mib),
    ];
    let mib = |kib: u64| kib as f64 / 1_024.0;
    let row = |used: &Use| {
        let mark = if used.is_machine_wide {
            " (machine-wide)"
        } else {
            ""
        };
        vec![
            format!("{}{mark}", used.name).into(),
            used.each(count).into(),
            mib(used.memory_kib).into(),
            used.peak_kib.map(mib).into(),
        ]
    };
    let mut rows: Vec<Vec<Cell>> = uses.iter().map(row).collect();
    for (name, is_machine_wide) in [("all of ours", false), ("all servers", true)] {
        let some = uses
            .iter()
            .filter(|used| used.is_machine_wide == is_machine_wide);
        let sums = some.fold((0, 0, 0), |(number, cpu, memory), used| {
            (number + 1, cpu + used.cpu_us, memory + used.memory_kib)
        });
        if let (2.., cpu_us, memory_kib) = sums {
            let sum = Use {
                name: name.to_owned(),
                cpu_us,
                memory_kib,
                ..Use::default()
            };
            rows.push(row(&sum));
        }
    }
    (columns, rows)
}

/// How much of the memory is a process's alone, with its share of what it has in common with others.
pub(crate) fn pss_kib(pid: u32) -> anyhow::Result<u64> {
    let rollup = read(pid, "smaps_rollup")?;
    line(&rollup, "Pss:")
        .parse()
        .context("no Pss in smaps_rollup")
}

/// The command of a process.
pub(crate) fn command(pid: u32) -> anyhow::Result<String> {
    Ok(line(&read(pid, "status")?, "Name:").to_owned())
}

fn read(pid: u32, file: &str) -> anyhow::Result<String> {
    let path = format!("/proc/{pid}/{file}");
    std::fs::read_to_string(&path).with_context(|| format!("process {pid}: cannot read {path}"))
}

/// A line of `/proc/<pid>/status`.
fn line<'a>(status: &'a str, name: &str) -> &'a str {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_default().trim().trim_end_matches(" kB")
}

/// CPU time: its own, and that of its children which have ended.
fn times(pid: u32) -> anyhow::Result<(u64, u64)> {
    let stat = read(pid, "stat")?;
    // The name stands in brackets and may hold anything, so what follows is counted from its end.
    let (_, rest) = stat
        .rsplit_once(')')
        .context("its statistics cannot be read")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field).and_then(|text| text.parse::<u64>().ok());
    let both = |first: usize| Some((ticks(first)? + ticks(first + 1)?) * TICK_US);
    let (Some(own_us), Some(children_us)) = (both(11), both(13)) else {
        bail!("process {pid}: its statistics cannot be read")
    };
    Ok((own_us, children_us))
}

fn process(name: &str, pid: u32) -> anyhow::Result<Use> {
    let ((own_us, _), status) = (times(pid)?, read(pid, "status")?);
    let kib = |name: &str| line(&status, name).parse().ok();
    Ok(Use {
        name: name.to_owned(),
        is_machine_wide: false,
        cpu_us: own_us,
        memory_kib: kib("VmRSS:").unwrap_or(0),
        peak_kib: kib("VmHWM:"),
    })
}

/// All processes of that command. What one that ended has used is its parent's, of the same command.
fn server(name: &str, command: &str) -> Use {
    let mut used = Use {
        name: name.to_owned(),
        is_machine_wide: true,
        ..Use::default()
    };
    let mut shared = 0;
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    for pid in pids {
        // It may end while we look.
        let (Ok(status), Ok((own_us, children_us))) = (read(pid, "status"), times(pid)) else {
            continue;
        };
        if line(&status, "Name:") != command {
            continue;
        }
        let kib = |name: &str| line(&status, name).parse().unwrap_or(0);
        used.cpu_us += own_us + children_us;
        used.memory_kib += kib("RssAnon:");
        // Code and buffers are the same for all of a server's processes, so they count once.
        shared = shared.max(kib("RssFile:") + kib("RssShmem:"));
    }
    used.memory_kib += shared;
    used
}

/// A process and a server, for the tests of the report.
#[cfg(test)]
pub(super) fn sample() -> Vec<Use> {
    let used = |name: &str, is_machine_wide, cpu_us| Use {
        name: name.to_owned(),
        is_machine_wide,
        cpu_us,
        memory_kib: 20_480,
        peak_kib: (!is_machine_wide).then_some(40_960),
    };
    vec![
        used("api 1", false, 120_000),
        used("Postgres", true, 300_000),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lives_of_a_process_that_was_started_again_are_added() {
        let used = |cpu_us, peak_kib| Use {
            name: "worker 1".to_owned(),
            cpu_us,
            memory_kib: 1,
            peak_kib: Some(peak_kib),
            ..Use::default()
        };
        let (begin, killed) = (Costs(vec![used(10, 5)]), Costs(vec![used(40, 9)]));
        let uses = begin.until(Costs(vec![used(100, 7)]).and(&killed));
        assert_eq!((uses[0].cpu_us, uses[0].peak_kib), (130, Some(9)));
    }
}
