//! Rows are sealed with the current key of their tenant.

use std::borrow::Cow;

use campanile_domain::{ResealedRows, TenantId};
use campanile_sealing::{KeyRing, RowTexts, SealError, TenantKeys};
use campanile_storage::{OpenTexts, SealedKey, SealedKeyValue, SealedPlace, StorageError};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row, Sqlite, SqliteConnection};

use crate::error::storage_error;
use crate::keys::{self, cannot_seal};

type Statement<'q> = Query<'q, Sqlite, SqliteArguments<'q>>;

/// A page of rows, each of which is changed by its key.
pub(super) async fn rows(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    (tenant, place): (&TenantId, &'static SealedPlace),
    (after, limit): (Option<&str>, u32),
    seals_open: bool,
) -> Result<ResealedRows, StorageError> {
    // As they are stored, not as this process remembers them.
    let stored = keys::stored(&mut *connection, tenant).await?;
    let keys = ring.unwrap(tenant, &stored);
    let mark = keys.mark().map_err(cannot_seal)?;
    // What a former key of another master key has sealed would be taken for lost, and nothing would be found of it: a process
    // that has that master key makes the step.
    if keys.count() < stored.len() {
        return Err(cannot_seal(SealError::AnotherKey));
    }
    let after = after.map(|after| place.read_position(after)).transpose()?;
    let open = place.open.filter(|_| seals_open);
    let statement = select(place, open, after.is_some());
    let mut query = sqlx::query(&statement)
        .bind(tenant.as_str())
        .bind(&mark[..])
        .bind(limit);
    for value in after.iter().flatten() {
        query = bind(query, value);
    }
    let page = query
        .fetch_all(&mut *connection)
        .await
        .map_err(storage_error)?;
    let mut done = ResealedRows {
        looked_at: page.len() as u64,
        ..ResealedRows::default()
    };
    let mut walked = Walked::default();
    for row in &page {
        let key = key(place, row)?;
        walked.note(place, &key);
        let purpose = place.purpose_of(&key);
        let at = place.key.len();
        if let Some(stale) = row.try_get::<Option<&[u8]>, _>(at).map_err(storage_error)? {
            match keys.reseal(&purpose, stale) {
                Ok(sealed) => {
                    done.found += 1;
                    done.resealed +=
                        replace(connection, place, (tenant, &key), &sealed, stale).await?;
                }
                Err(SealError::NoRandomness) => return Err(cannot_seal(SealError::NoRandomness)),
                Err(SealError::AnotherKey | SealError::Broken) => done.unreadable += 1,
            }
        } else if let Some(open) = open
            && row.try_get::<bool, _>(at + 1).map_err(storage_error)?
            && let Some(sealed) = sealed(&keys, &purpose, &open, row, at + 2)?
        {
            done.sealed += put(connection, (place, &open), (tenant, &key), &sealed).await?;
        }
    }
    let is_full = page.len() == limit as usize;
    (done.next, done.made_at) = walked.of(place, is_full);
    Ok(done)
}

/// The first and the last row of a page.
#[derive(Default)]
struct Walked {
    first: Option<Vec<SealedKeyValue>>,
    last: Option<Vec<SealedKeyValue>>,
}

impl Walked {
    fn note(&mut self, place: &SealedPlace, key: &[SealedKeyValue]) {
        debug_assert_eq!(place.key.len(), key.len());
        self.first.get_or_insert_with(|| key.to_vec());
        self.last = Some(key.to_vec());
    }

    #[expect(clippy::type_complexity, reason = "the two fields that are set")]
    fn of(
        &self,
        place: &SealedPlace,
        is_full: bool,
    ) -> (
        Option<String>,
        Option<(chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>)>,
    ) {
        let (Some(first), Some(last)) = (&self.first, &self.last) else {
            return (None, None);
        };
        let made_at = place.made_at(first).zip(place.made_at(last));
        (is_full.then(|| place.position(last)), made_at)
    }
}

fn names(place: &SealedPlace) -> String {
    let names = place
        .key
        .iter()
        .map(|column| format!("p.{}", column.name()));
    names.collect::<Vec<_>>().join(", ")
}

/// The key of a row, what another key has sealed, whether nothing is, and what lies in the open.
fn select(place: &SealedPlace, open: Option<OpenTexts>, is_later: bool) -> String {
    let (table, column, names) = (place.table, place.column, names(place));
    let texts = open.map_or_else(String::new, |open| {
        let there = match open.unless {
            Some(unless) => format!(" AND p.{unless} IS NULL"),
            None => String::new(),
        };
        let columns = open.columns.iter().flatten();
        let columns: String = columns.map(|name| format!(", p.{name}")).collect();
        format!(", p.{column} IS NULL{there}{columns}")
    });
    let after = match is_later {
        false => String::new(),
        true if place.key.len() == 1 => format!(" AND {names} > ?4"),
        true => {
            let values = (0..place.key.len()).map(|at| format!("?{}", at + 4));
            let values: Vec<_> = values.collect();
            format!(" AND ({names}) > ({})", values.join(", "))
        }
    };
    format!(
        "SELECT {names}, CASE WHEN substr(p.{column}, 1, 5) = ?2 THEN NULL ELSE p.{column} END{texts} \
         FROM {table} p WHERE p.tenant = ?1{after} ORDER BY {names} LIMIT ?3"
    )
}

fn key(place: &SealedPlace, row: &SqliteRow) -> Result<Vec<SealedKeyValue>, StorageError> {
    let columns = place.key.iter().enumerate();
    let values = columns.map(|(at, column)| {
        Ok(match column {
            SealedKey::Id(_) => SealedKeyValue::Id(row.try_get(at).map_err(storage_error)?),
            SealedKey::Text(_) => SealedKeyValue::Text(row.try_get(at).map_err(storage_error)?),
        })
    });
    values.collect()
}

fn bind<'q>(query: Statement<'q>, value: &'q SealedKeyValue) -> Statement<'q> {
    match value {
        SealedKeyValue::Id(id) => query.bind(*id),
        SealedKeyValue::Text(text) => query.bind(text.as_str()),
    }
}

/// What lies in the open of a row, sealed; `None` if that is nothing.
fn sealed(
    keys: &TenantKeys,
    purpose: &str,
    open: &OpenTexts,
    row: &SqliteRow,
    from: usize,
) -> Result<Option<Vec<u8>>, StorageError> {
    let mut at = from;
    let mut next = |column: Option<&'static str>| -> Result<Option<Cow<'_, str>>, StorageError> {
        if column.is_none() {
            return Ok(None);
        }
        at += 1;
        Ok(row
            .try_get::<Option<&str>, _>(at - 1)
            .map_err(storage_error)?
            .map(Cow::Borrowed))
    };
    let [title, body, content, item_title, item_body, link, actions] = open.columns;
    let texts = RowTexts {
        title: next(title)?,
        body: next(body)?,
        content: next(content)?,
        item_title: next(item_title)?,
        item_body: next(item_body)?,
        link: next(link)?,
        actions: next(actions)?,
    };
    if texts.is_empty() {
        return Ok(None);
    }
    Ok(Some(keys.seal_texts(purpose, &texts).map_err(cannot_seal)?))
}

/// The condition that finds the row of a key, whose values are bound from `?from`.
fn by_key(place: &SealedPlace, from: usize) -> String {
    let columns = place.key.iter().enumerate();
    let columns = columns.map(|(at, column)| format!(" AND {} = ?{}", column.name(), from + at));
    columns.collect()
}

/// A row that was changed meanwhile is left as it is.
async fn replace(
    connection: &mut SqliteConnection,
    place: &SealedPlace,
    (tenant, key): (&TenantId, &[SealedKeyValue]),
    new: &[u8],
    old: &[u8],
) -> Result<u64, StorageError> {
    let statement = format!(
        "UPDATE {0} SET {1} = ?2 WHERE tenant = ?1 AND {1} = ?3{2}",
        place.table,
        place.column,
        by_key(place, 4)
    );
    let mut query = sqlx::query(&statement)
        .bind(tenant.as_str())
        .bind(new)
        .bind(old);
    for value in key {
        query = bind(query, value);
    }
    let done = query.execute(connection).await.map_err(storage_error)?;
    Ok(done.rows_affected())
}

/// Texts change only by being removed, so nothing else has to be compared.
async fn put(
    connection: &mut SqliteConnection,
    (place, open): (&SealedPlace, &OpenTexts),
    (tenant, key): (&TenantId, &[SealedKeyValue]),
    new: &[u8],
) -> Result<u64, StorageError> {
    let emptied = open.columns.iter().flatten().map(|column| match *column {
        "content" => ", content = '{}'".to_owned(),
        column => format!(", {column} = NULL"),
    });
    let emptied: String = emptied.collect();
    let there = open.unless.map(|unless| format!(" AND {unless} IS NULL"));
    let statement = format!(
        "UPDATE {0} SET {1} = ?2{emptied} WHERE tenant = ?1 AND {1} IS NULL{2}{3}",
        place.table,
        place.column,
        there.unwrap_or_default(),
        by_key(place, 3)
    );
    let mut query = sqlx::query(&statement).bind(tenant.as_str()).bind(new);
    for value in key {
        query = bind(query, value);
    }
    let done = query.execute(connection).await.map_err(storage_error)?;
    Ok(done.rows_affected())
}
