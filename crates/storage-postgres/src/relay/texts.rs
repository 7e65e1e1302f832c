//! What notifications say, for rules that compare it.

use std::collections::HashMap;

use campanile_domain::{NotificationId, TenantId};
use campanile_storage::Texts;
use sqlx::PgConnection;

use crate::error::Fault;
use crate::rows::{Reader, bounds};

pub(super) async fn texts(
    connection: &mut PgConnection,
    of: &[(&TenantId, NotificationId)],
) -> Result<HashMap<NotificationId, Texts>, Fault> {
    let (low, high) = bounds(of.iter().map(|(_, id)| id.0));
    // By key, one by one: see `load.rs`.
    let rows = sqlx::query(
        "SELECT n.id, n.title, n.body, n.content
         FROM UNNEST($1::text[], $2::uuid[]) AS x (tenant, id) CROSS JOIN LATERAL (
             SELECT n.id, n.title, n.body, n.content::text AS content FROM notifications n
             WHERE n.tenant = x.tenant AND n.id >= x.id AND n.id <= x.id
                 AND n.id >= $3 AND n.id <= $4
             ORDER BY n.id LIMIT 1
         ) n",
    )
    .bind(
        of.iter()
            .map(|(tenant, _)| tenant.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(of.iter().map(|(_, id)| id.0).collect::<Vec<_>>())
    .bind(low)
    .bind(high)
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "notifications");
        let id = NotificationId(reader.next("id")?);
        let (title, body) = (reader.next("title")?, reader.next("body")?);
        let content = reader.next("content")?;
        Ok((
            id,
            Texts {
                title,
                body,
                content,
            },
        ))
    };
    rows.iter().map(read).collect()
}
