//! The answer to a bulk call.

use campanile_intake::Sent;
use http::StatusCode;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::send_body::{AcceptedBody, AcceptedNotification};
use crate::problem::{Problem, ProblemDocument};

/// The result of each item, in order.
#[derive(Serialize, ToSchema)]
#[schema(as = BulkResults)]
pub(super) struct BulkResults<'a> {
    #[schema(value_type = Vec<BulkResult>)]
    results: &'a [Line],
}

impl BulkResults<'_> {
    /// The answer's body.
    pub(super) fn json(lines: &[Line]) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&BulkResults { results: lines })
    }
}

/// The result of one item.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes JSON that is written by `Line`")]
pub(super) struct BulkResult {
    /// The status that a separate request would have got: 202, or that of `problem`.
    #[schema(minimum = 100, maximum = 599, example = 202)]
    status: u16,
    /// Number of notifications, if the item was accepted.
    accepted: Option<u64>,
    /// One notification for each recipient, if the item was accepted for recipients.
    notifications: Option<Vec<AcceptedNotification>>,
    /// Id of the fan-out, if the item was accepted for a topic.
    fanout_id: Option<Uuid>,
    /// Why the item was refused. The pointers in `errors` are relative to the item.
    problem: Option<ProblemDocument<'static>>,
}

/// One line of the answer.
#[derive(Serialize)]
pub(super) struct Line {
    status: u16,
    #[serde(flatten)]
    fate: Fate,
    #[serde(skip)]
    replayed: bool,
    #[serde(skip)]
    refusal: Option<Problem>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Fate {
    Accepted(AcceptedBody),
    Refused { problem: Option<Box<RawValue>> },
}

impl Line {
    /// An item that is durable.
    pub(super) fn accepted<A: Into<AcceptedBody>>(sent: Sent<A>) -> Self {
        Self {
            status: StatusCode::ACCEPTED.as_u16(),
            fate: Fate::Accepted(sent.answer.into()),
            replayed: sent.replayed,
            refusal: None,
        }
    }

    /// An item that is not.
    pub(super) fn refused(problem: Problem, request_id: &str) -> Self {
        let document = to_raw_value(&problem.document(request_id));
        Self {
            status: problem.code().status().as_u16(),
            fate: Fate::Refused {
                problem: document.ok(),
            },
            replayed: false,
            refusal: Some(problem),
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(super) fn refusal(&self) -> Option<&Problem> {
        self.refusal.as_ref()
    }

    /// Whether an accepted item was accepted before; `None` if it was refused.
    pub(super) fn is_replay(&self) -> Option<bool> {
        self.refusal.is_none().then_some(self.replayed)
    }
}
