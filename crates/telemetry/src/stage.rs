//! A stage of the pipeline handles many notifications at once, and each of them may belong to another trace.
//!
//! Which notifications those are is known only after the stage has claimed them, so its spans are made when it is over,
//! with the times at which they began. The stage becomes a span of the first trace, linked to all others, and what it asked
//! of the database and the queue are children of that span. Each other trace gets a span of the same name and times that
//! links to it. A stage that handled nothing that is traced leaves nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use campanile_domain::{Clock, SystemClock, TraceParent};
use opentelemetry::trace::{Link, Span as _, SpanBuilder, SpanContext, SpanKind, TraceContextExt};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::SdkTracer;

use crate::spans::{TRACER, is_tracing, parent, span_context};

tokio::task_local! {
    /// The stage that this task works for.
    static CURRENT: Arc<Parts>;
}

/// What a stage asked of other servers so far.
#[derive(Debug, Default)]
struct Parts(Mutex<Vec<Part>>);

/// One of these.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) kind: SpanKind,
    pub(crate) begun: SystemTime,
    pub(crate) ended: SystemTime,
}

/// A stage that runs. Without a collector it is nothing.
#[derive(Debug)]
pub struct Stage(Option<Running>);

#[derive(Debug)]
struct Running {
    name: &'static str,
    kind: SpanKind,
    begun: SystemTime,
    parts: Arc<Parts>,
}

impl Stage {
    /// A stage begins now; its name is `crate.verb`.
    pub fn begin(name: &'static str) -> Self {
        Self::of(name, SpanKind::Internal)
    }

    /// The same for one that begins with messages from the queue.
    pub fn consume(name: &'static str) -> Self {
        Self::of(name, SpanKind::Consumer)
    }

    fn of(name: &'static str, kind: SpanKind) -> Self {
        Self(is_tracing().then(|| Running {
            name,
            kind,
            begun: now(),
            parts: Arc::default(),
        }))
    }

    /// Runs a part of the stage: what it asks of other servers meanwhile is the stage's.
    pub async fn run<F: Future>(&self, work: F) -> F::Output {
        match &self.0 {
            None => work.await,
            // On the heap, so that the future of a process without traces stays as small as its work.
            Some(running) => Box::pin(CURRENT.scope(Arc::clone(&running.parts), work)).await,
        }
    }

    /// The stage is over; these are the traces of the notifications that it handled.
    pub fn end(self, traces: impl IntoIterator<Item = TraceParent>) {
        let (Some(running), Some(tracer)) = (self.0, TRACER.get()) else {
            return;
        };
        let (mut seen, mut notifications) = (Vec::new(), 0_i64);
        for trace in traces {
            notifications += 1;
            if !seen.contains(&trace) {
                seen.push(trace);
            }
        }
        running.export(tracer, &seen, notifications, now());
    }
}

impl Running {
    fn export(
        self,
        tracer: &SdkTracer,
        traces: &[TraceParent],
        notifications: i64,
        ended: SystemTime,
    ) {
        let Some((first, others)) = traces.split_first() else {
            return;
        };
        let links = others
            .iter()
            .map(|one| Link::with_context(span_context(*one)));
        let count = KeyValue::new("campanile.traced_notifications", notifications);
        let whole = self
            .builder()
            .with_links(links.collect())
            .with_attributes([count])
            .start_with_context(tracer, &parent(*first));
        let shared = whole.span_context().clone();
        let within = Context::new().with_span(whole);
        let parts =
            std::mem::take(&mut *self.parts.0.lock().unwrap_or_else(PoisonError::into_inner));
        for part in parts {
            part.export(tracer, &within);
        }
        within.span().end_with_timestamp(ended);
        for other in others {
            self.mark(tracer, *other, &shared, ended);
        }
    }

    /// The stage as another trace sees it.
    fn mark(
        &self,
        tracer: &SdkTracer,
        trace: TraceParent,
        shared: &SpanContext,
        ended: SystemTime,
    ) {
        let mut span = self
            .builder()
            .with_links(vec![Link::with_context(shared.clone())])
            .start_with_context(tracer, &parent(trace));
        span.end_with_timestamp(ended);
    }

    fn builder(&self) -> SpanBuilder {
        SpanBuilder::from_name(self.name)
            .with_kind(self.kind.clone())
            .with_start_time(self.begun)
    }
}

impl Part {
    /// Puts it into the stage that this task works for; gives it back where there is none.
    pub(crate) fn into_stage(self) -> Option<Self> {
        let mut part = Some(self);
        let _ = CURRENT.try_with(|parts| {
            let mut parts = parts.0.lock().unwrap_or_else(PoisonError::into_inner);
            parts.extend(part.take());
        });
        part
    }

    /// Makes its span.
    pub(crate) fn export(self, tracer: &SdkTracer, within: &Context) {
        let mut span = SpanBuilder::from_name(self.name)
            .with_kind(self.kind)
            .with_start_time(self.begun)
            .start_with_context(tracer, within);
        span.end_with_timestamp(self.ended);
    }
}

/// A future for a separate task that works for the same stage.
pub fn carry<F>(work: F) -> impl Future<Output = F::Output> + Send
where
    F: Future + Send,
{
    let parts = is_tracing().then(|| CURRENT.try_with(Arc::clone).ok());
    async move {
        match parts.flatten() {
            None => work.await,
            Some(parts) => Box::pin(CURRENT.scope(parts, work)).await,
        }
    }
}

pub(crate) fn now() -> SystemTime {
    SystemClock.now().into()
}
