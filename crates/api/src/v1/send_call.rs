//! What all calls share that become a request to send: who asks, under which key, with which body.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::response::Response;
use campanile_domain::Clock;
use campanile_fields::{FieldErrors, Json};
use campanile_intake::{Intake, SendRequest, Sent, SentToUsers};
use chrono::{DateTime, Utc};

use super::json_body::JsonBody;
use super::notifications::idempotency_key::idempotency_key;
use super::notifications::send::{accepted, both};
use crate::ApiState;
use crate::identity::Sender;
use crate::layers::RequestContext;
use crate::problem::Problem;

/// A service's call that is about to become a request to send.
pub(crate) struct SendCall {
    sender: Sender,
    intake: Intake,
    clock: Arc<dyn Clock>,
    request_id: String,
    body: JsonBody,
}

impl FromRequest<ApiState> for SendCall {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let sender = Sender::from_request_parts(&mut parts, state).await?;
        let context = parts.extensions.get::<RequestContext>();
        let request_id = context.map_or_else(String::new, |one| one.id().as_str().to_owned());
        Ok(Self {
            sender,
            intake: FromRef::from_ref(state),
            clock: FromRef::from_ref(state),
            request_id,
            body: JsonBody::from_request(Request::from_parts(parts, body), state).await?,
        })
    }
}

impl SendCall {
    /// Reads the body with `read` and accepts what it gives, as a call to send does. Without
    /// recipients nothing is written, and nothing is wrong either.
    pub(crate) async fn accept(
        self,
        read: impl FnOnce(Json<'_>, DateTime<Utc>) -> Result<SendRequest, FieldErrors>,
    ) -> Result<Response, Problem> {
        let key = idempotency_key(self.body.headers());
        let now = self.clock.now();
        let request = self.body.read(|body| read(body.json(), now)).await?;
        let (key, request) = both(key, request)?;
        if request.recipients.is_empty() {
            return Ok(accepted(Sent {
                answer: SentToUsers {
                    notifications: Vec::new(),
                },
                replayed: false,
            }));
        }
        let tenant = self.sender.tenant();
        let sent = self
            .intake
            .send(tenant, &self.request_id, request, key.as_deref());
        Ok(accepted(sent.await?))
    }
}
