//! Deliveries that take the place of those whose address was lost.

use std::borrow::Cow;

use campanile_domain::PlannedDelivery;
use campanile_sealing::KeyRing;
use campanile_storage::{Replacement, deferral_json};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::addresses::AsInBook;
use crate::error::Fault;
use crate::rows::bounds;

/// A new row for each address that has none yet of its notification, and one in the schedule. The lost
/// delivery's row has to be there, at its end: the transaction that wrote that has locked it, so that no erasure
/// passes in between.
const REPLACE: &str = "
    WITH fresh AS (
        INSERT INTO deliveries (tenant, notification_id, id, user_id, channel, address, state, reason,
            next_attempt_at, deferrals, created_at, updated_at)
        SELECT x.tenant, x.notification_id, x.id, x.user_id, x.channel, x.address, x.state, x.reason,
            $11, '[]'::jsonb || x.deferral::jsonb, $11, $11
        FROM UNNEST($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
            $7::text[], $8::text[], $9::text[], $10::text[])
            AS x (tenant, notification_id, lost, id, user_id, channel, address, state, reason,
                deferral)
        CROSS JOIN LATERAL (
            SELECT FROM deliveries d
            WHERE d.tenant = x.tenant AND d.notification_id = x.notification_id AND d.id = x.lost
                AND d.notification_id >= $13 AND d.notification_id <= $14
                AND d.state NOT IN ('queued', 'deferred', 'retrying')
            OFFSET 0
        ) lost
        ON CONFLICT DO NOTHING RETURNING tenant, notification_id, id, user_id, channel
    )
    INSERT INTO schedule (tenant, kind, key, notification_id, channel, lane, due_at, user_id)
    SELECT f.tenant, 'retry', f.id, f.notification_id, f.channel, x.lane, $11, f.user_id
    FROM fresh f
    JOIN UNNEST($1::text[], $4::uuid[], $12::smallint[]) AS x (tenant, id, lane)
        ON x.tenant = f.tenant AND x.id = f.id
    ON CONFLICT (tenant, kind, key) DO NOTHING";

pub(crate) async fn replace(
    connection: &mut PgConnection,
    keys: &KeyRing,
    as_in_book: &AsInBook,
    replacements: &[Replacement<'_>],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let lost = || replacements.iter().map(|one| one.lost);
    let (low, high) = bounds(lost().map(|one| one.notification.0));
    let deferral = |line: &PlannedDelivery| Some(deferral_json(now, line.reason?, line.until?));
    let lines = || replacements.iter().map(|one| &one.line);
    let address = |one: &Replacement<'_>| {
        let (tenant, line) = (&one.lost.tenant, &one.line);
        let stored = as_in_book.to_store(keys, tenant, line.channel, &line.address);
        stored.map(Cow::into_owned)
    };
    let addresses = replacements.iter().map(address);
    let addresses = addresses.collect::<Result<Vec<_>, _>>()?;
    sqlx::query(REPLACE)
        .bind(lost().map(|one| one.tenant.as_str()).collect::<Vec<_>>())
        .bind(lost().map(|one| one.notification.0).collect::<Vec<_>>())
        .bind(lost().map(|one| one.delivery.0).collect::<Vec<_>>())
        .bind(lines().map(|line| line.id.0).collect::<Vec<_>>())
        .bind(lost().map(|one| one.user.as_str()).collect::<Vec<_>>())
        .bind(lines().map(|line| line.channel.name()).collect::<Vec<_>>())
        .bind(&addresses)
        .bind(lines().map(|line| line.state.name()).collect::<Vec<_>>())
        .bind(lines().map(|line| line.reason).collect::<Vec<_>>())
        .bind(lines().map(deferral).collect::<Vec<_>>())
        .bind(now)
        .bind(lost().map(|one| one.lane.rank()).collect::<Vec<_>>())
        .bind(low)
        .bind(high)
        .execute(connection)
        .await?;
    Ok(())
}
