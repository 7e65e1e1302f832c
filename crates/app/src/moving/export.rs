//! Writing a tenant to a file.

use std::collections::BTreeMap;
use std::io::Write;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_domain::{Act, AuditAction, TenantId};
use campanile_pipeline::{AuditEntry, record_act};
use campanile_sealing::FileKey;
use campanile_storage::{MovedBatch, Storage, StorageError, TABLES, TakeMoved};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use super::file::{FileWriter, Totals, rows_frame};
use super::{Head, MoveError, MoveKeys, RowSum, SHORTEST_PASSPHRASE, TableTotal};

/// For so long after the suspension some processes may take the tenant for active: they remember it for 5 s.
const KNOWN_AFTER: TimeDelta = TimeDelta::seconds(10);

/// What is to be exported, and how.
pub struct ExportRequest<'r> {
    /// The tenant.
    pub tenant: &'r TenantId,
    /// The passphrase of the file; none for a plain one.
    pub passphrase: Option<&'r SecretString>,
    /// The master key of this installation.
    pub keys: MoveKeys<'r>,
    /// Whether what is in the queue goes along, because no worker runs.
    pub with_queued: bool,
    /// The release that writes the file.
    pub release: &'r str,
    /// The name of the file.
    pub file: Uuid,
    /// Who does it.
    pub act: &'r Act,
}

/// Writes all rows of a suspended tenant, as they are at one moment. `progress` hears how many rows there are at first, and
/// then how many were written.
///
/// # Errors
/// [`MoveError`]; what was written so far is no complete file then.
pub async fn export(
    storage: &dyn Storage,
    request: &ExportRequest<'_>,
    out: &mut (dyn Write + Send),
    progress: &mut (dyn FnMut(ExportProgress) + Send),
) -> Result<Vec<TableTotal>, MoveError> {
    let rows = allow(storage, request).await?;
    progress(ExportProgress::Found(rows));
    let mut details = json!({"file": request.file, "encrypted": request.passphrase.is_some()});
    details["rows"] = rows.into();
    let target = format!("tenant/{}", request.tenant);
    let entry = AuditEntry::new(
        request.tenant,
        request.act,
        AuditAction::TenantExport,
        target,
    );
    record_act(storage, entry.with(details)).await?;

    let salt = match request.passphrase {
        Some(_) => Some(FileKey::new_salt().map_err(|_| MoveError::NoRandomness)?),
        None => None,
    };
    let key = request.passphrase.zip(salt.as_ref());
    let key = key.map(|(passphrase, salt)| FileKey::of_passphrase(passphrase, salt));
    let head = Head::new(
        request.tenant,
        request.file,
        request.release,
        salt.as_ref(),
        request.act.at,
    );
    let mut writing = Writing {
        file: FileWriter::begin(out, &head, key)?,
        request,
        sums: BTreeMap::new(),
        progress,
        failed: None,
    };
    let read = storage.read_moved(request.tenant, &mut writing).await;
    if let Some(failed) = writing.failed.take() {
        return Err(failed);
    }
    read?;
    writing.end()
}

/// What an export tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportProgress {
    /// So many rows are to be written.
    Found(u64),
    /// So many more were.
    Written(u64),
}

/// Whether the tenant may leave now; gives how many rows it has.
async fn allow(storage: &dyn Storage, request: &ExportRequest<'_>) -> Result<u64, MoveError> {
    if let Some(passphrase) = request.passphrase
        && passphrase.expose_secret().len() < SHORTEST_PASSPHRASE
    {
        return Err(MoveError::ShortPassphrase(SHORTEST_PASSPHRASE));
    }
    let name = request.tenant;
    let found = storage.tenant(name).await?;
    let found = found.ok_or_else(|| MoveError::NoTenant(name.clone()))?;
    if found.removing_since.is_some() {
        return Err(MoveError::InRemoval(name.clone()));
    }
    let suspended_at = found.suspended_at;
    let suspended_at = suspended_at.ok_or_else(|| MoveError::NotSuspended(name.clone()))?;
    known_everywhere(storage, name, suspended_at, request.act)?;
    let counts = storage.count_moved(name).await?;
    for (table, rows) in &counts {
        if *rows == 0 {
            continue;
        }
        if table.has_keys() && request.passphrase.is_none() {
            return Err(MoveError::KeysInPlain(table.name));
        }
        if table.name == "dispatch" && storage.is_shared() && !request.with_queued {
            return Err(MoveError::Queued(*rows));
        }
    }
    Ok(counts.iter().map(|(_, rows)| rows).sum())
}

/// Whether all processes have heard that the tenant is suspended.
pub(super) fn known_everywhere(
    storage: &dyn Storage,
    tenant: &TenantId,
    suspended_at: DateTime<Utc>,
    act: &Act,
) -> Result<(), MoveError> {
    let known_at = suspended_at + KNOWN_AFTER;
    if !storage.is_shared() || act.at >= known_at {
        return Ok(());
    }
    Err(MoveError::JustSuspended {
        tenant: tenant.clone(),
        seconds: (known_at - act.at).num_seconds() + 1,
    })
}

struct Writing<'w, 'r> {
    file: FileWriter<'w>,
    request: &'r ExportRequest<'r>,
    sums: BTreeMap<&'static str, (u64, RowSum)>,
    progress: &'r mut (dyn FnMut(ExportProgress) + Send),
    /// What is not the database's fault.
    failed: Option<MoveError>,
}

impl Writing<'_, '_> {
    fn write(&mut self, mut batch: MovedBatch) -> Result<(), MoveError> {
        let request = self.request;
        if batch.table.has_keys() && request.passphrase.is_none() {
            return Err(MoveError::KeysInPlain(batch.table.name));
        }
        request.keys.unwrap(request.tenant, &mut batch)?;
        let written = batch.rows.len() as u64;
        let (rows, sum) = self.sums.entry(batch.table.name).or_default();
        *rows += written;
        let frame = rows_frame(&batch, sum);
        self.file.frame(frame, false)?;
        (self.progress)(ExportProgress::Written(written));
        Ok(())
    }

    fn end(mut self) -> Result<Vec<TableTotal>, MoveError> {
        let tables = TABLES.iter().filter_map(|table| {
            let (rows, sum) = self.sums.get(table.name)?;
            Some(TableTotal {
                table: table.name.to_owned(),
                rows: *rows,
                sum: sum.shown(),
            })
        });
        let totals = Totals {
            totals: tables.collect(),
            sha256: STANDARD.encode(self.file.sha256()),
        };
        let last = serde_json::to_vec(&totals).expect("totals can be written");
        self.file.frame(last, true)?;
        Ok(totals.totals)
    }
}

#[async_trait]
impl TakeMoved for Writing<'_, '_> {
    async fn take(&mut self, batch: MovedBatch) -> Result<(), StorageError> {
        self.write(batch).map_err(|failed| {
            let text = failed.to_string();
            self.failed = Some(failed);
            StorageError::Unavailable(text)
        })
    }
}
