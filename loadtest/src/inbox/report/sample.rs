//! A small report for the tests of its neighbours.

use std::collections::BTreeMap;

use super::{Report, Scene};
use crate::cluster::Cost;
use crate::inbox::deep::Deep;
use crate::inbox::freshness::{Freshness, Seen};
use crate::inbox::hits::{Hits, HitsByKind};
use crate::inbox::tally::{Kind, Second, Tally};
use crate::summary::{Curve, Latencies};

fn latencies(p50_ms: f64) -> Latencies {
    Latencies {
        p50_ms,
        p90_ms: p50_ms * 2.0,
        p99_ms: p50_ms * 4.0,
        max_ms: p50_ms * 8.0,
    }
}

/// Two seconds, all well.
pub(super) fn report() -> Report {
    let kind = |name, answered, p50_ms| Kind {
        name,
        answered,
        failed: BTreeMap::new(),
        latencies: latencies(p50_ms),
        curve: Curve(vec![(0.0, p50_ms / 2.0), (0.5, p50_ms)]),
    };
    let second = Second {
        reads: 1_000,
        writes: 500,
    };
    let hits = |hit, miss| Hits {
        hit,
        miss,
        bypass: 0,
    };
    let seen = |rounds| Seen {
        rounds,
        ..Seen::default()
    };
    let cost = Cost {
        name: "api 1".to_owned(),
        is_machine_wide: false,
        cpu_us: 600_000,
        cpu_us_per_notification: Some(200.0),
        memory_kib: 20_480,
        peak_kib: Some(40_960),
    };
    Report {
        missed: Vec::new(),
        scene: Scene {
            at: "2026-01-01T00:00:00Z".to_owned(),
            is_own_cluster: true,
            notifications: 1_000_000,
            users: 10_000,
            busy_users: 1_000,
            tenants: 1,
            api_count: 2,
            worker_count: Some(1),
            reads: 1_000,
            writes: 500,
            poll_every_s: 30.0,
            duration_s: 2.0,
            max_list_p99_ms: 10.0,
            max_count_p99_ms: 5.0,
            min_hit_rate: 0.8,
            cores: 2,
            is_debug_build: false,
        },
        tally: Tally {
            took_s: 2.0,
            kinds: vec![
                kind("list", 667, 2.0),
                kind("count", 667, 1.0),
                kind("page", 666, 2.0),
                kind("send", 1_000, 4.0),
            ],
            seconds: vec![second, second],
        },
        hits: HitsByKind(BTreeMap::from([
            ("count".to_owned(), hits(500, 167)),
            ("list".to_owned(), hits(1_200, 133)),
        ])),
        deep: Some(Deep {
            pages: 1_000,
            limit: 100,
            first: latencies(8.0),
            last: latencies(9.0),
            ratio: 1.125,
        }),
        freshness: Some(Freshness {
            with_redis: seen(4),
            without_redis: seen(3),
            after_recovery: seen(3),
            outages: 1,
        }),
        costs: vec![cost.into()],
    }
}
