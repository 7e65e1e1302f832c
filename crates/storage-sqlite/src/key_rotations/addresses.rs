//! Addresses get the form of the current key.

use campanile_domain::{Channel, TenantId};
use campanile_storage::{AddressColumn, Holds, ResealedAddress, SealedPlace, StorageError};
use sqlx::SqliteConnection;

use super::reseal::bind;
use crate::address_book::device_in_form;
use crate::error::storage_error;
use crate::suppressions::take_form;

pub(super) async fn replace(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    place: &SealedPlace,
    rows: &[ResealedAddress],
) -> Result<u64, StorageError> {
    let statement = place.replace_statement();
    let mut replaced = 0;
    for row in rows {
        replaced += match place.holds {
            Holds::Blob { .. } => 0,
            Holds::Address(AddressColumn::Listed) => {
                // A channel that this release does not know is passed over before.
                let Ok(channel) = Channel::stored(&row.beside) else {
                    continue;
                };
                let old = [row.old.clone()];
                take_form(connection, (tenant, channel), &old, &row.new).await?
            }
            Holds::Address(AddressColumn::OfDevice) => {
                let forms = [row.old.clone(), row.new.clone()];
                device_in_form(connection, (tenant, &row.beside), &row.new, &forms).await?;
                1
            }
            Holds::Address(
                AddressColumn::Mailbox | AddressColumn::OfUser | AddressColumn::OfDelivery,
            ) => {
                let mut query = sqlx::query(&statement)
                    .bind(tenant.as_str())
                    .bind(&row.new)
                    .bind(&row.old);
                for value in &row.key {
                    query = bind(query, value);
                }
                let done = query.execute(&mut *connection).await;
                done.map_err(storage_error)?.rows_affected()
            }
        };
    }
    Ok(replaced)
}
