//! Whether a tenant's rows are what was written, all of them and in their order.

use std::str::FromStr;

use campanile_domain::{AuditHash, AuditHead, AuditId, ChainCheck, ChainFault, TenantId};
use campanile_storage::{Storage, StorageError};
use uuid::Uuid;

/// Rows that are read at once.
const PAGE: u32 = 500;
/// How often a check begins again because retention removed rows meanwhile.
const TRIES: u32 = 3;

/// A row whose number and hash were noted elsewhere, such as the end of an earlier check. Who can write to the database can
/// make a whole chain anew; a row that was noted elsewhere shows that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownRow {
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: AuditHash,
}

impl FromStr for KnownRow {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "expected the number and the hash of a row, such as 7:<64 hexadecimal digits>";
        let (seq, hash) = text.split_once(':').ok_or(wrong)?;
        let seq = seq.parse().map_err(|_| wrong)?;
        let hash = AuditHash::parse(hash).ok_or(wrong)?;
        Ok(Self { seq, hash })
    }
}

/// Rows at the beginning of a chain that are not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemovedRows {
    /// The number of the last of them.
    pub last: u64,
    /// The number of the row in which retention recorded that; `None` if an earlier version removed them, which recorded nothing.
    pub recorded_by: Option<u64>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many rows there are.
    pub rows: u64,
    /// The number of the last row; 0 if there is none.
    pub last: u64,
    /// Its hash.
    pub hash: AuditHash,
    /// What does not fit, oldest first.
    pub faults: Vec<ChainFault>,
    /// What retention has removed.
    pub removed: Option<RemovedRows>,
    /// Whether the row that was noted elsewhere is there as it was; `None` if retention has removed it, or none was given.
    pub has_known: Option<bool>,
}

impl Verified {
    /// Whether everything fits.
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty() && self.has_known != Some(false)
    }
}

/// Reads a tenant's whole chain; calls `progress` with the number of rows so far. Rows that are added meanwhile are read
/// too.
///
/// # Errors
/// [`StorageError`].
pub async fn verify(
    storage: &dyn Storage,
    tenant: &TenantId,
    known: Option<KnownRow>,
    mut progress: impl FnMut(u64),
) -> Result<Verified, StorageError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let head = storage.audit_head(tenant).await?;
        let found = read(storage, tenant, head.clone(), known, &mut progress).await?;
        if found.is_whole() || tries == TRIES {
            return Ok(found);
        }
        // Rows that retention removed after the head was read are not missing.
        if storage.audit_head(tenant).await?.anchor_seq == head.anchor_seq {
            return Ok(found);
        }
    }
}

async fn read(
    storage: &dyn Storage,
    tenant: &TenantId,
    head: AuditHead,
    known: Option<KnownRow>,
    progress: &mut impl FnMut(u64),
) -> Result<Verified, StorageError> {
    let anchor = (head.anchor_seq, head.anchor_hash);
    let mut has_known = known.map(|known| (known.seq, known.hash) == anchor);
    if known.is_some_and(|known| known.seq < anchor.0) {
        has_known = None;
    }
    let mut check = ChainCheck::new(tenant.clone(), head);
    let (mut after, mut count) = (AuditId(Uuid::nil()), 0);
    loop {
        let rows = storage.audit_rows_after(tenant, after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in &rows {
            check.row(row);
            if known
                == Some(KnownRow {
                    seq: row.seq,
                    hash: row.hash,
                })
            {
                has_known = Some(true);
            }
        }
        count += rows.len() as u64;
        progress(count);
    }
    let end = check.finish();
    let removed = RemovedRows {
        last: anchor.0,
        recorded_by: end.removal_recorded_by,
    };
    Ok(Verified {
        rows: end.rows,
        last: end.last,
        hash: end.hash,
        faults: end.faults,
        removed: (anchor.0 > 0).then_some(removed),
        has_known,
    })
}
