//! Storing the tenant of a file.

use std::io::BufRead;
use std::time::Duration;

use campanile_domain::{Act, AuditAction, Tenant, TenantId};
use campanile_pipeline::{AuditEntry, record_act};
use campanile_storage::{
    MovedBatch, MovedKind, MovedValue, Storage, StorageError, TABLES, TenantImport,
};
use secrecy::SecretString;
use serde_json::json;

use super::file::{FileReader, Frame};
use super::{Checked, MoveError, MoveKeys};
use crate::tenants::DEFAULT;

/// How often a frame is tried while the database is busy or away.
const TRIES: u32 = 10;
/// The pause between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// All rows are stored now.
    Whole,
    /// All rows had been stored by an earlier run.
    Already,
}

/// Stores what [`check`](super::check()) has read, from where an earlier run ended. The tenant stays suspended. `seen` hears
/// how many bytes of the file are stored.
///
/// # Errors
/// [`MoveError`]; what was stored so far stays, and the next run goes on from there.
pub async fn import(
    storage: &dyn Storage,
    checked: &Checked,
    input: &mut (dyn BufRead + Send),
    passphrase: Option<&SecretString>,
    keys: MoveKeys<'_>,
    act: &Act,
    seen: &mut (dyn FnMut(u64) + Send),
) -> Result<Imported, MoveError> {
    let tenant = &checked.head.tenant.0;
    let mut import = match begin(storage, checked, keys, act).await? {
        Some(import) if import.finished_at.is_some() => return Ok(Imported::Already),
        Some(import) => import,
        None => TenantImport {
            file: checked.head.file,
            frames: 0,
            started_at: act.at,
            finished_at: None,
        },
    };
    let mut reader = FileReader::open(input, passphrase)?;
    if reader.head.file != checked.head.file {
        return Err(MoveError::BadFile("it was replaced meanwhile".into()));
    }
    let mut number = 0;
    loop {
        let (text, is_last) = reader.frame()?;
        number += 1;
        if is_last {
            break;
        }
        if number > import.frames {
            let Frame::Rows(mut batch) = Frame::read(&text, false, |_, _| {})? else {
                return Err(MoveError::BadFile("its end is not at its end".into()));
            };
            if number == 1 {
                first(&batch)?;
            }
            keys.wrap(tenant, &mut batch)?;
            if number > 1 {
                goes_on(storage, tenant).await?;
            }
            import.frames = number;
            write(storage, tenant, &batch, &import).await?;
        }
        seen(reader.bytes);
    }
    let target = format!("tenant/{tenant}");
    let entry = AuditEntry::new(tenant, act, AuditAction::TenantImport, target);
    let details =
        json!({"file": import.file, "rows": checked.rows(), "release": checked.head.release});
    record_act(storage, entry.with(details)).await?;
    import.finished_at = Some(act.at);
    storage.put_import(tenant, &import).await?;
    Ok(Imported::Whole)
}

/// Whether this file may be imported here; gives how far an earlier run came.
async fn begin(
    storage: &dyn Storage,
    checked: &Checked,
    keys: MoveKeys<'_>,
    act: &Act,
) -> Result<Option<TenantImport>, MoveError> {
    let tenant = &checked.head.tenant.0;
    checked.head.check_tables()?;
    let wrapped = TABLES.iter().filter(|table| {
        let mut columns = table.columns.iter();
        columns.any(|column| column.kind == MovedKind::WrappedKey)
    });
    let wrapped: u64 = wrapped.map(|table| checked.rows_of(table.name)).sum();
    if wrapped > 0 && keys.0.is_none() {
        return Err(MoveError::NoMasterKey);
    }
    if let Some(import) = storage.import_of(tenant).await? {
        if import.file != checked.head.file {
            if tenant.as_str() != DEFAULT {
                return Err(MoveError::OtherFile(tenant.clone()));
            }
            // It cannot be deleted to give its import up, so the first frame of another file replaces what is stored.
            if import.finished_at.is_some() {
                return Err(MoveError::Complete(tenant.clone()));
            }
            goes_on(storage, tenant).await?;
            return Ok(None);
        }
        // It may have been deleted since the earlier run.
        match import.finished_at {
            None => goes_on(storage, tenant).await?,
            Some(_) => not_in_removal(storage, tenant).await.map(drop)?,
        }
        return Ok(Some(import));
    }
    is_empty(storage, tenant, act).await?;
    Ok(None)
}

/// A tenant that is being imported may be deleted at any time. Its removal takes longer than a frame, so nothing is stored
/// after its end.
async fn goes_on(storage: &dyn Storage, tenant: &TenantId) -> Result<(), MoveError> {
    match not_in_removal(storage, tenant).await? {
        None => Err(MoveError::NoTenant(tenant.clone())),
        Some(found) if found.suspended_at.is_none() => Err(MoveError::NotSuspended(tenant.clone())),
        Some(_) => Ok(()),
    }
}

async fn not_in_removal(
    storage: &dyn Storage,
    tenant: &TenantId,
) -> Result<Option<Tenant>, MoveError> {
    match storage.tenant(tenant).await? {
        Some(found) if found.removing_since.is_some() => Err(MoveError::InRemoval(tenant.clone())),
        found => Ok(found),
    }
}

/// The tenant may be there, as `default` is in every installation, but neither in use nor with rows.
async fn is_empty(storage: &dyn Storage, tenant: &TenantId, act: &Act) -> Result<(), MoveError> {
    let Some(found) = not_in_removal(storage, tenant).await? else {
        return Ok(());
    };
    let suspended_at = found.suspended_at;
    let suspended_at = suspended_at.ok_or_else(|| MoveError::NotSuspended(tenant.clone()))?;
    super::export::known_everywhere(storage, tenant, suspended_at, act)?;
    for (table, rows) in storage.count_moved(tenant).await? {
        if rows > 0 && !table.replaces {
            return Err(MoveError::HasRows {
                tenant: tenant.clone(),
                table: table.name,
                rows,
            });
        }
    }
    Ok(())
}

/// The first frame is the tenant, and suspended: nothing of it is delivered before it is whole.
fn first(batch: &MovedBatch) -> Result<(), MoveError> {
    let is_set = |name: &str| {
        let at = batch.table.column(name);
        at.zip(batch.rows.first())
            .is_some_and(|(at, row)| row[at] != MovedValue::Null)
    };
    match is_set("suspended_at") && !is_set("removing_since") {
        true => Ok(()),
        false => Err(MoveError::BadFile("its tenant is not suspended".into())),
    }
}

/// Stores a frame; tries again while the database is busy or away. A commit whose outcome is unknown is looked up.
async fn write(
    storage: &dyn Storage,
    tenant: &TenantId,
    batch: &MovedBatch,
    import: &TenantImport,
) -> Result<(), MoveError> {
    let mut tries = 0;
    loop {
        let error = match storage.write_moved(tenant, batch, import).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        tries += 1;
        let passes = matches!(
            error,
            StorageError::Away(_) | StorageError::Unavailable(_) | StorageError::CommitUnknown(_)
        );
        if !passes || tries >= TRIES {
            return Err(error.into());
        }
        tracing::warn!(%error, "a frame was not stored; it is tried again");
        tokio::time::sleep(PAUSE).await;
        if matches!(error, StorageError::CommitUnknown(_))
            && storage
                .import_of(tenant)
                .await?
                .is_some_and(|stored| stored.file == import.file && stored.frames >= import.frames)
        {
            return Ok(());
        }
    }
}
