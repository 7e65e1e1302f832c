//! Many open streams on one api: what they cost, how soon an event arrives, and whether one is missed.
//!
//! This is the order of things, for Campanile and, if asked, for nginx with Nchan. A `venue` is one of the two (`ours`,
//! `nchan`); an `audience` listens to it through streams, whose bytes `frames` takes apart; `sent` is what was sent,
//! `received` what came; `check` compares that with the inboxes.

mod audience;
mod check;
mod frames;
mod nchan;
mod others;
mod ours;
mod received;
mod sent;
mod venue;

use std::collections::HashMap;
use std::time::Duration;

use anyhow::ensure;
use tokio::time::{Instant, sleep};

use crate::cli::StreamsOptions;
use crate::clock::now_us;
use crate::cluster::{Stage, Tell, experiment};
use crate::report::{Answers, Cell, Column, Latencies, Limit, Report, Timed, Unit};
use audience::Audience;
use nchan::Nchan;
use ours::Ours;
use received::Received;
use sent::Sent;
use venue::Venue;

/// For all streams to open, and for the last event of what was sent.
const PATIENCE: Duration = Duration::from_secs(60);
/// Of the sends while all streams reconnect.
const RECONNECT_FOR: Duration = Duration::from_secs(5);
/// Descriptors of a process besides its streams.
const OTHER_DESCRIPTORS: u64 = 1_000;

/// Plays it and writes the reports.
pub(crate) async fn run(options: StreamsOptions, tell: Tell) -> anyhow::Result<Report> {
    raise_descriptors(u64::from(options.streams) + OTHER_DESCRIPTORS)?;
    let (servers, out, shape) = (options.servers.clone(), options.out.clone(), options.shape);
    let play = |stage| play(options, stage);
    experiment(&servers, (shape, None), &out, tell, play).await
}

/// Of this process and of those that it starts.
fn raise_descriptors(needed: u64) -> anyhow::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let maximum = limit.maximum.unwrap_or(u64::MAX);
    ensure!(
        maximum >= needed,
        "--streams: {needed} descriptors are needed, and `ulimit -Hn` is {maximum}"
    );
    let current = limit.maximum.or(Some(needed));
    Ok(setrlimit(Resource::Nofile, Rlimit { current, ..limit })?)
}

/// What one venue showed.
struct Showed {
    kib_per_stream: f64,
    opened: Duration,
    /// From the call, and from the 202, to the event.
    latencies: [Latencies; 2],
    sends: Answers,
    to_all: Option<Duration>,
    reconnected: Option<Duration>,
    /// Calls of others meanwhile.
    calls: Answers,
    /// Events that had not come when the wait for them was over.
    late: u64,
}

async fn play(options: StreamsOptions, stage: Stage) -> anyhow::Result<Report> {
    let mut ours = Ours::start(&options, &stage).await?;
    let (received, sent) = (Received::default(), Sent::default());
    let audience = Audience::open(options.streams, &ours, received.clone());
    let showed = show(&options, &stage, &mut ours, &audience, &received, &sent).await?;
    stage.tell("comparing with the inboxes");
    let missed = check::missed(&ours, &received, options.streams).await?;
    let ended = (audience.ended(), audience.refused());
    drop(audience);
    ours.stop().await?;

    let mut theirs = None;
    if options.nchan {
        match Nchan::start(&stage).await? {
            Some(mut nchan) => {
                let (received, sent) = (Received::default(), Sent::default());
                let audience = Audience::open(options.streams, &nchan, received.clone());
                theirs =
                    Some(show(&options, &stage, &mut nchan, &audience, &received, &sent).await?);
            }
            None => {
                stage.tell("skipped: Nchan is not installed (Debian: nginx, libnginx-mod-nchan)")
            }
        }
    }

    let mut report = Report::new(format!(
        "{} open streams, {} notifications a second",
        options.streams, options.rate
    ));
    report.figure("shape", Unit::Text, options.shape.name());
    let memory = Limit::AtMost(options.max_memory);
    report.limited(
        "memory (PSS) of an idle stream",
        Unit::Kib,
        showed.kib_per_stream,
        memory,
    );
    report.figure(
        "all streams opened",
        Unit::Seconds,
        showed.opened.as_secs_f64(),
    );
    report.figure("notifications sent", Unit::Count, sent.all().len());
    let failed = report.failures("send", &showed.sends) + report.failures("call", &showed.calls);
    if options.kills == 0 {
        report.limited("failed requests", Unit::Count, failed, Limit::of(0));
    }
    let ms = |limit: Duration| Limit::AtMost(limit.as_secs_f64() * 1_000.0);
    let [_, from_answer] = &showed.latencies;
    let p50_ms = from_answer.ms(0.5);
    report.limited(
        "202 → event, p50",
        Unit::Ms,
        p50_ms,
        ms(options.max_event_p50),
    );
    let to_all_ms = showed.to_all.map(|took| took.as_secs_f64() * 1_000.0);
    report.limited(
        "a topic's 202 → last event of all",
        Unit::Ms,
        to_all_ms,
        ms(options.max_topic),
    );
    let reconnected_s = showed.reconnected.map(|took| took.as_secs_f64());
    let limit = Limit::AtMost(options.max_reconnect.as_secs_f64());
    report.limited(
        "all streams reconnected",
        Unit::Seconds,
        reconnected_s,
        limit,
    );
    report.limited(
        "missed: in an inbox, and not in the stream",
        Unit::Count,
        missed,
        Limit::of(0),
    );
    report.figure("late: not there within a minute", Unit::Count, showed.late);
    report.figure("repeated events", Unit::Count, received.repeated());
    report.figure("gap events", Unit::Count, received.others("gap"));
    report.figure("streams that ended by themselves", Unit::Count, ended.0);
    report.figure("refused connections", Unit::Count, ended.1);
    if options.cuts + options.kills + options.redis_cuts > 0 {
        report.figure("streams cut during the load", Unit::Count, options.cuts);
        report.figure("kills during the load", Unit::Count, options.kills);
        report.figure(
            "cuts from Redis during the load",
            Unit::Count,
            options.redis_cuts,
        );
    }
    let [from_call, from_answer] = &showed.latencies;
    report.latencies([
        Timed::of("call → event", from_call),
        Timed::within("202 → event", from_answer, options.max_event_p99),
        Timed::of("send, due → 202", &showed.sends.latencies),
        Timed::within(
            "other calls while all reconnect",
            &showed.calls.latencies,
            options.max_call_p99,
        ),
    ]);
    report.picture();
    if let Some(theirs) = &theirs {
        compare(
            &mut report,
            [("Campanile", &showed), ("nginx with Nchan", theirs)],
        );
    }
    report.text("Each user has one stream and an inbox of their own. The service stores each notification before its 202; Nchan keeps messages in memory. Latency of an event counts from the moment the call was made, and from its answer.");
    Ok(report)
}

/// Opens, loads, sends to all, and lets all reconnect.
async fn show<V: Venue>(
    options: &StreamsOptions,
    stage: &Stage,
    venue: &mut V,
    audience: &Audience,
    received: &Received,
    sent: &Sent,
) -> anyhow::Result<Showed> {
    let (streams, begun) = (options.streams as usize, Instant::now());
    stage.tell(&format!("{}: opening {streams} streams", V::NAME));
    let none = HashMap::new();
    let opening = |received: &Received| received.opened_since(&none);
    let is_open = received
        .wait(PATIENCE, |received| opening(received) >= streams)
        .await;
    ensure!(is_open, "only {} streams were opened", opening(received));
    let opened = begun.elapsed();
    sleep(options.idle).await;
    let memory_kib = venue
        .memory_kib()?
        .saturating_sub(venue.memory_before_kib());

    stage.tell(&format!("{}: sending", V::NAME));
    let sender = venue.sender();
    let sending = sent.at_rate(
        sender.clone(),
        options.rate,
        options.duration,
        options.streams,
    );
    let ((), disturbed) = tokio::join!(sending, venue.disturb(options, audience));
    disturbed?;
    let mut wanted = sent.all().len();
    received
        .wait(PATIENCE, |received| received.count() >= wanted)
        .await;
    let (latencies, mut sends) = (received.latencies(sent), sent.answers());

    stage.tell(&format!("{}: sending to all", V::NAME));
    let so_far = received.count();
    let answered_us = venue.send_to_all().await?;
    let is_over = received
        .wait(PATIENCE, |received| received.count() >= so_far + streams)
        .await;
    let took_us = received.last_us().saturating_sub(answered_us);
    let to_all = is_over.then(|| Duration::from_micros(took_us));

    stage.tell(&format!("{}: all streams reconnect", V::NAME));
    let rate = (options.rate / 10).max(1);
    let others = venue.others().await?;
    let (before, begun_us) = (received.openings(), now_us());
    audience.cut_all();
    let reopened = async {
        let is_over = received
            .wait(PATIENCE, |received| {
                received.opened_since(&before) >= streams
            })
            .await;
        let took_us = received.opened_us().saturating_sub(begun_us);
        is_over.then(|| Duration::from_micros(took_us))
    };
    let (reconnected, calls, ()) = tokio::join!(
        reopened,
        async {
            match &others {
                Some(others) => others.keep(options.calls, RECONNECT_FOR).await,
                None => Ok(Answers::default()),
            }
        },
        sent.at_rate(sender, rate, RECONNECT_FOR, options.streams),
    );
    wanted = sent.all().len() + if to_all.is_some() { streams } else { 0 };
    received
        .wait(PATIENCE, |received| received.count() >= wanted)
        .await;
    // Latencies are those of the load, failures those of the reconnect as well.
    sends.failed = sent.answers().failed;
    Ok(Showed {
        kib_per_stream: memory_kib as f64 / f64::from(options.streams),
        opened,
        latencies,
        sends,
        to_all,
        reconnected,
        calls: calls?,
        late: wanted.saturating_sub(received.count()) as u64,
    })
}

/// The same figures of both, side by side.
fn compare(report: &mut Report, both: [(&str, &Showed); 2]) {
    let rows = both.map(|(name, showed)| {
        let [from_call, from_answer] = &showed.latencies;
        let mut row: Vec<Cell> = vec![name.into(), showed.kib_per_stream.into()];
        for latencies in [from_call, from_answer] {
            let [p50, _, p99, _] = latencies.cells();
            row.extend([p50, p99]);
        }
        row.push(
            showed
                .to_all
                .map(|took| took.as_secs_f64() * 1_000.0)
                .into(),
        );
        row.push(showed.reconnected.map(|took| took.as_secs_f64()).into());
        row.push(showed.late.into());
        row
    });
    let columns = [
        Column::text("venue"),
        Column::new("idle stream", Unit::Kib),
        Column::new("call → event, p50", Unit::Ms),
        Column::new("call → event, p99", Unit::Ms),
        Column::new("answer → event, p50", Unit::Ms),
        Column::new("answer → event, p99", Unit::Ms),
        Column::new("one event to all", Unit::Ms),
        Column::new("all reconnected", Unit::Seconds),
        Column::count("late"),
    ];
    report.table("comparison", columns, rows.into());
}
