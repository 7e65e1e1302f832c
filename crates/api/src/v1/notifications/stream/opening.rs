//! From a request to an open stream.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use campanile_cache::Mailbox;
use campanile_domain::{Clock, Random, RetentionDays};
use campanile_live::{Hub, Opening, Refused, Stream};
use campanile_storage::Storage;
use chrono::TimeDelta;
use http::{HeaderMap, Uri};

use super::query::stream_query;
use crate::ApiState;
use crate::identity::{Authenticator, StreamUser};
use crate::problem::{Problem, ProblemCode};
use crate::state::{DefaultRetention, HistoryTurns};

/// A client that is refused a stream tries again after this time and a part of the next, each after another one.
const RETRY_AFTER: Duration = Duration::from_secs(5);
const RETRY_SPREAD: TimeDelta = TimeDelta::seconds(10);

/// A token is accepted for 30 s after its end, as clocks differ; the stream ends a little earlier.
const AFTER_TOKEN: TimeDelta = TimeDelta::seconds(25);

/// What opening needs.
#[derive(Clone)]
pub(crate) struct Means {
    pub(super) hub: Hub,
    pub(super) storage: Arc<dyn Storage>,
    pub(super) history_turns: HistoryTurns,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Random,
    pub(super) retention: DefaultRetention,
    pub(super) authenticator: Authenticator,
}

impl FromRef<ApiState> for Means {
    fn from_ref(state: &ApiState) -> Self {
        Self {
            hub: Hub::from_ref(state),
            storage: Arc::from_ref(state),
            history_turns: HistoryTurns::from_ref(state),
            clock: Arc::from_ref(state),
            random: Random::from_ref(state),
            retention: DefaultRetention::from_ref(state),
            authenticator: Authenticator::from_ref(state),
        }
    }
}

/// Opens the stream that a request asks for.
pub(super) async fn open(
    caller: &StreamUser,
    means: &Means,
    uri: &Uri,
    headers: &HeaderMap,
    kind: &'static str,
) -> Result<Stream, Problem> {
    let now = means.clock.now();
    let query = stream_query(uri, headers, now)?;
    let whose = Mailbox::new(caller.tenant(), caller.user());
    let refused = |why| refusal(why, &means.random);
    let admitted = means.hub.admit(whose, caller.most_streams()).await;
    let admitted = admitted.map_err(refused)?;
    let asks_from = query.resume_after.and_then(|id| id.made_at());
    let history_from = match asks_from {
        // No tenant keeps less than a day.
        Some(from) if from < now - days(RetentionDays::MIN) => {
            let _turn = means.history_turns.0.acquire().await;
            let period = campanile_app::retention::period(
                means.storage.as_ref(),
                caller.tenant(),
                means.retention.0,
            );
            period.await?.map(|period| now - days(period.days))
        }
        _ => None,
    };
    let opening = Opening {
        resume_after: query.resume_after,
        history_from,
        types: query.types,
        valid_until: Some(caller.valid_until() + AFTER_TOKEN),
        credential: caller.credential(&means.authenticator),
        kind,
    };
    Ok(means.hub.open(admitted, opening).await)
}

fn days(number: RetentionDays) -> TimeDelta {
    TimeDelta::days(i64::from(number.get()))
}

fn refusal(why: Refused, random: &Random) -> Problem {
    let (code, detail) = match why {
        Refused::Process => (
            ProblemCode::Overloaded,
            "This server has reached its limit of open streams; retry later",
        ),
        Refused::Tenant => (
            ProblemCode::Overloaded,
            "The tenant has reached its limit of open streams on this server; retry later",
        ),
        Refused::User => (
            ProblemCode::Overloaded,
            "The user has reached the limit of open streams on this server; close one and retry",
        ),
        Refused::Busy { .. } => (
            ProblemCode::Overloaded,
            "Too many streams are being opened; retry later",
        ),
        Refused::Draining => (
            ProblemCode::NotReady,
            "This server is shutting down; reconnect",
        ),
    };
    let after = match why {
        Refused::Draining => Duration::from_secs(1),
        Refused::Busy { retry_in } => retry_in,
        Refused::Process | Refused::Tenant | Refused::User => {
            RETRY_AFTER + random.up_to(RETRY_SPREAD).to_std().unwrap_or_default()
        }
    };
    Problem::new(code, detail).retry_after(after)
}
