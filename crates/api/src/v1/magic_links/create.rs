//! `POST /api/v1/magic-links`: a link that opens a page of a user without a login.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use campanile_app::magic_links::{
    LINK_LIFE, MadeLink, MagicLinkBody, MagicLinkError, MagicLinks, read_magic_link,
};
use campanile_domain::LinkHandOver;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::Serialize;
use tokio::time::{Instant, sleep_until};
use utoipa::ToSchema;

use crate::identity::LinkAsker;
use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Accepts, ReadsBody};

/// No answer comes earlier than after so long: who asks does not learn from the time whether a mail was stored.
const ANSWERS_AFTER: Duration = Duration::from_millis(250);

/// What becomes of a link that is sent. It says nothing of the user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MagicLinkAccepted)]
pub(super) struct Accepted {
    /// Seconds for which a link can be used.
    #[schema(example = 900)]
    expires_in_s: i64,
}

/// A link that is returned.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MagicLinkReturned)]
pub(super) struct Returned {
    /// The address that opens the page. It works once.
    #[schema(example = "https://notify.example.com/auth/magic?token=AgRhY21l")]
    url: String,
    /// From then on the link is void.
    expires_at: DateTime<Utc>,
}

impl From<MadeLink> for Returned {
    fn from(made: MadeLink) -> Self {
        Self {
            url: made.url,
            expires_at: made.expires_at,
        }
    }
}

impl From<MagicLinkError> for Problem {
    fn from(error: MagicLinkError) -> Self {
        match error {
            MagicLinkError::NoPublicUrl | MagicLinkError::NotSecure => {
                Self::new(ProblemCode::NotConfigured, error.to_string())
            }
            MagicLinkError::NotOneUser => Self::new(ProblemCode::UserNotFound, error.to_string()),
            MagicLinkError::NotAccepted(error) => error.into(),
            MagicLinkError::Link(error) => error.into(),
        }
    }
}

/// Makes a link that opens a page of a user without a login, and sends it to their email address, or returns it.
///
/// The link works once, within 15 minutes. Opening it shows a page with a button, and only the button uses the link, so programs that
/// follow every link of a mail do no harm. The page behind it can be used for 15 minutes, in the browser that pressed the button.
///
/// With `deliver: email` the answer is the same, and comes at the same time, whether there is such a user or not. The mail is a notification of
/// the type `campanile.magic_link`, which users cannot switch off. At most 3 links at once, and one a minute, can be asked for one `user_id`
/// or `email`.
///
/// With `deliver: return` you are responsible for whom you give the link to. It is recorded in the audit log.
#[utoipa::path(
    post,
    operation_id = "create_magic_link",
    path = "/api/v1/magic-links",
    tag = "services",
    security(("bearer" = ["notifications:send"]), ("bearer" = ["read:notifications"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = MagicLinkBody, content_type = "application/json",
        example = json!({"email": "ada@example.com", "purpose": "settings_view"})),
    responses(
        (status = 201, description = "The link, with `deliver: return`", body = Returned),
        (status = 202, description = "A mail is sent if there is such a user", body = Accepted),
        Accepts,
        ReadsBody,
    ),
)]
pub(super) async fn create(
    asker: LinkAsker,
    Extension(context): Extension<RequestContext>,
    State(links): State<MagicLinks>,
    body: JsonBody,
) -> Result<Response, Problem> {
    let answers_at = Instant::now() + ANSWERS_AFTER;
    let request = body.read(read_magic_link).await??;
    let tenant = asker.tenant();
    if request.hand_over == LinkHandOver::Return {
        let act = asker.act()?;
        asker.count_for(request.to.counted_as()).await?;
        let made = links
            .hand_out(tenant, &request.to, request.purpose, act)
            .await?;
        return Ok((StatusCode::CREATED, Json(Returned::from(made))).into_response());
    }
    asker.count_for(request.to.counted_as()).await?;
    let id = context.id().as_str();
    let sent = links.send(tenant, &request.to, request.purpose, id).await;
    sleep_until(answers_at).await;
    sent?;
    let expires_in_s = LINK_LIFE.num_seconds();
    Ok((StatusCode::ACCEPTED, Json(Accepted { expires_in_s })).into_response())
}
