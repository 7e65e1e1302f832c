//! What all calls share that change one notification of the caller's.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, FromRequestParts};
use campanile_app::inbox::Inboxes;
use campanile_domain::{Clock, InboxChange, NotificationId};
use chrono::{DateTime, SubsecRound, Utc};
use http::request::Parts;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiState;
use crate::identity::InboxUser;
use crate::problem::Problem;
use crate::v1::id_path::{IdPath, PathId};

/// The result of the change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InboxChange)]
pub(super) struct ChangeBody {
    /// Always `true`: a failed call answers with a problem.
    success: bool,
    /// A readable message.
    message: &'static str,
}

/// A notification that the caller names, and may change if it is theirs.
pub(super) struct Mine {
    caller: InboxUser,
    clock: Arc<dyn Clock>,
    inboxes: Inboxes,
    id: NotificationId,
}

impl FromRequestParts<ApiState> for Mine {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        // Who asks comes first: strangers learn nothing of ids.
        let caller = InboxUser::from_request_parts(parts, state).await?;
        let IdPath(id) = IdPath::from_request_parts(parts, state).await?;
        Ok(Self {
            caller,
            clock: FromRef::from_ref(state),
            inboxes: FromRef::from_ref(state),
            id,
        })
    }
}

impl Mine {
    /// Now, as precisely as it is kept.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(6)
    }

    /// Makes a change and says so.
    pub(super) async fn change(
        self,
        change: InboxChange,
        message: &'static str,
    ) -> Result<Json<ChangeBody>, Problem> {
        let (tenant, user) = (self.caller.tenant(), self.caller.user());
        let is_theirs = self.inboxes.change(tenant, user, self.id, change).await?;
        done(is_theirs, message)
    }

    /// Deletes it and says so.
    pub(super) async fn delete(self, message: &'static str) -> Result<Json<ChangeBody>, Problem> {
        let (tenant, user) = (self.caller.tenant(), self.caller.user());
        let was_theirs = self.inboxes.delete(tenant, user, self.id).await?;
        done(was_theirs, message)
    }
}

fn done(is_theirs: bool, message: &'static str) -> Result<Json<ChangeBody>, Problem> {
    let body = ChangeBody {
        success: true,
        message,
    };
    is_theirs
        .then_some(Json(body))
        .ok_or_else(NotificationId::not_found)
}
