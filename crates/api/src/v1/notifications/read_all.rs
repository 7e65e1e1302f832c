//! `PUT /api/v1/notifications/read-all`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::{Clock, NotificationType, TenantId, UserId};
use campanile_fields::Query;
use campanile_storage::{ReadStep, ReadSteps, Storage, StorageError, Unread};
use chrono::{DateTime, SubsecRound, Utc};
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::change::count;
use crate::identity::InboxUser;
use crate::inbox_answers::InboxAnswers;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsQuery};

/// The result of the change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReadAll)]
pub(super) struct ReadAllBody {
    /// Always `true`: a failed call answers with a problem.
    success: bool,
    /// Number of notifications that were unread.
    #[schema(example = 3)]
    updated_count: u64,
    /// A readable message.
    message: &'static str,
}

/// Marks all unread notifications in the caller's inbox as read.
///
/// Archived and snoozed notifications do not change, nor do notifications that arrive after the call started. Pending
/// deliveries of the notifications marked as read are cancelled. If the call fails half-way, notifications already
/// marked stay marked; repeat the call to mark the rest.
#[utoipa::path(
    put,
    operation_id = "read_all_notifications",
    path = "/api/v1/notifications/read-all",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(
        ("notification_type" = Option<String>, Query, description = "Only notifications of this type"),
    ),
    responses(
        (status = 200, description = "All notifications are marked as read", body = ReadAllBody,
            example = json!({"success": true, "updated_count": 3, "message": "All notifications marked as read"})),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn read_all(
    caller: InboxUser,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    State(answers): State<InboxAnswers>,
    uri: Uri,
) -> Result<Json<ReadAllBody>, Problem> {
    let mut query = Query::of(uri.query());
    let notification_type = query.notification_type("notification_type");
    query.finish()?;
    let (tenant, user) = (caller.tenant().clone(), caller.user().clone());
    let now = clock.now().trunc_subsecs(6);
    let reading = Reading {
        storage,
        answers,
        tenant,
        user,
        notification_type,
        now,
    };
    // A separate task, which continues if the caller disconnects.
    let read = tokio::spawn(reading.all()).await.unwrap_or_else(|failed| {
        // It is never aborted.
        std::panic::resume_unwind(failed.into_panic())
    })?;
    count("read_all", &read.cancelled);
    Ok(Json(ReadAllBody {
        success: true,
        updated_count: read.updated,
        message: "All notifications marked as read",
    }))
}

/// Whose inbox is read, and what of it.
struct Reading {
    storage: Arc<dyn Storage>,
    answers: InboxAnswers,
    tenant: TenantId,
    user: UserId,
    notification_type: Option<NotificationType>,
    now: DateTime<Utc>,
}

impl Reading {
    /// Each step is a separate write to the inbox: all of them together may take longer than the mark of one lasts.
    async fn all(self) -> Result<ReadStep, StorageError> {
        let (mut steps, mut all) = (ReadSteps::begin(self.now), ReadStep::default());
        let storage = self.storage.as_ref();
        let kind = self.notification_type.as_ref();
        while let Some(which) = steps.next(storage, &self.tenant, &self.user, kind).await? {
            let step = self.step(which).await?;
            steps.done(&step);
            all.updated += step.updated;
            all.cancelled.merge(step.cancelled);
        }
        Ok(all)
    }

    async fn step(&self, which: Unread) -> Result<ReadStep, StorageError> {
        let storage = Arc::clone(&self.storage);
        let (tenant, user) = (self.tenant.clone(), self.user.clone());
        let (kind, now) = (self.notification_type.clone(), self.now);
        let write = async move {
            storage
                .read_step(&tenant, &user, kind.as_ref(), which, now)
                .await
        };
        self.answers.change(&self.tenant, &self.user, write).await
    }
}
