//! How long notifications took, by channel and by what happened when they were accepted.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use campanile_fakes::ledger::{Accepted, LedgerReader, Received};
use uuid::Uuid;

use crate::report::{Column, Latencies, Report, Unit};

/// The moments of a run, in microseconds since 1970.
pub(super) struct Phases {
    /// All services answer.
    pub(super) quiet: Range<u64>,
    /// One does not.
    pub(super) silent: Range<u64>,
    /// It does again.
    pub(super) after: Range<u64>,
}

/// The notifications of one channel.
pub(super) struct Way {
    name: String,
    /// When they were accepted, and how long they took from there; a call may come before its 202.
    took_us: Vec<(u64, u64)>,
    /// Not received yet.
    pub(super) lost: u64,
    /// Calls for what had been received before.
    repeated: u64,
}

impl Way {
    /// Joins the ledgers of a channel; the first call counts.
    pub(super) fn read(name: &str, accepted: &Path, received: &Path) -> anyhow::Result<Self> {
        let mut first: HashMap<Uuid, u64> = HashMap::new();
        let mut repeated = 0;
        for call in LedgerReader::<Received>::open(received)?.read()? {
            let Some(id) = call.notification_id.filter(|_| call.taken()) else {
                continue;
            };
            match first.get(&id) {
                None => drop(first.insert(id, call.at)),
                Some(_) => repeated += 1,
            }
        }
        let (mut took_us, mut lost) = (Vec::new(), 0);
        for entry in LedgerReader::<Accepted>::open(accepted)?.read()? {
            for id in &entry.notification_ids {
                match first.get(id) {
                    Some(at) => {
                        took_us.push((entry.accepted_at, at.saturating_sub(entry.accepted_at)))
                    }
                    None => lost += 1,
                }
            }
        }
        Ok(Self {
            name: name.to_owned(),
            took_us,
            lost,
            repeated,
        })
    }

    fn of(&self, phase: &Range<u64>) -> Latencies {
        latencies([self], phase)
    }
}

fn latencies<'w>(ways: impl IntoIterator<Item = &'w Way>, phase: &Range<u64>) -> Latencies {
    let mut latencies = Latencies::default();
    let all = ways.into_iter().flat_map(|way| &way.took_us);
    for (_, took) in all.filter(|(at, _)| phase.contains(at)) {
        latencies.record_us(*took);
    }
    latencies
}

impl Phases {
    /// Adds what they showed to a report; the first way is the silent one.
    pub(super) fn tell(&self, report: &mut Report, ways: &[Way], max_factor: f64) {
        let Some((silent, others)) = ways.split_first() else {
            return;
        };
        let lost: u64 = others.iter().map(|way| way.lost).sum();
        report.at_most("lost, all but the silent one", lost, 0);
        report.at_most("lost, the silent one", silent.lost, 0);
        let repeated: u64 = others.iter().map(|way| way.repeated).sum();
        report.at_most("repeated calls, all but the silent one", repeated, 0);
        // Whether it took those is unknown.
        report.figure(
            "repeated calls, the silent one",
            Unit::Count,
            silent.repeated,
        );
        let before = latencies(others, &self.quiet).ms(0.99);
        let during = latencies(others, &self.silent).ms(0.99);
        report.figure("202 → the others, p99 before", Unit::Ms, before);
        report.figure("202 → the others, p99 during the silence", Unit::Ms, during);
        let factor = during / before.max(0.001);
        report.figure("how many times as long", Unit::Text, format!("{factor:.2}"));
        if factor > max_factor {
            report.miss(format!(
                "the others took {factor:.2} times as long, more than {max_factor}"
            ));
        }
        let columns = [
            Column::text("channel"),
            Column::new("p50 before", Unit::Ms),
            Column::new("p99 before", Unit::Ms),
            Column::new("p50 during", Unit::Ms),
            Column::new("p99 during", Unit::Ms),
            Column::new("p99 after", Unit::Ms),
            Column::count("notifications"),
        ];
        let rows = ways.iter().map(|way| {
            let [quiet, silence, after] =
                [&self.quiet, &self.silent, &self.after].map(|phase| way.of(phase));
            vec![
                way.name.clone().into(),
                quiet.ms(0.5).into(),
                quiet.ms(0.99).into(),
                silence.ms(0.5).into(),
                silence.ms(0.99).into(),
                after.ms(0.99).into(),
                (way.took_us.len() as u64).into(),
            ]
        });
        report.table("from the 202 to the service", columns, rows.collect());
    }
}
