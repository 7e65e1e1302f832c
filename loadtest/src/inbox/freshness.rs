//! Whether what was written on one process is seen at once on another.
//!
//! Lanes write to users of their own, who grow by one with each round, so every answer has one right
//! number. Each is asked for twice: the second answer may be a kept one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, anyhow};
use indicatif::ProgressBar;
use tokio::task::JoinSet;

use super::caller::Caller;
use super::outage::Wire;
use crate::api::Refusal;
use crate::report::{Column, Report};
use crate::token::Signer;

/// Rounds under way at once.
const LANES: u32 = 8;
const TENANT: &str = "default";

/// What the rounds of one stretch showed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) rounds: u64,
    /// Rounds with an answer that did not show the write.
    pub(super) stale: u64,
    /// Rounds with a request that failed.
    pub(super) errors: u64,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.rounds += other.rounds;
        self.stale += other.stale;
        self.errors += other.errors;
    }
}

/// The check's result, by how Redis was.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Freshness {
    /// Before anything was cut.
    pub(super) with_redis: Seen,
    pub(super) without_redis: Seen,
    pub(super) after_recovery: Seen,
    pub(super) outages: u32,
}

impl Freshness {
    /// Adds the stretches to a report.
    pub(super) fn tell(&self, report: &mut Report) {
        let columns = ["rounds", "stale", "failed"].map(Column::count);
        let columns = [Column::text("written on one process, read on another")]
            .into_iter()
            .chain(columns);
        let stretches = [
            ("with Redis", self.with_redis),
            ("Redis out of reach", self.without_redis),
            ("after Redis came back", self.after_recovery),
        ];
        let count = if self.outages > 0 { 3 } else { 1 };
        let rows = stretches[..count].iter().map(|(what, seen)| {
            vec![
                (*what).into(),
                seen.rounds.into(),
                seen.stale.into(),
                seen.errors.into(),
            ]
        });
        report.table("freshness", columns, rows.collect());
    }

    /// All stretches together.
    pub(super) fn total(&self) -> Seen {
        let mut total = self.with_redis;
        total.add(self.without_redis);
        total.add(self.after_recovery);
        total
    }
}

struct Pair {
    writer: Caller,
    reader: Caller,
    service: String,
    next: AtomicU32,
    bar: ProgressBar,
}

/// Writes and reads so many times; where there is a wire, it is cut and restored so often.
pub(super) async fn check(
    urls: &[String],
    signer: &Signer,
    times: u32,
    wire: Option<(&Wire, u32)>,
) -> anyhow::Result<Freshness> {
    let [writer, .., reader] = urls else {
        return Err(anyhow!("--check: two API processes are needed"));
    };
    let pair = Arc::new(Pair {
        writer: Caller::new(std::slice::from_ref(writer))?,
        reader: Caller::new(std::slice::from_ref(reader))?,
        service: signer.service(TENANT)?,
        next: AtomicU32::new(0),
        bar: ProgressBar::new(times.into()),
    });
    let tokens = (0..LANES).map(|lane| {
        let user = format!("fresh-{lane}");
        let token = signer.token(TENANT, &user, "inbox")?;
        Ok(Arc::new((user, token)))
    });
    let lanes: Vec<Arc<(String, String)>> = tokens.collect::<anyhow::Result<_>>()?;
    let outages = wire.map_or(0, |(_, outages)| outages);
    // Up, and for each outage down and up again.
    let stretches = 1 + 2 * outages;
    let mut result = Freshness {
        outages,
        ..Freshness::default()
    };
    for stretch in 0..stretches {
        let is_down = stretch % 2 == 1;
        if let Some((wire, _)) = wire.filter(|_| stretch > 0) {
            wire.cut(is_down).await;
        }
        let until = u64::from(times) * u64::from(stretch + 1) / u64::from(stretches);
        let seen = rounds(&pair, &lanes, u32::try_from(until)?).await?;
        match stretch {
            0 => result.with_redis.add(seen),
            _ if is_down => result.without_redis.add(seen),
            _ => result.after_recovery.add(seen),
        }
    }
    pair.bar.finish_and_clear();
    Ok(result)
}

/// Goes on until so many rounds were made in all.
async fn rounds(
    pair: &Arc<Pair>,
    lanes: &[Arc<(String, String)>],
    until: u32,
) -> anyhow::Result<Seen> {
    let mut running = JoinSet::new();
    for lane in lanes {
        let (pair, lane) = (Arc::clone(pair), Arc::clone(lane));
        running.spawn(async move { pair.lane(&lane.0, &lane.1, until).await });
    }
    let mut seen = Seen::default();
    while let Some(lane) = running.join_next().await {
        seen.add(lane.context("a lane broke")?);
    }
    // Every lane went one too far to see that it was over.
    pair.next.store(until, Ordering::Relaxed);
    Ok(seen)
}

impl Pair {
    async fn lane(&self, user: &str, token: &str, until: u32) -> Seen {
        let (mut seen, mut known) = (Seen::default(), None);
        while self.next.fetch_add(1, Ordering::Relaxed) < until {
            seen.rounds += 1;
            match self.round(user, token, known).await {
                Ok((now, is_stale)) => {
                    known = Some(now);
                    seen.stale += u64::from(is_stale);
                }
                // It is unknown whether it was written, so the next round counts anew.
                Err(_) => {
                    known = None;
                    seen.errors += 1;
                }
            }
            self.bar.inc(1);
        }
        seen
    }

    /// The number there is now, and whether an answer was older.
    async fn round(
        &self,
        user: &str,
        token: &str,
        known: Option<u64>,
    ) -> Result<(u64, bool), Refusal> {
        let before = match known {
            Some(known) => known,
            // From where it is written, which only this lane does.
            None => self.writer.count(0, token, "").await?,
        };
        let ids = self.writer.send(0, &self.service, &[user]).await?;
        let (now, mut is_stale) = (before + 1, false);
        for _ in 0..2 {
            is_stale |= self.reader.count(0, token, "").await? != now;
            let listed = self.reader.list(0, token, "?limit=1").await?;
            let newest = listed.notifications.first();
            is_stale |=
                listed.total != now || newest.is_none_or(|newest| !ids.contains(&newest.id));
        }
        Ok((now, is_stale))
    }
}
