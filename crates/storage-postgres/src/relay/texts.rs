//! What notifications say, for rules that compare it.

use std::borrow::Cow;
use std::collections::HashMap;

use campanile_domain::{NotificationId, TenantId};
use campanile_sealing::{KeyRing, Place, RowTexts};
use campanile_storage::Texts;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::{Reader, bounds, need_keys};

pub(super) async fn texts(
    connection: &mut PgConnection,
    keys: &KeyRing,
    of: &[(&TenantId, NotificationId)],
) -> Result<HashMap<NotificationId, Texts>, Fault> {
    let (low, high) = bounds(of.iter().map(|(_, id)| id.0));
    // By key, one by one: see `load.rs`.
    let rows = sqlx::query(
        "SELECT x.tenant, n.id, n.title, n.body, n.content, n.sealed
         FROM UNNEST($1::text[], $2::uuid[]) AS x (tenant, id) CROSS JOIN LATERAL (
             SELECT n.id, n.title, n.body, n.content::text AS content, n.sealed FROM notifications n
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
    need_keys(keys, &rows)?;
    let read = |row| {
        let mut reader = Reader::new(row, "notifications").opening(keys);
        let tenant = reader.tenant()?;
        let id: Uuid = reader.next("id")?;
        let texts = RowTexts {
            title: reader.text("title")?,
            body: reader.text("body")?,
            content: reader.text("content")?,
            ..RowTexts::default()
        };
        let texts = reader.opened(&tenant, Place::Notification(id), texts)?;
        let Some(content) = texts.content else {
            return Ok(None);
        };
        let said = Texts {
            title: texts.title.map(Cow::into_owned),
            body: texts.body.map(Cow::into_owned),
            content: content.into_owned(),
        };
        Ok(Some((NotificationId(id), said)))
    };
    rows.iter()
        .filter_map(|row| read(row).transpose())
        .collect()
}
