//! What the requests to replay and to purge dead letters share.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use campanile_app::dead_letters::{Bounds, Sweep, Swept, sweep};
use campanile_cache::Share;
use campanile_domain::Clock;
use campanile_storage::{DeadLetterFilter, Storage};
use chrono::{DateTime, Utc};

use super::choice::choice;
use crate::identity::Dispatcher;
use crate::problem::Problem;
use crate::state::Sweeps;
use crate::v1::json_body::JsonBody;
use crate::{ApiState, RequestLimits};

/// Dead letters that one request replays or purges at most; for more, the caller repeats the request.
const MOST_AT_ONCE: u64 = 100_000;

/// A request to replay or purge: who asks, which dead letters, and when.
pub(super) struct Wish {
    operator: Dispatcher,
    filter: DeadLetterFilter,
    /// When the request came.
    pub(super) now: DateTime<Utc>,
    storage: Arc<dyn Storage>,
    bounds: Bounds,
    _seat: Share,
}

impl FromRequest<ApiState> for Wish {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let operator = Dispatcher::from_request_parts(&mut parts, state).await?;
        let bounds = bounds(FromRef::from_ref(state));
        let body = JsonBody::from_request(Request::from_parts(parts, body), state).await?;
        let now = Arc::<dyn Clock>::from_ref(state).now();
        let filter = body.read(|value| choice(value, now)).await??;
        let Sweeps(seats) = FromRef::from_ref(state);
        Ok(Self {
            _seat: seats.take(operator.tenant(), None).await?,
            operator,
            filter,
            now,
            storage: FromRef::from_ref(state),
            bounds,
        })
    }
}

impl Wish {
    /// Replays or purges, and logs how many. An error does not undo the batches before it, so they are
    /// logged too.
    pub(super) async fn carry_out(self, wanted: Sweep) -> Result<Swept, Problem> {
        let tenant = self.operator.tenant();
        let (storage, mut count) = (self.storage.as_ref(), 0);
        let note = |so_far| count = so_far;
        let act = self.operator.act();
        let swept = sweep(
            storage,
            tenant,
            &self.filter,
            wanted,
            act,
            self.bounds,
            note,
        )
        .await;
        match wanted {
            Sweep::Replay(_) => {
                tracing::info!(tenant.id = %tenant, count, "replayed dead letters");
            }
            Sweep::Purge => tracing::info!(tenant.id = %tenant, count, "purged dead letters"),
        }
        Ok(swept?)
    }
}

/// What one request may do. Half of its time is kept for the batch that is under way when the
/// bound is reached, so that the answer still says what was done.
fn bounds(limits: RequestLimits) -> Bounds {
    let half: Duration = limits.request_timeout / 2;
    Bounds {
        most: MOST_AT_ONCE,
        until: Instant::now().checked_add(half),
    }
}
