//! Reads what may be sealed, and stores what is sealed again: [`campanile_storage::reseal`] decides.

use campanile_domain::TenantId;
use campanile_sealing::KeyRing;
use campanile_storage::{
    Holds, ResealedBlob, SealedContent, SealedKey, SealedKeyValue, SealedPage, SealedPlace,
    SealedRow, StoredKeys,
};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres, Row};

use super::renew;
use crate::error::Fault;
use crate::keys;

type Statement<'q> = Query<'q, Postgres, PgArguments>;

pub(super) async fn keys(
    connection: &mut PgConnection,
    ring: &KeyRing,
    tenant: &TenantId,
) -> Result<StoredKeys, Fault> {
    let stored = keys::stored(connection, tenant).await?;
    Ok(StoredKeys {
        keys: ring.unwrap(tenant, &stored),
        count: stored.len(),
        made_at: renew::facts(connection, tenant, true).await?.made_at,
    })
}

pub(super) async fn page(
    connection: &mut PgConnection,
    tenant: &TenantId,
    page: &SealedPage,
) -> Result<Vec<SealedRow>, Fault> {
    let statement = page
        .place
        .page_statement(page.seals_open, page.after.is_some());
    let mut query = sqlx::query(&statement)
        .bind(tenant.as_str())
        .bind(i64::from(page.limit));
    if let Holds::Blob { .. } = page.place.holds {
        query = query.bind(&page.mark);
    }
    for value in page.after.iter().flatten() {
        query = bind(query, value);
    }
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| read(page, row)).collect()
}

fn read(page: &SealedPage, row: &PgRow) -> Result<SealedRow, Fault> {
    let place = page.place;
    let values = place.key.iter().enumerate().map(|(at, column)| {
        Ok(match column {
            SealedKey::Id(_) => SealedKeyValue::Id(row.try_get(at)?),
            SealedKey::Text(_) => SealedKeyValue::Text(row.try_get(at)?),
        })
    });
    let key = values.collect::<Result<_, Fault>>()?;
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

fn bind<'q>(query: Statement<'q>, value: &'q SealedKeyValue) -> Statement<'q> {
    match value {
        SealedKeyValue::Id(id) => query.bind(*id),
        SealedKeyValue::Text(text) => query.bind(text.as_str()),
    }
}

/// Each is changed by its key: whatever the planner believes, nothing else is looked at.
pub(super) async fn blobs(
    connection: &mut PgConnection,
    tenant: &TenantId,
    place: &SealedPlace,
    rows: &[ResealedBlob],
) -> Result<u64, Fault> {
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
        changed += query.execute(&mut *connection).await?.rows_affected();
    }
    Ok(changed)
}
