//! Deliveries that wait because their users are not to be disturbed.

use campanile_storage::DeferredDelivery;
use sqlx::PgConnection;

use crate::error::Fault;

/// The column `deferrals` of the delivery `b` with one more, or with the last replaced where there are as many as are
/// kept (`Deferral::KEPT`). In the statement that writes the row anyway: reading the list first would be a second one.
macro_rules! deferrals_with {
    ($new:literal, $kept:literal) => {
        concat!(
            "CASE WHEN ",
            $new,
            " IS NULL THEN b.deferrals WHEN jsonb_array_length(b.deferrals) >= ",
            $kept,
            " THEN jsonb_set(b.deferrals, '{-1}', ",
            $new,
            "::jsonb) ELSE coalesce(b.deferrals, '[]') || ",
            $new,
            "::jsonb END"
        )
    };
}
pub(crate) use deferrals_with;

/// Puts them into the schedule, where a change of their users' choices finds them.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    deferred: &[DeferredDelivery],
) -> Result<(), Fault> {
    if deferred.is_empty() {
        return Ok(());
    }
    let text = |of: fn(&DeferredDelivery) -> &str| deferred.iter().map(of).collect::<Vec<_>>();
    sqlx::query(
        "INSERT INTO schedule (tenant, kind, key, notification_id, channel, lane, due_at, user_id)
         SELECT x.tenant, 'retry', x.key, x.notification_id, x.channel, x.lane, x.due_at, x.user_id
         FROM UNNEST($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::smallint[],
             $6::timestamptz[], $7::text[])
             AS x (tenant, key, notification_id, channel, lane, due_at, user_id)
         ON CONFLICT (tenant, kind, key) DO UPDATE
             SET due_at = excluded.due_at, user_id = excluded.user_id",
    )
    .bind(text(|one| one.tenant.as_str()))
    .bind(
        deferred
            .iter()
            .map(|one| one.delivery.0)
            .collect::<Vec<_>>(),
    )
    .bind(
        deferred
            .iter()
            .map(|one| one.notification.0)
            .collect::<Vec<_>>(),
    )
    .bind(text(|one| one.channel.name()))
    .bind(
        deferred
            .iter()
            .map(|one| one.lane.rank())
            .collect::<Vec<_>>(),
    )
    .bind(deferred.iter().map(|one| one.until).collect::<Vec<_>>())
    .bind(text(|one| one.user.as_str()))
    .execute(connection)
    .await?;
    Ok(())
}
