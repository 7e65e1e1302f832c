//! What is asked of the database and of the queue: a span where traces are recorded, and a log line where a query is slow.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::trace::SpanKind;

use crate::metrics;
use crate::spans::{TRACER, current_trace, parent};
use crate::stage::{Part, now};

/// Milliseconds from which a query is slow; 0: none is.
static SLOW_MS: AtomicU64 = AtomicU64::new(0);

/// Sets from when on queries are logged as slow; `None`: never.
pub fn log_slow_queries(from: Option<Duration>) {
    let millis = from.map_or(0, |from| {
        u64::try_from(from.as_millis()).unwrap_or(u64::MAX)
    });
    SLOW_MS.store(millis, Ordering::Relaxed);
}

/// Something that another server was asked. Dropped before its end it leaves nothing.
#[derive(Debug)]
pub struct Asked {
    name: &'static str,
    is_query: bool,
    /// Where spans are exported.
    begun: Option<SystemTime>,
    /// Where slow queries are logged.
    clock: Option<Instant>,
}

/// A query of the database begins. Its name is that of an operation, or the path of the function that makes it.
pub fn query(name: &'static str) -> Asked {
    Asked {
        name,
        is_query: true,
        begun: TRACER.get().map(|_| now()),
        clock: (SLOW_MS.load(Ordering::Relaxed) > 0).then(Instant::now),
    }
}

/// Messages are being published.
pub fn publish(name: &'static str) -> Asked {
    Asked {
        name,
        is_query: false,
        begun: TRACER.get().map(|_| now()),
        clock: None,
    }
}

impl Asked {
    /// It was answered.
    pub fn end(self) {
        if let Some(clock) = self.clock {
            self.note_if_slow(clock.elapsed());
        }
        if let Some(begun) = self.begun {
            self.export(begun);
        }
    }

    fn note_if_slow(&self, took: Duration) {
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        if took_ms < SLOW_MS.load(Ordering::Relaxed) {
            return;
        }
        let name = short(self.name);
        metrics()
            .database_slow_queries_total
            .with_label_values(&[&name])
            .inc();
        tracing::warn!(
            db.operation = name,
            duration_ms = took_ms,
            "slow query: {name} took {took_ms} ms (DATABASE_SLOW_QUERY_MS)"
        );
    }

    fn export(self, begun: SystemTime) {
        let (name, kind) = match self.is_query {
            true => (format!("db.{}", short(self.name)), SpanKind::Client),
            false => (self.name.to_owned(), SpanKind::Producer),
        };
        let part = Part {
            name,
            kind,
            begun,
            ended: now(),
        };
        // Outside a stage it belongs to the request that this task answers, if there is one.
        let (Some(part), Some(tracer)) = (part.into_stage(), TRACER.get()) else {
            return;
        };
        if let Some(request) = current_trace() {
            part.export(tracer, &parent(request));
        }
    }
}

/// The last two names of a path, as the compiler writes it, without what it adds: the module and the function.
///
/// The name of a function stands in no macro, but the type of an item inside the function has its path.
fn short(path: &str) -> String {
    // `<impl Trait for Type>` stands where the type would.
    let (module, rest) = match path.split_once('<') {
        Some((module, rest)) => (module, rest.rsplit_once('>').map_or(rest, |(_, rest)| rest)),
        None => (path, ""),
    };
    let names = module.split("::").chain(rest.split("::"));
    let is_name = |name: &&str| !name.is_empty() && !name.starts_with('{') && *name != "here";
    let names: Vec<_> = names.filter(is_name).collect();
    names[names.len().saturating_sub(2)..].join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_name() {
        for (path, name) in [
            ("claim_outbox", "claim_outbox"),
            (
                "storage::accept::keyless::{{closure}}::here",
                "accept.keyless",
            ),
            (
                "storage::dispatch::<impl storage::Dispatches for storage_postgres::PostgresStorage>::load::{{closure}}::here",
                "dispatch.load",
            ),
            ("campanile_pipeline::plan::PlanTurn", "plan.PlanTurn"),
        ] {
            assert_eq!(short(path), name);
        }
    }
}
