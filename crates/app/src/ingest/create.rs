//! A new address and its key, which is shown once.

use campanile_domain::{Act, AuditAction, IngestAddress, IngestId, IngestKey, Random, TenantId};
use campanile_fields::{FieldCode, FieldError, FieldErrors};
use campanile_pipeline::{AuditEntry, Audited, CreateIngest, IngestLook, create_ingest_address};
use campanile_providers::{ProviderError, ProviderService};
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, SubsecRound, Utc};
use secrecy::SecretString;

use super::{NewIngest, target};

/// A new address with what is shown once.
#[derive(Debug)]
pub struct IngestCreated {
    /// The address.
    pub address: IngestAddress,
    /// Its key.
    pub key: IngestKey,
    /// The secret that signs its calls, if they must be signed.
    pub secret: Option<SecretString>,
}

/// Why an address was not created.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The tenant has as many as it may have.
    #[error("{}", .0.iter().map(|e| e.detail.as_str()).collect::<Vec<_>>().join("; "))]
    Fields(FieldErrors),
    /// The secret cannot be encrypted.
    #[error(transparent)]
    Secret(#[from] ProviderError),
    /// The database does not answer, or refuses.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Creates an address.
///
/// # Errors
/// [`IngestError`]; nothing is stored.
pub async fn create(
    storage: &dyn Storage,
    secrets: &ProviderService,
    random: &Random,
    tenant: &TenantId,
    new: NewIngest,
    act: &Act,
) -> Result<IngestCreated, IngestError> {
    let now = act.at.trunc_subsecs(6);
    let id = IngestId::new(now, random);
    let secret = new
        .signed
        .then(|| campanile_ingest::webhook::new_secret(random));
    let sealed = match &secret {
        Some(secret) => Some(secrets.seal(tenant, &purpose(id), secret, now).await?),
        None => None,
    };
    let key = IngestKey::generate(new.kind, tenant, random);
    let address = IngestAddress {
        id,
        tenant: tenant.clone(),
        kind: new.kind,
        name: new.name,
        target: new.target,
        settings: new.settings,
        sealed,
        created_at: now,
        revoked_at: None,
    };
    let entry = AuditEntry::new(tenant, act, AuditAction::IngestCreate, target(id));
    let audited = Audited::new(storage, entry.looking(IngestLook(id)));
    match create_ingest_address(&audited, &address, key.digest()).await? {
        CreateIngest::Created => Ok(IngestCreated {
            address,
            key,
            secret,
        }),
        CreateIngest::TooMany => {
            let most = IngestAddress::MOST;
            let detail = format!("a tenant can have at most {most} ingest addresses in use");
            let many = FieldError::new("/kind", FieldCode::TooMany, detail);
            Err(IngestError::Fields(many.into()))
        }
    }
}

/// The secret that signs the calls of an address, if they must be signed.
///
/// # Errors
/// [`ProviderError`].
pub async fn secret_of(
    secrets: &ProviderService,
    address: &IngestAddress,
    now: DateTime<Utc>,
) -> Result<Option<SecretString>, ProviderError> {
    let Some(sealed) = &address.sealed else {
        return Ok(None);
    };
    let purpose = purpose(address.id);
    let opened = secrets.open(&address.tenant, &purpose, sealed, now);
    opened.await.map(Some)
}

/// A secret moved to another address is no secret of that address.
fn purpose(id: IngestId) -> String {
    format!("ingest/{id}")
}
