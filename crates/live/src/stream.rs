//! A stream as its connection sees it.

use std::sync::Arc;
use std::task::{Context, Poll};

use campanile_cache::{Mailbox, Share};
use campanile_telemetry::metrics;

use crate::hub::{Shared, Watch};
use crate::outbox::{Outbox, Taken};
use crate::{Ending, Event};

/// Gives events until it ends. Dropping it closes it.
pub struct Stream {
    shared: Arc<Shared>,
    watch: Watch,
    id: u64,
    outbox: Arc<Outbox>,
    kind: &'static str,
    ended: Option<&'static str>,
    _place: Share,
}

impl Stream {
    pub(crate) fn new(
        shared: Arc<Shared>,
        watch: Watch,
        id: u64,
        outbox: Arc<Outbox>,
        place: Share,
        kind: &'static str,
    ) -> Self {
        metrics().streams_open.with_label_values(&[kind]).inc();
        Self {
            shared,
            watch,
            id,
            outbox,
            kind,
            ended: None,
            _place: place,
        }
    }

    /// Whose inbox it is about.
    pub fn whose(&self) -> &Mailbox {
        &self.watch.whose
    }

    /// The next events, all that wait up to about 64 KiB; `None` after [`Event::End`]. The memory of events is given back
    /// when this is called again, so a connection calls it once it has sent them.
    pub fn poll_events(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<Event>>> {
        loop {
            match std::task::ready!(self.outbox.poll_take(cx)) {
                Taken::Events(events) => {
                    if let Some(Event::End(why)) = events.last() {
                        self.ended = Some(why.name());
                    }
                    return Poll::Ready(Some(events));
                }
                Taken::Ready => {
                    self.shared.state().mark(&self.watch.whose);
                    self.shared.work.notify_one();
                }
                Taken::Over => return Poll::Ready(None),
            }
        }
    }

    /// The same as a future.
    pub async fn events(&mut self) -> Option<Vec<Event>> {
        std::future::poll_fn(|cx| self.poll_events(cx)).await
    }

    /// Notes why its connection closes it, for the metric; without a note, the client has left.
    pub fn closed_because(&mut self, why: &'static str) {
        self.ended.get_or_insert(why);
    }

    /// Ends it after what waits.
    pub(crate) fn end(&self, why: Ending) {
        self.outbox.end(why);
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.shared.state().remove(&self.watch.whose, self.id);
        let why = self.ended.unwrap_or("client_left");
        metrics()
            .streams_ended_total
            .with_label_values(&[why])
            .inc();
        metrics().streams_open.with_label_values(&[self.kind]).dec();
    }
}
