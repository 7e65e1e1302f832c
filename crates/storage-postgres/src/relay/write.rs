//! Writing a plan.

use std::borrow::Cow;
use std::collections::HashSet;

use campanile_domain::DeliveryId;
use campanile_sealing::KeyRing;
use campanile_storage::{PlannedLine, Unreadable, deferral_json};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::addresses::AsInBook;
use crate::error::Fault;

/// Stores the lines of plans; says which are new. One that is there already stays as it is.
pub(super) async fn deliveries(
    connection: &mut PgConnection,
    keys: &KeyRing,
    as_in_book: &AsInBook,
    lines: &[PlannedLine<'_>],
    now: DateTime<Utc>,
) -> Result<HashSet<DeliveryId>, Fault> {
    if lines.is_empty() {
        return Ok(HashSet::new());
    }
    let of = || lines.iter().map(|one| &one.of.notification);
    let planned = || lines.iter().map(|one| &one.line);
    let address = |one: &PlannedLine<'_>| {
        let (tenant, line) = (&one.of.notification.tenant, &one.line);
        let stored = as_in_book.to_store(keys, tenant, line.channel, &line.address);
        stored.map(Cow::into_owned)
    };
    let addresses = lines.iter().map(address).collect::<Result<Vec<_>, _>>()?;
    let rows = sqlx::query(
        "INSERT INTO deliveries (tenant, notification_id, id, user_id, channel, address, state,
             reason, next_attempt_at, deferrals, created_at, updated_at)
         SELECT x.tenant, x.notification_id, x.id, x.user_id, x.channel, x.address, x.state, x.reason,
             x.until, '[]'::jsonb || x.deferral::jsonb, $9, $9
         FROM UNNEST($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
             $7::text[], $8::text[], $10::timestamptz[], $11::text[])
             AS x (tenant, notification_id, id, user_id, channel, address, state, reason, until,
                 deferral)
         ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(of().map(|n| n.tenant.as_str()).collect::<Vec<_>>())
    .bind(of().map(|n| n.id.0).collect::<Vec<_>>())
    .bind(planned().map(|line| line.id.0).collect::<Vec<_>>())
    .bind(of().map(|n| n.user_id.as_str()).collect::<Vec<_>>())
    .bind(
        planned()
            .map(|line| line.channel.name())
            .collect::<Vec<_>>(),
    )
    .bind(&addresses)
    .bind(planned().map(|line| line.state.name()).collect::<Vec<_>>())
    .bind(planned().map(|line| line.reason).collect::<Vec<_>>())
    .bind(now)
    .bind(planned().map(|line| line.until).collect::<Vec<_>>())
    .bind(
        planned()
            .map(|line| Some(deferral_json(now, line.reason?, line.until?)))
            .collect::<Vec<_>>(),
    )
    .fetch_all(connection)
    .await?;
    let id = |row: &sqlx::postgres::PgRow| Ok(DeliveryId(row.try_get::<Uuid, _>(0)?));
    rows.iter().map(id).collect()
}

/// Plans of what cannot be read are tried again later, so that it does not hold up other plans.
pub(super) async fn put_aside(
    connection: &mut PgConnection,
    unreadable: &[Unreadable],
    until: DateTime<Utc>,
) -> Result<(), Fault> {
    if unreadable.is_empty() {
        return Ok(());
    }
    let tenants: Vec<_> = unreadable.iter().map(|one| one.tenant.as_str()).collect();
    sqlx::query(
        "INSERT INTO schedule (tenant, kind, key, notification_id, lane, due_at)
         SELECT x.tenant, 'send', x.id, x.id, x.lane, $4
         FROM UNNEST($1::text[], $2::uuid[], $3::smallint[]) AS x (tenant, id, lane)
         ON CONFLICT (tenant, kind, key) DO UPDATE SET due_at = excluded.due_at",
    )
    .bind(tenants)
    .bind(
        unreadable
            .iter()
            .map(|one| one.notification.0)
            .collect::<Vec<_>>(),
    )
    .bind(
        unreadable
            .iter()
            .map(|one| one.lane.rank())
            .collect::<Vec<_>>(),
    )
    .bind(until)
    .execute(connection)
    .await?;
    Ok(())
}
