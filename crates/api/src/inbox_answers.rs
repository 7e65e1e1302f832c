//! A user's questions, answered from the cache where it may.
//!
//! What is kept is the answer's JSON. Its life ends at the latest when the inbox changes by itself; the writes that revoke
//! it are listed in ARCHITECTURE.md.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use campanile_cache::{InboxCache, Life, Look, Mailbox, NoInboxCache};
use chrono::{DateTime, TimeDelta, Utc};
use http::header;
use serde::Serialize;

use crate::identity::InboxUser;
use crate::problem::Problem;

/// Part of every cache key. Raise it when the JSON of the answers changes.
const SHAPE: u32 = 2;

/// A count that is read again and again is recomputed after this many of its lifetimes.
const COUNT_LIVES: u32 = 5;

/// How long answers may live if nothing changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerLives {
    /// Pages of the list.
    pub lists: Duration,
    /// How long counts stay cached after each read.
    pub counts: Duration,
}

impl AnswerLives {
    /// A count, and when the inbox changes by itself.
    pub(crate) fn count<A>(&self, answer: A, changes_at: Option<DateTime<Utc>>) -> Answered<A> {
        Answered {
            answer,
            life: self.counts * COUNT_LIVES,
            unused: self.counts,
            changes_at,
        }
    }
}

impl Default for AnswerLives {
    /// Five minutes and one.
    fn default() -> Self {
        Self {
            lists: Duration::from_secs(300),
            counts: Duration::from_secs(60),
        }
    }
}

/// What the database answered, and for how long it may be kept.
pub(crate) struct Answered<A> {
    pub(crate) answer: A,
    /// From the question on.
    pub(crate) life: Duration,
    /// Each read prolongs it by this time.
    pub(crate) unused: Duration,
    /// When the inbox changes without a write.
    pub(crate) changes_at: Option<DateTime<Utc>>,
}

impl<A> Answered<A> {
    fn life(&self, now: DateTime<Utc>) -> Life {
        let until = now + TimeDelta::from_std(self.life).unwrap_or(TimeDelta::zero());
        let until = self.changes_at.map_or(until, |at| at.min(until));
        Life::begin(now, until, self.unused)
    }
}

/// What is asked.
pub(crate) struct Question {
    /// `list` or `count`, for the metrics.
    pub(crate) kind: &'static str,
    /// All that the answer depends on besides the inbox; nothing where it is not worth keeping.
    pub(crate) text: Option<String>,
    pub(crate) now: DateTime<Utc>,
}

/// Where answers come from and go to; cheap to clone.
#[derive(Clone)]
pub(crate) struct InboxAnswers {
    cache: Arc<dyn InboxCache>,
    pub(crate) lives: AnswerLives,
}

impl Default for InboxAnswers {
    fn default() -> Self {
        Self::new(Arc::new(NoInboxCache), AnswerLives::default())
    }
}

impl InboxAnswers {
    pub(crate) fn new(cache: Arc<dyn InboxCache>, lives: AnswerLives) -> Self {
        Self { cache, lives }
    }

    /// The answer, from the cache or from `ask`.
    pub(crate) async fn answer<A: Serialize>(
        &self,
        caller: &InboxUser,
        question: Question,
        ask: impl Future<Output = Result<Answered<A>, Problem>>,
    ) -> Result<Response, Problem> {
        let Some(text) = question.text else {
            noted(question.kind, "bypass");
            return Ok(json(bytes(&ask.await?.answer)?));
        };
        let whose = Mailbox::new(caller.tenant(), caller.user());
        let text = format!("{SHAPE} {} {text}", question.kind);
        // The ticket is taken here, before the database is asked: a write in between voids it.
        let ticket = match self.cache.look(&whose, &text, question.now).await {
            Look::Hit(answer) => {
                noted(question.kind, "hit");
                return Ok(json(answer));
            }
            Look::Miss(ticket) => {
                noted(question.kind, "miss");
                Some(ticket)
            }
            Look::Bypass => {
                noted(question.kind, "bypass");
                None
            }
        };
        let answered = ask.await?;
        let answer = bytes(&answered.answer)?;
        if let Some(ticket) = ticket {
            let (kept, life) = (answer.clone(), answered.life(question.now));
            let cache = Arc::clone(&self.cache);
            let keep = async move { cache.keep(&whose, &text, ticket, kept, life).await };
            begin(keep).await;
        }
        Ok(json(answer))
    }
}

/// Starts work that the caller need not wait for. It is polled once here, so that its first request is sent before the
/// response is.
async fn begin(work: impl Future<Output = ()> + Send + 'static) {
    let mut work = Box::pin(work);
    if poll_fn(|context| Poll::Ready(work.as_mut().poll(context).is_pending())).await {
        tokio::spawn(work);
    }
}

fn noted(kind: &str, result: &str) {
    campanile_telemetry::metrics()
        .inbox_cache_requests_total
        .with_label_values(&[kind, result])
        .inc();
}

fn bytes(answer: &impl Serialize) -> Result<Bytes, Problem> {
    let text = serde_json::to_vec(answer).map_err(|error| {
        tracing::error!(%error, "a response cannot be serialised; the caller got 500");
        Problem::internal()
    })?;
    Ok(text.into())
}

fn json(answer: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], answer).into_response()
}
