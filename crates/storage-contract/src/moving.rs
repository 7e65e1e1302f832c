//! A tenant's rows, read whole and written elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::TenantId;
use campanile_pipeline::{ChangedTenant, RotationRefusal, change_tenant, rotate_data_key};
use campanile_storage::{
    LEFT_OUT, LoadedDispatch, MOVED_ROWS, MovedBatch, MovedKind, MovedRow, MovedTable, MovedValue,
    NOT_MOVED, Storage, StorageError, TABLES, TakeMoved, TenantChange, TenantImport,
};
use chrono::TimeDelta;
use uuid::Uuid;

use super::closed_values;
use super::fixture::{accept, dispatched, notification, now, tenant, tenants};

#[derive(Default)]
struct Taken(BTreeMap<&'static str, Vec<MovedRow>>);

#[async_trait]
impl TakeMoved for Taken {
    async fn take(&mut self, batch: MovedBatch) -> Result<(), StorageError> {
        assert!(!batch.rows.is_empty() && batch.rows.len() <= MOVED_ROWS);
        let rows = self.0.entry(batch.table.name).or_default();
        rows.extend(batch.rows);
        Ok(())
    }
}

/// All rows by table, in an order of their own.
async fn read(storage: &dyn Storage, tenant: &TenantId) -> BTreeMap<&'static str, Vec<MovedRow>> {
    let mut taken = Taken::default();
    let read = storage.read_moved(tenant, &mut taken).await;
    read.expect("read");
    taken.0.values_mut().for_each(|rows| rows.sort());
    taken.0
}

async fn write(
    storage: &dyn Storage,
    tenant: &TenantId,
    rows: &BTreeMap<&'static str, Vec<MovedRow>>,
) {
    let mut import = begun();
    for table in TABLES {
        let Some(rows) = rows.get(table.name) else {
            continue;
        };
        import.frames += 1;
        let rows = rows.clone();
        let batch = MovedBatch { table, rows };
        let written = storage.write_moved(tenant, &batch, &import).await;
        written.unwrap_or_else(|error| panic!("{}: {error}", table.name));
    }
}

fn begun() -> TenantImport {
    TenantImport {
        file: Uuid::from_u128(7),
        frames: 0,
        started_at: now(),
        finished_at: None,
    }
}

/// A value of the kind that the schema allows; `number` makes different ones.
fn value(table: &MovedTable, column: &str, kind: MovedKind, number: u128) -> MovedValue {
    let small = i64::try_from(number).expect("a small number");
    let closed = closed_values::of(table.name, column);
    let text = match (table.name, column) {
        // Not all of them go with a channel.
        ("schedule", "kind") => "retry".to_owned(),
        // Of one that has an end.
        ("user_merges", "stage") => "done".to_owned(),
        (_, "channel") => "push".to_owned(),
        _ => match closed.as_ref().and_then(|all| all.first()) {
            Some(first) => first.clone(),
            None => format!("{column} {number}: \u{e9}\u{1f514}, \"\\'"),
        },
    };
    match kind {
        MovedKind::Text => MovedValue::Text(text),
        MovedKind::Json => {
            MovedValue::Text(format!("{{ \"b\": 1.0, \"a\":[{number},\"\\u00e9\"] }}"))
        }
        MovedKind::JsonDocument => {
            MovedValue::Text(format!("[{{\"a\":{number},\"b\":[null,\"\u{e9}\"]}}]"))
        }
        // A lane, or a number of days.
        MovedKind::Whole if closed.is_some() => MovedValue::Whole(1),
        MovedKind::Whole => MovedValue::Whole(30 + small),
        MovedKind::Flag => MovedValue::Flag(true),
        MovedKind::Moment => MovedValue::Moment(now() + TimeDelta::microseconds(small)),
        // Of a day that is long over.
        MovedKind::Id => MovedValue::Id(Uuid::from_u128(
            (1_600_000_000_000_u128 << 80) | (7 << 76) | (8 << 60) | number,
        )),
        MovedKind::Bytes | MovedKind::WrappedKey | MovedKind::OpenKey => {
            MovedValue::Bytes(vec![u8::try_from(number).expect("a small number"); 32])
        }
        MovedKind::Names => MovedValue::Texts(vec!["push".into(), "email".into()]),
        MovedKind::Texts => MovedValue::Texts(vec!["a,b".into(), "\"{}\\".into()]),
        MovedKind::Numbers => MovedValue::Numbers(vec![5_000, 30_000]),
        MovedKind::Ids => MovedValue::Ids(vec![Uuid::from_u128(1), Uuid::from_u128(2)]),
    }
}

/// Of every table a row in which every column has a value.
fn made() -> BTreeMap<&'static str, Vec<MovedRow>> {
    let tables = TABLES.iter().map(|table| {
        let columns = table.columns.iter();
        let row = columns.map(|column| value(table, column.name, column.kind, 1));
        (table.name, vec![row.collect()])
    });
    tables.collect()
}

/// Whatever the back end: the same values are read that were written, of days that are long over too.
pub async fn every_column_comes_back_as_it_was_written(storage: Arc<dyn Storage>) {
    let (acme, rows) = (tenant("acme"), made());
    write(storage.as_ref(), &acme, &rows).await;
    let found = read(storage.as_ref(), &acme).await;
    for table in TABLES {
        assert_eq!(
            found.get(table.name),
            rows.get(table.name),
            "{}",
            table.name
        );
    }
    let counts = storage.count_moved(&acme).await.expect("counted");
    assert_eq!(counts.len(), TABLES.len());
    assert!(counts.iter().all(|(_, rows)| *rows == 1));
}

/// What the service itself has stored moves to another tenant, in more than one batch.
pub async fn what_a_tenant_has_is_read_whole(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    dispatched(storage.as_ref(), &other, &["u"]).await;
    let more = (0..MOVED_ROWS + 20).map(|n| notification(&acme, &format!("u{n}")));
    accept(storage.as_ref(), more.collect()).await;
    let rows = read(storage.as_ref(), &acme).await;
    assert_eq!(rows["notifications"].len(), MOVED_ROWS + 21);
    assert_eq!(rows["tenants"].len(), 1);
    let moved = tenant("moved");
    let by_batches = rows.iter().map(|(table, rows)| (*table, rows.clone()));
    write(storage.as_ref(), &moved, &by_batches.collect()).await;
    assert_eq!(read(storage.as_ref(), &moved).await, rows);
    let refs = |tenant: &TenantId| campanile_storage::DispatchRef {
        tenant: tenant.clone(),
        ..super::fixture::reference(&dispatch)
    };
    assert!(jobs(storage.load(&[refs(&acme)]).await.expect("loaded")) > 0);
    match storage.load(&[refs(&moved)]).await {
        Ok(loaded) => assert!(jobs(loaded) > 0),
        // What is encrypted is bound to the tenant's name, which an export keeps.
        Err(error) => {
            let error = error.to_string();
            let is_sealed = error.contains("sealed") || error.contains("deliveries.address");
            assert!(is_sealed, "{error}");
        }
    }
}

fn jobs(loaded: Vec<Option<LoadedDispatch>>) -> usize {
    loaded.into_iter().flatten().map(|one| one.jobs.len()).sum()
}

/// A row that is there is not written over, and the import is as far as it was.
pub async fn a_batch_is_stored_once(storage: Arc<dyn Storage>) {
    let acme = tenant("acme");
    assert_eq!(storage.import_of(&acme).await.expect("read"), None);
    let table = TABLES.iter().find(|table| table.name == "users");
    let table = table.expect("a table");
    let rows = vec![made()["users"][0].clone()];
    let batch = MovedBatch { table, rows };
    let mut import = begun();
    import.frames = 2;
    let written = storage.write_moved(&acme, &batch, &import).await;
    written.expect("written");
    assert_eq!(storage.import_of(&acme).await.expect("read"), Some(import));
    let next = TenantImport {
        frames: 3,
        ..import
    };
    let again = storage.write_moved(&acme, &batch, &next).await;
    assert!(matches!(again, Err(StorageError::Refused(_))), "{again:?}");
    assert_eq!(storage.import_of(&acme).await.expect("read"), Some(import));
    assert_eq!(read(storage.as_ref(), &acme).await["users"].len(), 1);
    let end = TenantImport {
        finished_at: Some(now()),
        ..import
    };
    storage.put_import(&acme, &end).await.expect("noted");
    assert_eq!(storage.import_of(&acme).await.expect("read"), Some(end));
}

/// It would go on with half of what it has.
pub async fn a_tenant_is_resumed_when_its_import_is_finished(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let suspend = async |since| {
        let change = TenantChange {
            suspended_at: Some(since),
            ..TenantChange::default()
        };
        let changed = change_tenant(storage.as_ref(), &acme, &change).await;
        changed.expect("answered")
    };
    let is = |changed: &ChangedTenant| matches!(changed, ChangedTenant::Is(_));
    assert!(is(&suspend(Some(now())).await));
    storage.put_import(&acme, &begun()).await.expect("noted");
    let refused = suspend(None).await;
    assert!(
        matches!(refused, ChangedTenant::BeingImported),
        "{refused:?}"
    );
    // Nor are its keys replaced: rows that are still to come are sealed with those that it has.
    let rotated = rotate_data_key(storage.as_ref(), &acme, true, now()).await;
    assert_eq!(rotated.expect("asked"), Err(RotationRefusal::BeingImported));
    // It stays suspended since then, and can be suspended again.
    assert!(is(&suspend(Some(now())).await));
    let found = storage.tenant(&acme).await.expect("read").expect("there");
    assert!(found.suspended_at.is_some());
    let end = TenantImport {
        finished_at: Some(now()),
        ..begun()
    };
    storage.put_import(&acme, &end).await.expect("noted");
    assert!(is(&suspend(None).await));
}

/// The first frame replaces what an empty tenant of the target has, and what an unfinished import has stored.
pub async fn the_first_frame_makes_room(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let rows = made();
    write(storage.as_ref(), &acme, &rows).await;
    assert_eq!(
        read(storage.as_ref(), &acme).await["tenants"],
        rows["tenants"]
    );
    // And all that another file has left, which does not go on then.
    let other = TenantImport {
        file: Uuid::from_u128(8),
        frames: 1,
        ..begun()
    };
    let batch = |at: usize| MovedBatch {
        table: &TABLES[at],
        rows: rows[TABLES[at].name].clone(),
    };
    let written = storage.write_moved(&acme, &batch(0), &other).await;
    written.expect("written");
    let found = read(storage.as_ref(), &acme).await;
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["tenants"]);
    let former = TenantImport {
        frames: 2,
        ..begun()
    };
    for refused in [
        storage.write_moved(&acme, &batch(1), &former).await,
        storage.put_import(&acme, &former).await,
    ] {
        assert!(
            matches!(refused, Err(StorageError::Refused(_))),
            "{refused:?}"
        );
    }
    assert_eq!(storage.import_of(&acme).await.expect("read"), Some(other));
}

/// Compares the list of tables with the columns of a back end's schema, by pairs of table and column. `stored` gives the
/// columns that a back end has in the place of a listed one.
///
/// # Panics
/// If a table with rows of tenants, or a column of one, is neither moved nor among those that are not.
pub fn compare_with_schema(
    schema: &[(String, String)],
    stored: impl Fn(&str, &str) -> Option<&'static str>,
) {
    let of_tenants = |table: &str| {
        let mut columns = schema.iter();
        columns.any(|(name, column)| name == table && column == "tenant")
    };
    for (name, column) in schema.iter().filter(|(table, _)| of_tenants(table)) {
        if column == "tenant" || NOT_MOVED.iter().any(|(table, _)| table == name) {
            continue;
        }
        let table = TABLES.iter().find(|table| table.name == name);
        let table = table.unwrap_or_else(|| {
            panic!("{name} has rows of tenants: add it to storage/src/moving, moved or with a reason why not")
        });
        let is_moved = table
            .columns
            .iter()
            .any(|one| stored(name, one.name).unwrap_or(one.name) == column);
        let mut left_out = LEFT_OUT.iter();
        let is_left_out = left_out.any(|(table, one, _)| table == name && one == column);
        assert!(
            is_moved != is_left_out,
            "{name}.{column}: add it to storage/src/moving, moved or with a reason why not"
        );
    }
    for table in TABLES {
        for column in table.columns {
            let column = stored(table.name, column.name).unwrap_or(column.name);
            let is_there = schema
                .iter()
                .any(|(name, one)| name == table.name && one == column);
            assert!(is_there, "{}.{column} is not in the schema", table.name);
        }
    }
}
