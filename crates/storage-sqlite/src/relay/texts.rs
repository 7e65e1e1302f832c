//! What notifications say, for rules that compare it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use campanile_domain::{NotificationId, TenantId};
use campanile_sealing::{KeyRing, Place, RowTexts};
use campanile_storage::{StorageError, Texts};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::error::storage_error;
use crate::keys::{self, text};
use crate::rows::get;

pub(super) async fn texts(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    of: &[(&TenantId, NotificationId)],
) -> Result<HashMap<NotificationId, Texts>, StorageError> {
    let mut tenants: BTreeMap<&TenantId, Vec<NotificationId>> = BTreeMap::new();
    for (tenant, id) in of {
        tenants.entry(*tenant).or_default().push(*id);
    }
    let mut texts = HashMap::with_capacity(of.len());
    for (tenant, ids) in tenants {
        let opening = keys::opening(ring, connection, tenant).await?;
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT id, title, body, content, sealed FROM notifications WHERE tenant = ",
        );
        query.push_bind(tenant.as_str()).push(" AND id IN (");
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(id.0);
        }
        list.push_unseparated(")");
        let rows = query.build().fetch_all(&mut *connection).await;
        for row in &rows.map_err(storage_error)? {
            let id: Uuid = get(row, "id")?;
            let open = RowTexts {
                title: text(row, "title")?,
                body: text(row, "body")?,
                content: text(row, "content")?,
                ..RowTexts::default()
            };
            let opened = opening.texts(row, Place::Notification(id), open)?;
            let Some(content) = opened.content else {
                continue;
            };
            let said = Texts {
                title: opened.title.map(Cow::into_owned),
                body: opened.body.map(Cow::into_owned),
                content: content.into_owned(),
            };
            texts.insert(NotificationId(id), said);
        }
    }
    Ok(texts)
}
