//! One item of a bulk call on its way in.

use campanile_intake::{BulkItem, Intake};
use tokio::time::Instant;

use super::bulk_body::Line;
use crate::identity::MeteredSender;
use crate::problem::{Problem, ProblemCode};

/// What the items of one call share.
pub(super) struct Call<'a> {
    pub(super) sender: &'a MeteredSender,
    pub(super) intake: &'a Intake,
    pub(super) request_id: &'a str,
    pub(super) key: Option<&'a str>,
    pub(super) last_begin: Instant,
}

/// Accepts one item, or says why not.
pub(super) async fn accept(call: &Call<'_>, place: usize, item: BulkItem) -> Line {
    let sent = sent(call, place, item).await;
    sent.unwrap_or_else(|problem| Line::refused(problem, call.request_id))
}

async fn sent(call: &Call<'_>, place: usize, item: BulkItem) -> Result<Line, Problem> {
    let (tenant, id, intake) = (call.sender.tenant(), call.request_id, call.intake);
    match item {
        BulkItem::Wrong(errors) => Err(errors.into()),
        BulkItem::NoRoom(detail) => Err(Problem::new(ProblemCode::PayloadTooLarge, detail)),
        BulkItem::Users(request) => {
            let key = begin(call, place).await?;
            let sent = intake.send(tenant, id, *request, key.as_deref());
            Ok(Line::accepted(sent.await?))
        }
        BulkItem::Topic(request) => {
            let key = begin(call, place).await?;
            let sent = intake.send_to_topic(tenant, id, *request, key.as_deref());
            Ok(Line::accepted(sent.await?))
        }
    }
}

/// The key under which an item is accepted, once it is paid for.
async fn begin(call: &Call<'_>, place: usize) -> Result<Option<String>, Problem> {
    if Instant::now() >= call.last_begin {
        let detail = "The call reached its time limit; repeat it with the same Idempotency-Key to send the rest";
        return Err(Problem::new(ProblemCode::RequestTimeout, detail));
    }
    // The call itself has paid for its first item.
    if place > 0 {
        call.sender.pay_for_another().await?;
    }
    // No key of a caller has a space, so no other call has this one.
    Ok(call.key.map(|key| format!("{key} {place}")))
}
