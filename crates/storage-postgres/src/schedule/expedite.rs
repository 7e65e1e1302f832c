//! Deferred deliveries that are to wait no longer.

use campanile_storage::Expedite;
use sqlx::PgConnection;

use crate::error::Fault;

/// What waits for quiet hours names a user, and what others are about to release or to hurry is left to
/// them. The reason is looked up row by row,
/// by key (see `dispatch/record.rs`), and only for as many as are looked at.
const EXPEDITE: &str = "
    WITH soonest AS MATERIALIZED (
        SELECT tenant, kind, key, notification_id FROM schedule
        WHERE tenant = $1 AND kind = 'retry' AND user_id IS NULL AND channel = $2 AND due_at > $4
        ORDER BY due_at LIMIT $5 FOR UPDATE SKIP LOCKED
    ), deferred AS MATERIALIZED (
        SELECT s.* FROM soonest s CROSS JOIN LATERAL (
            SELECT FROM deliveries d
            WHERE d.tenant = s.tenant AND d.notification_id = s.notification_id AND d.id = s.key
                AND d.state = 'deferred' AND d.reason = ANY ($6)
            OFFSET 0
        ) d
    )
    UPDATE schedule s SET due_at = $3 + ($4 - $3) * random()
    FROM deferred d WHERE s.tenant = d.tenant AND s.kind = d.kind AND s.key = d.key";

pub(super) async fn expedite(
    connection: &mut PgConnection,
    what: &Expedite<'_>,
) -> Result<u64, Fault> {
    let done = sqlx::query(EXPEDITE)
        .bind(what.tenant.as_str())
        .bind(what.channel.name())
        .bind(what.now)
        .bind(what.now + what.within)
        .bind(i64::from(what.limit))
        .bind(what.reasons)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

#[cfg(test)]
mod tests {
    use campanile_test_support::postgres::TestDatabase;
    use sqlx::{Connection, Executor, Row};

    use super::*;

    #[tokio::test]
    async fn it_looks_at_what_waits_for_an_account_of_the_channel_only() {
        let database = TestDatabase::create().await;
        database
            .tamper(
                "INSERT INTO schedule (tenant, kind, key, notification_id, channel, lane, due_at, user_id)
                 SELECT 'acme', 'retry', gen_random_uuid(), gen_random_uuid(),
                     CASE WHEN n % 2 = 1 THEN 'push' ELSE 'webhook' END, 1,
                     now() + interval '1 hour', CASE WHEN n > 1 AND n % 2 = 1 THEN 'u' END
                 FROM generate_series(1, 20000) AS n",
            )
            .await;
        let mut connection = PgConnection::connect(database.url()).await.expect("up");
        let values = [
            ("$1", "'acme'"),
            ("$2", "'push'"),
            ("$3", "now()"),
            ("$4", "(now() + interval '1 minute')"),
            ("$5", "100"),
            ("$6", "ARRAY['no_account']"),
        ];
        let asked = values
            .iter()
            .fold(EXPEDITE.to_owned(), |sql, (name, value)| {
                sql.replace(name, value)
            });
        // What every session of this crate sets, and no statistics.
        let explain = format!("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {asked}");
        connection
            .execute("SET enable_seqscan = off")
            .await
            .expect("set");
        let lines = sqlx::query(&explain)
            .fetch_all(&mut connection)
            .await
            .expect("explained");
        let plan: Vec<String> = lines.iter().map(|line| line.get(0)).collect();
        let plan = plan.join("\n");
        assert!(plan.contains("schedule_expedite"), "{plan}");
        assert!(!plan.contains("Removed by Filter"), "{plan}");
        database.close().await;
    }
}
