//! What all calls share that change one notification of the caller's.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, FromRequestParts, Path};
use campanile_domain::{Clock, InboxChange, NotificationId, TenantId, UserId};
use campanile_storage::{Cancelled, Storage, StorageError};
use campanile_telemetry::metrics;
use chrono::{DateTime, SubsecRound, Utc};
use http::request::Parts;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ApiState;
use crate::identity::InboxUser;
use crate::inbox_answers::InboxAnswers;
use crate::problem::{Problem, ProblemCode};

/// The result of the change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InboxChange)]
pub(super) struct ChangeBody {
    /// Always `true`: a failed call answers with a problem.
    success: bool,
    /// A readable message.
    message: &'static str,
}

impl ChangeBody {
    pub(super) const fn done(message: &'static str) -> Self {
        Self {
            success: true,
            message,
        }
    }
}

/// The same words for an id that is malformed, unknown, another user's or another tenant's.
pub(super) fn not_found() -> Problem {
    Problem::new(ProblemCode::NotificationNotFound, "Notification not found")
}

/// A notification that the caller names, and may change if it is theirs.
pub(super) struct Mine {
    caller: InboxUser,
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    answers: InboxAnswers,
    id: NotificationId,
}

impl FromRequestParts<ApiState> for Mine {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        // Who asks comes first: strangers learn nothing of ids.
        let caller = InboxUser::from_request_parts(parts, state).await?;
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| not_found())?;
        let id = Uuid::try_parse(&id).map_err(|_| not_found())?;
        Ok(Self {
            caller,
            storage: FromRef::from_ref(state),
            clock: FromRef::from_ref(state),
            answers: FromRef::from_ref(state),
            id: NotificationId(id),
        })
    }
}

impl Mine {
    /// Now, as precisely as it is kept: doing the same again at the same time changes nothing.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(6)
    }

    /// Makes a change and says so.
    pub(super) async fn change(
        self,
        change: InboxChange,
        message: &'static str,
    ) -> Result<Json<ChangeBody>, Problem> {
        let (storage, id, now) = (Arc::clone(&self.storage), self.id, self.now());
        let write = async move |tenant: TenantId, user: UserId| {
            let changed = storage.change_notification(&tenant, &user, id, change, now);
            changed.await
        };
        self.write(change.name(), write, message).await
    }

    /// Deletes it and says so.
    pub(super) async fn delete(self, message: &'static str) -> Result<Json<ChangeBody>, Problem> {
        let (storage, id, now) = (Arc::clone(&self.storage), self.id, self.now());
        let write = async move |tenant: TenantId, user: UserId| {
            storage.delete_notification(&tenant, &user, id, now).await
        };
        self.write("delete", write, message).await
    }

    /// When the caller gets the answer, every node shows the change.
    async fn write<W>(
        self,
        verb: &str,
        write: impl FnOnce(TenantId, UserId) -> W,
        message: &'static str,
    ) -> Result<Json<ChangeBody>, Problem>
    where
        W: Future<Output = Result<Option<Cancelled>, StorageError>> + Send + 'static,
    {
        let (tenant, user) = (self.caller.tenant(), self.caller.user());
        let written = write(tenant.clone(), user.clone());
        let written = self.answers.change(tenant, user, written).await?;
        count(verb, &written.ok_or_else(not_found)?);
        Ok(Json(ChangeBody::done(message)))
    }
}

/// Counts a successful call and the deliveries that it cancelled.
pub(super) fn count(verb: &str, cancelled: &Cancelled) {
    metrics()
        .inbox_writes_total
        .with_label_values(&[verb])
        .inc();
    for (channel, why, deliveries) in cancelled.iter() {
        metrics()
            .deliveries_cancelled_total
            .with_label_values(&[channel.name(), why.name()])
            .inc_by(deliveries);
    }
}
