//! From a load to replicas, resources and servers. Every part says how it was computed.

use serde::Serialize;

use crate::wiring::streams::{BYTES_PER_STREAM, PART_OF_MEMORY};

use super::costs::{
    API, API_MIB, BUSY, Cost, NOTIFICATION_KIB, POSTGRES, RABBITMQ, REDIS, STREAMS_PER_API, WORKER,
    WORKER_MIB, read,
};

/// What the cluster has to bear.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Load {
    pub(super) users: f64,
    /// Notifications per second in the busiest minute.
    pub(super) rate: f64,
    /// Deliveries per notification that call a provider.
    pub(super) deliveries: f64,
    /// Of these, the ones by push.
    pub(super) pushes: f64,
    /// Open streams.
    pub(super) streams: f64,
    /// Reads of inboxes per second.
    pub(super) reads: f64,
    pub(super) per_day: f64,
    pub(super) retention_days: f64,
}

/// One part of the cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Part {
    pub(super) part: &'static str,
    pub(super) replicas: u64,
    /// Of each replica, in thousandths of a core.
    pub(super) cpu_m: u64,
    /// Of each replica.
    pub(super) memory_mib: u64,
    /// Of each replica; 0 where nothing is kept.
    pub(super) disk_gib: u64,
    pub(super) why: String,
}

/// What a process must be given for each stream that it is to open: `api` lets streams take a part of its memory.
#[allow(clippy::cast_precision_loss, reason = "both are small")]
const MIB_PER_STREAM: f64 = (BYTES_PER_STREAM * PART_OF_MEMORY) as f64 / 1_048_576.0;
/// Three replicas survive the loss of a node while another is replaced.
const LEAST_REPLICAS: f64 = 3.0;
/// A replica of ours is planned with at most so many cores.
const CORES_PER_REPLICA: f64 = 2.0;

/// All parts.
pub(super) fn parts(load: &Load) -> Vec<Part> {
    vec![
        api(load),
        worker(load),
        postgres(load),
        redis(load),
        rabbitmq(load),
    ]
}

fn api(load: &Load) -> Part {
    let (accepts, reads) = (shared(API, load.rate), reading(load.reads, read::API));
    let for_streams = (load.streams / STREAMS_PER_API).ceil();
    let replicas = replicas(accepts + reads).max(for_streams + 1.0);
    let streams_mib = load.streams / (replicas - 1.0) * MIB_PER_STREAM;
    Part {
        part: "api",
        replicas: whole(replicas),
        cpu_m: share(accepts + reads, replicas),
        memory_mib: rounded(API_MIB.max(streams_mib), 64.0),
        disk_gib: 0,
        why: format!(
            "{accepts:.2} cores to accept, {reads:.2} to read inboxes; {streams_mib:.0} MiB to be let open \
             {:.0} streams; one replica may be lost",
            load.streams / (replicas - 1.0)
        ),
    }
}

fn worker(load: &Load) -> Part {
    let rate = load.rate * load.deliveries;
    let busy = shared(WORKER, rate);
    let replicas = replicas(busy);
    Part {
        part: "worker",
        replicas: whole(replicas),
        cpu_m: share(busy, replicas),
        memory_mib: rounded(WORKER_MIB, 64.0),
        disk_gib: 0,
        why: format!("{busy:.2} cores for {rate:.0} deliveries/s; one replica may be lost"),
    }
}

fn postgres(load: &Load) -> Part {
    let busy = with_room(POSTGRES.busy(load.rate)) + reading(load.reads, read::POSTGRES);
    let a_day_gib = load.per_day * NOTIFICATION_KIB / 1_048_576.0;
    let kept_gib = a_day_gib * load.retention_days;
    Part {
        part: "postgres",
        // One of them is synchronous, so that the loss of a node loses nothing that was accepted.
        replicas: 2,
        cpu_m: rounded(busy * 1_000.0, 500.0).max(1_000),
        memory_mib: rounded((a_day_gib * 1_024.0).clamp(1_024.0, 262_144.0), 1_024.0),
        // Half as much again for the write-ahead log, for rows that vacuum has not freed yet, and for growth.
        disk_gib: rounded(kept_gib * 1.5, 10.0),
        why: format!(
            "{busy:.2} cores; {a_day_gib:.1} GiB a day, of which the newest day should fit in memory, \
             kept for {:.0} days",
            load.retention_days
        ),
    }
}

fn redis(load: &Load) -> Part {
    let busy = with_room(REDIS.busy(load.rate)) + reading(load.reads, read::REDIS);
    Part {
        part: "redis",
        replicas: 2,
        cpu_m: rounded(busy * 1_000.0, 250.0).max(250),
        // A page of twenty takes about 6 KiB; counts, limits and marks take the rest.
        memory_mib: rounded(load.users * 20.0 / 1_024.0, 128.0),
        disk_gib: 0,
        why: format!("{busy:.2} cores of one thread; about 20 KiB of cached answers a user"),
    }
}

fn rabbitmq(load: &Load) -> Part {
    let rate = load.rate * load.deliveries;
    let busy = with_room(RABBITMQ.busy(rate));
    Part {
        part: "rabbitmq",
        replicas: 3,
        cpu_m: rounded(busy * 1_000.0, 250.0).max(250),
        memory_mib: 1_024,
        // It holds a short window of ids; the backlog is in Postgres.
        disk_gib: 10,
        why: format!("{busy:.2} cores a node; quorum queues keep every message on three nodes"),
    }
}

/// Cores for what several replicas share: each of them has batches of its own, and so the cost of a lower rate.
fn shared(cost: Cost, rate: f64) -> f64 {
    with_room(cost.busy(rate / LEAST_REPLICAS) * LEAST_REPLICAS)
}

/// Cores for reads of inboxes.
fn reading(reads: f64, micros: f64) -> f64 {
    with_room(reads * micros / 1_000_000.0)
}

fn with_room(busy: f64) -> f64 {
    busy / BUSY
}

/// So many that one may be lost.
fn replicas(cores: f64) -> f64 {
    ((cores / CORES_PER_REPLICA).ceil() + 1.0).max(LEAST_REPLICAS)
}

/// Of each replica while one is lost.
fn share(cores: f64, replicas: f64) -> u64 {
    rounded(cores / (replicas - 1.0) * 1_000.0, 50.0).max(100)
}

fn rounded(value: f64, step: f64) -> u64 {
    whole((value / step).ceil().max(1.0) * step)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the options bound every figure far below the limit, and none is negative"
)]
fn whole(value: f64) -> u64 {
    value.ceil() as u64
}
