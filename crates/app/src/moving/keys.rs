//! The keys among the rows: data keys are unwrapped for the file, and wrapped with the target's master key.

use campanile_domain::TenantId;
use campanile_sealing::{MasterKey, SealError};
use campanile_storage::{MovedBatch, MovedKind, MovedRow, MovedValue};
use secrecy::{ExposeSecret, SecretSlice};

use super::MoveError;

/// The master key of the installation in hand, if it has one.
#[derive(Clone, Copy)]
pub struct MoveKeys<'k>(pub Option<&'k MasterKey>);

impl MoveKeys<'_> {
    /// As the file has them.
    pub(super) fn unwrap(self, tenant: &TenantId, batch: &mut MovedBatch) -> Result<(), MoveError> {
        self.each(batch, |master, wrapped| {
            let key = master.unwrap_bytes(tenant, wrapped)?;
            Ok(key.expose_secret().to_vec())
        })
    }

    /// As the target stores them.
    pub(super) fn wrap(self, tenant: &TenantId, batch: &mut MovedBatch) -> Result<(), MoveError> {
        self.each(batch, |master, key| {
            master.wrap(tenant, &SecretSlice::from(key.to_vec()))
        })
    }

    fn each(
        self,
        batch: &mut MovedBatch,
        change: impl Fn(&MasterKey, &[u8]) -> Result<Vec<u8>, SealError>,
    ) -> Result<(), MoveError> {
        for (at, column) in batch.table.columns.iter().enumerate() {
            if column.kind != MovedKind::WrappedKey {
                continue;
            }
            let rows = batch.rows.iter_mut();
            for value in rows.map(|row: &mut MovedRow| &mut row[at]) {
                let MovedValue::Bytes(bytes) = value else {
                    continue;
                };
                let master = self.0.ok_or(MoveError::NoMasterKey)?;
                *bytes = change(master, bytes).map_err(|error| match error {
                    SealError::NoRandomness => MoveError::NoRandomness,
                    SealError::AnotherKey | SealError::Broken => MoveError::OtherMasterKey,
                })?;
            }
        }
        Ok(())
    }
}
