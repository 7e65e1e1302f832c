//! Addresses to which programs send in their own protocol: how they are created, listed and revoked, and what becomes of a
//! message or a report that comes to one.

mod close;
mod create;
mod report;
mod request_body;
mod take;

use campanile_domain::{Act, AuditAction, IngestId, TenantId};
use campanile_pipeline::{AuditEntry, Audited, IngestLook, revoke_ingest_address};
use campanile_storage::{Storage, StorageError};
use chrono::SubsecRound;

pub use create::{IngestCreated, IngestError, create, secret_of};
pub use request_body::{IngestBody, MappingBody, NewIngest, read_ingest};
pub use take::{IngestTaker, TakeError, Taken};

/// Revokes an address: within 5 s its key is refused everywhere. `false`: the tenant has none of this id in use.
///
/// # Errors
/// [`StorageError`].
pub async fn revoke(
    storage: &dyn Storage,
    tenant: &TenantId,
    id: IngestId,
    act: &Act,
) -> Result<bool, StorageError> {
    let entry = AuditEntry::new(tenant, act, AuditAction::IngestRevoke, target(id));
    let audited = Audited::new(storage, entry.looking(IngestLook(id)));
    revoke_ingest_address(&audited, tenant, id, act.at.trunc_subsecs(6)).await
}

/// What the audit log calls an address.
fn target(id: IngestId) -> String {
    format!("ingest/{id}")
}
