//! Reads what may be sealed, and stores what is sealed again: [`campanile_storage::reseal`] decides.

use campanile_domain::TenantId;
use campanile_sealing::KeyRing;
use campanile_storage::{
    Holds, ResealedBlob, SealedContent, SealedKey, SealedKeyValue, SealedPage, SealedPlace,
    SealedRow, StorageError, StoredKeys,
};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row, Sqlite, SqliteConnection};

use super::renew;
use crate::error::storage_error;
use crate::keys;

pub(super) type Statement<'q> = Query<'q, Sqlite, SqliteArguments<'q>>;

pub(super) async fn keys(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    tenant: &TenantId,
) -> Result<StoredKeys, StorageError> {
    let stored = keys::stored(&mut *connection, tenant).await?;
    Ok(StoredKeys {
        keys: ring.unwrap(tenant, &stored),
        count: stored.len(),
        made_at: renew::facts(connection, tenant).await?.made_at,
    })
}

pub(super) async fn page(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    page: &SealedPage,
) -> Result<Vec<SealedRow>, StorageError> {
    let statement = page
        .place
        .page_statement(page.seals_open, page.after.is_some());
    let mut query = sqlx::query(&statement)
        .bind(tenant.as_str())
        .bind(page.limit);
    if let Holds::Blob { .. } = page.place.holds {
        query = query.bind(&page.mark);
    }
    for value in page.after.iter().flatten() {
        query = bind(query, value);
    }
    let rows = query.fetch_all(connection).await.map_err(storage_error)?;
    rows.iter()
        .map(|row| read(page, row).map_err(storage_error))
        .collect()
}

fn read(page: &SealedPage, row: &SqliteRow) -> Result<SealedRow, sqlx::Error> {
    let place = page.place;
    let values = place.key.iter().enumerate().map(|(at, column)| {
        Ok(match column {
            SealedKey::Id(_) => SealedKeyValue::Id(row.try_get(at)?),
            SealedKey::Text(_) => SealedKeyValue::Text(row.try_get(at)?),
        })
    });
    let key = values.collect::<Result<_, sqlx::Error>>()?;
    let at = place.key.len();
    let content = match place.holds {
        Holds::Address(_) => SealedContent::Address {
            beside: row.try_get(at)?,
            stored: row.try_get(at + 1)?,
        },
        Holds::Blob { open, .. } => {
            let open = open.filter(|_| page.seals_open);
            let is_open = open.is_some() && row.try_get(at + 1)?;
            let columns = open.iter().flat_map(|open| open.columns).flatten();
            let texts = columns
                .enumerate()
                .map(|(nth, _)| row.try_get(at + 2 + nth));
            SealedContent::Blob {
                stale: row.try_get(at)?,
                open: match is_open {
                    true => Some(texts.collect::<Result<_, _>>()?),
                    false => None,
                },
            }
        }
    };
    Ok(SealedRow { key, content })
}

pub(super) fn bind<'q>(query: Statement<'q>, value: &'q SealedKeyValue) -> Statement<'q> {
    match value {
        SealedKeyValue::Id(id) => query.bind(*id),
        SealedKeyValue::Text(text) => query.bind(text.as_str()),
    }
}

pub(super) async fn blobs(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    place: &SealedPlace,
    rows: &[ResealedBlob],
) -> Result<u64, StorageError> {
    let (replace, put) = (place.replace_statement(), place.put_statement());
    let mut changed = 0;
    for row in rows {
        let mut query = match &row.old {
            Some(old) => sqlx::query(&replace)
                .bind(tenant.as_str())
                .bind(&row.new)
                .bind(old),
            None => sqlx::query(&put).bind(tenant.as_str()).bind(&row.new),
        };
        for value in &row.key {
            query = bind(query, value);
        }
        let done = query.execute(&mut *connection).await;
        changed += done.map_err(storage_error)?.rows_affected();
    }
    Ok(changed)
}
