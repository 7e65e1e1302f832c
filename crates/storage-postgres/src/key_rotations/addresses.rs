//! Addresses get the form of the current key.

use std::collections::HashSet;

use campanile_domain::{Channel, TenantId};
use campanile_storage::{
    AddressColumn, Holds, ResealedAddress, SealedKey, SealedKeyValue, SealedPlace,
};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::address_book::{device_in_form, share_people_later};
use crate::error::Fault;
use crate::rows::bounds;
use crate::suppressions;

pub(super) async fn replace(
    connection: &mut PgConnection,
    tenant: &TenantId,
    place: &SealedPlace,
    rows: &[ResealedAddress],
) -> Result<u64, Fault> {
    if rows.is_empty() {
        return Ok(0);
    }
    // An erasure that has looked for an address would not find its new form.
    share_people_later(connection, tenant).await?;
    match place.holds {
        Holds::Blob { .. } => Ok(0),
        Holds::Address(AddressColumn::Listed) => listed(connection, tenant, rows).await,
        Holds::Address(AddressColumn::OfDevice) => {
            let done = devices(connection, tenant, place, rows).await;
            done.map_err(|fault| match fault {
                // A device was registered meanwhile. Another try, as after a deadlock, finds it.
                Fault::Taken(text) => Fault::Deadlock(text),
                fault => fault,
            })
        }
        Holds::Address(
            AddressColumn::Mailbox | AddressColumn::OfUser | AddressColumn::OfDelivery,
        ) => update(connection, tenant, place, &rows.iter().collect::<Vec<_>>()).await,
    }
}

async fn listed(
    connection: &mut PgConnection,
    tenant: &TenantId,
    rows: &[ResealedAddress],
) -> Result<u64, Fault> {
    // An address has a row for each notification type, and gets its form at once.
    let once: HashSet<_> = rows
        .iter()
        .map(|row| (&*row.beside, &*row.old, &*row.new))
        .collect();
    let mut forms = suppressions::Forms::default();
    for (channel, old, new) in once {
        if let Ok(channel) = Channel::stored(channel) {
            forms.add(channel, old, new);
        }
    }
    forms.store(connection, tenant).await
}

/// Devices whose new form is there already. By key, one by one: see `dispatch/record.rs`.
const THERE: &str = "
    SELECT x.place FROM UNNEST($2::integer[], $3::text[], $4::text[]) AS x (place, kind, value)
    CROSS JOIN LATERAL (
        SELECT FROM devices d WHERE d.value = x.value AND d.kind = x.kind AND d.tenant = $1 OFFSET 0
    ) d";

async fn devices(
    connection: &mut PgConnection,
    tenant: &TenantId,
    place: &SealedPlace,
    rows: &[ResealedAddress],
) -> Result<u64, Fault> {
    let places = (0..rows.len()).map(|at| i32::try_from(at).unwrap_or(i32::MAX));
    let there: HashSet<i32> = sqlx::query(THERE)
        .bind(tenant.as_str())
        .bind(places.collect::<Vec<_>>())
        .bind(rows.iter().map(|row| &*row.beside).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| &*row.new).collect::<Vec<_>>())
        .fetch_all(&mut *connection)
        .await?
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, _>>()?;
    let (mut free, mut replaced) = (Vec::new(), 0);
    for (at, row) in (0..).zip(rows) {
        if there.contains(&at) {
            let forms = [row.old.clone(), row.new.clone()];
            device_in_form(connection, (tenant, &row.beside), &row.new, &forms).await?;
            replaced += 1;
        } else {
            free.push(row);
        }
    }
    Ok(replaced + update(connection, tenant, place, &free).await?)
}

/// A row that something else has changed is left as it is. Each is looked up by its key and written by its place: see
/// `dispatch/record.rs`. The key is compared once more: by then, another row may have the place.
fn statement(place: &SealedPlace) -> String {
    let (table, column) = (place.table, place.column);
    let (mut types, mut names, mut is_key, mut is_same) =
        (String::new(), String::new(), String::new(), String::new());
    for (at, part) in place.key.iter().enumerate() {
        let (name, of) = match part {
            SealedKey::Id(name) => (name, "uuid"),
            SealedKey::Text(name) => (name, "text"),
        };
        types.push_str(&format!("${}::{of}[], ", 4 + at));
        names.push_str(&format!("k{at}, "));
        is_key.push_str(&format!(" AND t.{name} = x.k{at}"));
        is_same.push_str(&format!(" AND w.k{at} = t.{name}"));
    }
    // Of a table with partitions, only that of the day is looked at.
    let bounds = match place.is_by_time {
        true => {
            let (name, at) = (place.key[0].name(), 4 + place.key.len());
            format!(" AND t.{name} >= ${at} AND t.{name} <= ${}", at + 1)
        }
        false => String::new(),
    };
    format!(
        "WITH work AS MATERIALIZED (
             SELECT t.place, x.* FROM UNNEST({types}$2::text[], $3::text[]) AS x ({names}old, new)
             CROSS JOIN LATERAL (
                 SELECT t.ctid AS place FROM {table} t
                 WHERE t.tenant = $1{is_key}{bounds} AND t.{column} = x.old OFFSET 0 FOR UPDATE
             ) t
         )
         UPDATE {table} t SET {column} = w.new FROM work w
         WHERE t.tenant = $1 AND t.ctid = ANY (ARRAY (SELECT place FROM work)){bounds}{is_same}"
    )
}

async fn update(
    connection: &mut PgConnection,
    tenant: &TenantId,
    place: &SealedPlace,
    rows: &[&ResealedAddress],
) -> Result<u64, Fault> {
    // A statement for each day: one for all would try each place in the partitions of all days between them.
    let day = |row: &ResealedAddress| place.made_at(&row.key).map(|at| at.date_naive());
    let (statement, mut changed) = (statement(place), 0);
    for rows in rows.chunk_by(|one, next| day(one) == day(next)) {
        changed += update_day(connection, tenant, place, &statement, rows).await?;
    }
    Ok(changed)
}

async fn update_day(
    connection: &mut PgConnection,
    tenant: &TenantId,
    place: &SealedPlace,
    statement: &str,
    rows: &[&ResealedAddress],
) -> Result<u64, Fault> {
    let mut query = sqlx::query(statement)
        .bind(tenant.as_str())
        .bind(rows.iter().map(|row| &*row.old).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| &*row.new).collect::<Vec<_>>());
    for (at, part) in place.key.iter().enumerate() {
        query = match part {
            SealedKey::Id(_) => query.bind(ids(rows, at)),
            SealedKey::Text(_) => query.bind(texts(rows, at)),
        };
    }
    if place.is_by_time {
        let (low, high) = bounds(ids(rows, 0));
        query = query.bind(low).bind(high);
    }
    Ok(query.execute(connection).await?.rows_affected())
}

fn ids(rows: &[&ResealedAddress], at: usize) -> Vec<Uuid> {
    let ids = rows.iter().filter_map(|row| match row.key.get(at) {
        Some(SealedKeyValue::Id(id)) => Some(*id),
        Some(SealedKeyValue::Text(_)) | None => None,
    });
    ids.collect()
}

fn texts<'a>(rows: &[&'a ResealedAddress], at: usize) -> Vec<&'a str> {
    let texts = rows.iter().filter_map(|row| match row.key.get(at) {
        Some(SealedKeyValue::Text(text)) => Some(text.as_str()),
        Some(SealedKeyValue::Id(_)) | None => None,
    });
    texts.collect()
}
