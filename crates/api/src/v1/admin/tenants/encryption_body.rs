//! The data keys of a tenant as they are shown, and how far a rotation is.

use campanile_app::encryption::EncryptionError;
use campanile_domain::{KeyRotation, TenantId};
use campanile_pipeline::data_key_state;
use campanile_storage::{DataKeyFacts, SealedPlace, Storage, StorageError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemCode};

/// How what is stored of a tenant is encrypted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TenantEncryption)]
pub(super) struct EncryptionBody {
    /// The tenant.
    #[schema(value_type = String, example = "acme")]
    tenant: TenantId,
    /// Whether this server encrypts the texts that it stores.
    encrypts_texts: bool,
    /// When the tenant's data key was made; `null` if it has none.
    #[schema(required)]
    key_created_at: Option<DateTime<Utc>>,
    /// Number of former data keys, which still decrypt what they have encrypted.
    #[schema(example = 1)]
    former_keys: u64,
    /// The rotation that runs, or the last one.
    #[schema(required)]
    rotation: Option<RotationBody>,
}

/// The encryption of what is stored with the current data key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyRotation)]
struct RotationBody {
    /// `rotate`: the tenant got a new data key. `encrypt`: only what was stored without encryption is encrypted.
    #[schema(example = "rotate")]
    kind: &'static str,
    /// `encrypting`: a pass looks at all rows; `waiting`: the next pass begins once no process uses a former key; `done`.
    #[schema(example = "encrypting")]
    stage: &'static str,
    /// The number of the pass, from 1. A former key is removed after a pass that finds nothing of it.
    #[schema(example = 1)]
    pass: u32,
    /// How much of the pass is done, from 0 to 1.
    #[schema(example = 0.42)]
    progress: f64,
    /// The table that is looked at.
    #[schema(example = "notifications")]
    table: String,
    /// Number of rows that the pass has looked at.
    rows_seen: u64,
    /// Number of rows that a former key had encrypted and that are encrypted with the current one.
    reencrypted: u64,
    /// Number of rows that were stored without encryption and are encrypted.
    encrypted: u64,
    /// Number of rows that no key of the tenant decrypts.
    unreadable: u64,
    /// When it was requested.
    started_at: DateTime<Utc>,
    /// When it last made progress.
    updated_at: DateTime<Utc>,
    /// When the next step is due.
    next_step_at: DateTime<Utc>,
    /// When it ended.
    #[schema(required)]
    ended_at: Option<DateTime<Utc>>,
}

impl EncryptionBody {
    /// As it stands now.
    pub(super) async fn of(storage: &dyn Storage, tenant: TenantId) -> Result<Self, StorageError> {
        let (keys, rotation) = data_key_state(storage, &tenant).await?;
        let DataKeyFacts { made_at, former } = keys;
        Ok(Self {
            tenant,
            encrypts_texts: storage.sealing().seals_texts,
            key_created_at: made_at,
            former_keys: former,
            rotation: rotation.map(RotationBody::from),
        })
    }
}

impl From<KeyRotation> for RotationBody {
    fn from(one: KeyRotation) -> Self {
        Self {
            kind: match one.rotated_at {
                Some(_) => "rotate",
                None => "encrypt",
            },
            stage: one.stage().name(),
            pass: one.pass,
            progress: one.progress(SealedPlace::of_table(&one.place).span()),
            rows_seen: one.counts.looked_at,
            reencrypted: one.counts.resealed,
            encrypted: one.counts.sealed,
            unreadable: one.counts.unreadable,
            started_at: one.started_at,
            updated_at: one.updated_at,
            next_step_at: one.due_at,
            ended_at: one.ended_at,
            table: one.place,
        }
    }
}

impl From<EncryptionError> for Problem {
    fn from(error: EncryptionError) -> Self {
        let detail = error.to_string();
        match error {
            EncryptionError::NoMasterKey
            | EncryptionError::NoPrevious
            | EncryptionError::TextsInTheOpen => Self::new(ProblemCode::NotConfigured, detail),
            EncryptionError::NoKey => Self::new(ProblemCode::NoDataKey, detail),
            EncryptionError::BeingImported => Self::new(ProblemCode::TenantBeingImported, detail),
            EncryptionError::Running => Self::new(ProblemCode::EncryptionRunning, detail),
            EncryptionError::Storage(error) => error.into(),
        }
    }
}
