//! How far the rotation of the master key is.

use campanile_domain::{MasterKeyRotation, TenantId};
use campanile_pipeline::master_key_rotation;
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The master key of this server, and how far its rotation is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MasterKey)]
pub(super) struct MasterKeyBody {
    /// Whether this server has a master key.
    configured: bool,
    /// Whether this server has the previous master key as well.
    previous_configured: bool,
    /// The rotation that runs, or the last one.
    #[schema(required)]
    rotation: Option<RotationBody>,
}

/// The encryption of all data keys with the current master key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MasterKeyRotation)]
struct RotationBody {
    /// Number of data keys that the present walk over them, or the last one, has looked at.
    #[schema(example = 120)]
    keys_seen: u64,
    /// Number of data keys that were encrypted with another master key and are encrypted with the current one.
    #[schema(example = 120)]
    reencrypted: u64,
    /// Number of data keys that none of the master keys decrypts.
    unreadable: u64,
    /// When it was requested.
    started_at: DateTime<Utc>,
    /// When it last made progress.
    updated_at: DateTime<Utc>,
    /// When it ended.
    #[schema(required)]
    ended_at: Option<DateTime<Utc>>,
}

impl MasterKeyBody {
    /// As it stands now.
    pub(super) async fn of(storage: &dyn Storage, home: &TenantId) -> Result<Self, StorageError> {
        let rotation = master_key_rotation(storage, home).await?;
        let sealing = storage.sealing();
        Ok(Self {
            configured: sealing.has_master_key,
            previous_configured: sealing.has_previous,
            rotation: rotation.map(RotationBody::from),
        })
    }
}

impl From<MasterKeyRotation> for RotationBody {
    fn from(one: MasterKeyRotation) -> Self {
        Self {
            keys_seen: one.looked_at,
            reencrypted: one.rewrapped,
            unreadable: one.unreadable,
            started_at: one.started_at,
            updated_at: one.updated_at,
            ended_at: one.ended_at,
        }
    }
}
