//! A small report for the tests of its neighbours.

use super::{Curves, Report, Scene};
use crate::cluster::Cost;
use crate::join::Joined;
use crate::scenario::{Ends, Moment};
use crate::summary::{Curve, Latencies};

fn latencies(p50_ms: f64) -> Latencies {
    Latencies {
        p50_ms,
        p90_ms: p50_ms * 2.0,
        p99_ms: p50_ms * 10.0,
        max_ms: p50_ms * 20.0,
    }
}

/// Two seconds of pushes, all well.
pub(super) fn report() -> Report {
    let curve = |scale: f64| Curve(vec![(0.0, scale), (0.5, 2.0 * scale), (0.99, 9.0 * scale)]);
    let cost = |name: &str, is_machine_wide, cpu_us| Cost {
        name: name.to_owned(),
        is_machine_wide,
        cpu_us,
        cpu_us_per_notification: Some(cpu_us as f64 / 2_000.0),
        memory_kib: 20_480,
        peak_kib: (!is_machine_wide).then_some(40_960),
    };
    let moment = |at_s: f64, accepted, received| Moment {
        at_s,
        accepted,
        received,
    };
    let mut run = crate::run::Report::default();
    (run.rate_asked, run.rate_reached) = (Some(1_000), 999.5);
    (run.requests_accepted, run.notifications_accepted) = (2_000, 2_000);
    run.accept = Some(latencies(4.0));
    Report {
        missed: Vec::new(),
        scene: Scene {
            at: "2026-01-01T00:00:00Z".to_owned(),
            channel: "push",
            rate: 1_000,
            duration_s: 2.0,
            users: 10_000,
            tenants: 1,
            api_count: 1,
            worker_count: 1,
            idempotency_keys: false,
            script: None,
            smtp_connections: None,
            max_accept_p99_ms: 50.0,
            max_delivery_p99_ms: 100.0,
            cores: 2,
            is_debug_build: false,
        },
        run,
        joined: Joined {
            passed: true,
            accepted: 2_000,
            delivered: 2_000,
            calls: 2_000,
            lost: Vec::new(),
            doubled: 0,
            max_doubled: Some(0),
            several_ids: 0,
            unknown: 0,
            unnamed: 0,
            unverified: 0,
            early: 0,
            by_tenant: Vec::new(),
            accept_to_receipt: latencies(3.0),
            due_to_receipt: latencies(7.0),
            curves: <[Curve; 2]>::default(),
        },
        ends: Ends::default(),
        drained_s: 0.1,
        costs: vec![
            cost("api 1", false, 120_000),
            cost("Postgres", true, 300_000),
        ],
        curves: Curves {
            accept: curve(4.0),
            accept_to_receipt: curve(3.0),
            due_to_receipt: curve(7.0),
        },
        moments: vec![
            moment(0.0, 0, 0),
            moment(1.0, 1_000, 900),
            moment(2.0, 2_000, 1_900),
            moment(3.0, 2_000, 2_000),
        ],
    }
}
