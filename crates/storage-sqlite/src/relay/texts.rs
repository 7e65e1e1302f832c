//! What notifications say, for rules that compare it.

use std::collections::{BTreeMap, HashMap};

use campanile_domain::{NotificationId, TenantId};
use campanile_storage::{StorageError, Texts};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::storage_error;
use crate::rows::get;

pub(super) async fn texts(
    connection: &mut SqliteConnection,
    of: &[(&TenantId, NotificationId)],
) -> Result<HashMap<NotificationId, Texts>, StorageError> {
    let mut tenants: BTreeMap<&TenantId, Vec<NotificationId>> = BTreeMap::new();
    for (tenant, id) in of {
        tenants.entry(*tenant).or_default().push(*id);
    }
    let mut texts = HashMap::with_capacity(of.len());
    for (tenant, ids) in tenants {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT id, title, body, content FROM notifications WHERE tenant = ",
        );
        query.push_bind(tenant.as_str()).push(" AND id IN (");
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(id.0);
        }
        list.push_unseparated(")");
        let rows = query.build().fetch_all(&mut *connection).await;
        for row in &rows.map_err(storage_error)? {
            let said = Texts {
                title: get(row, "title")?,
                body: get(row, "body")?,
                content: get(row, "content")?,
            };
            texts.insert(NotificationId(get(row, "id")?), said);
        }
    }
    Ok(texts)
}
