//! Looks again for who has the address of a delivery. The address book and the suppression list may have it in another form than
//! the delivery: in the open, or sealed with another key.

use std::sync::LazyLock;

use campanile_domain::{Channel, LostAddress, NotificationType, UserId, is_of_user};
use campanile_storage::StorageError;
use campanile_storage::channel_lists::OF_DEVICES;
use sqlx::sqlite::SqliteRow;
use sqlx::{Executor, Sqlite};

use crate::addresses::list;
use crate::error::storage_error;
use crate::keys::Opening;
use crate::rows::{HOLDER_COLUMNS, get};

/// A delivery as it is known by now.
pub(crate) struct Asked<'a> {
    pub(crate) user: &'a UserId,
    pub(crate) notification_type: &'a NotificationType,
    pub(crate) channel: Channel,
    /// In the open.
    pub(crate) address: &'a str,
}

/// What was found of it.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) lost: Option<LostAddress>,
    /// Platform and locale.
    pub(crate) device: Option<String>,
}

static FOUND: LazyLock<String> = LazyLock::new(|| {
    [
        "SELECT d.is_listed_only, CASE WHEN d.channel IN (",
        OF_DEVICES.as_str(),
        ") THEN (SELECT v.platform || coalesce(' ' || v.locale, '') FROM devices v ",
        "WHERE v.tenant = d.tenant AND v.kind = substr(d.address, 1, instr(d.address, ':') - 1) ",
        "AND v.value = substr(d.address, instr(d.address, ':') + 1)) END AS device, ",
        HOLDER_COLUMNS.as_str(),
        " FROM (SELECT ?1 AS tenant, ?2 AS channel, f.value AS address, false AS is_listed_only FROM json_each(?3) f \
         UNION ALL SELECT ?1, ?2, f.value, true FROM json_each(?4) f) d, \
         (SELECT ?5 AS user_id, ?6 AS notification_type) n",
    ]
    .concat()
});

/// Whether the delivery of a row with [`HOLDER_COLUMNS`] is lost, and the device where that had to be looked up again.
pub(crate) async fn of<'c>(
    database: impl Executor<'c, Database = Sqlite>,
    opening: &Opening<'_>,
    row: &SqliteRow,
    asked: &Asked<'_>,
) -> Result<Found, StorageError> {
    let (channel, address) = (asked.channel, asked.address);
    let holder: Option<&str> = get(row, "holder")?;
    let unsettled = match holder {
        None => true,
        Some("") => false,
        Some(_) => get(row, "has_list")?,
    };
    if !(opening.ring.has_master() && unsettled && is_of_user(channel, address)) {
        return Ok(Found {
            lost: LostAddress::of((channel, address), asked.user, holder),
            device: None,
        });
    }
    let own = opening.forms_of(channel, address)?;
    // A mailbox is on the list in lower case.
    let mut listed = opening.listed_forms_of(channel, address)?;
    listed.retain(|form| !own.contains(form));
    let rows = sqlx::query(&FOUND)
        .bind(opening.tenant.as_str())
        .bind(channel.name())
        .bind(list(&own))
        .bind(list(&listed))
        .bind(asked.user.as_str())
        .bind(asked.notification_type.as_str())
        .fetch_all(database)
        .await
        .map_err(storage_error)?;
    let (mut device, mut holder) = (None, None);
    for row in &rows {
        let (is_listed_only, one): (bool, Option<&str>) =
            (get(row, "is_listed_only")?, get(row, "holder")?);
        device = device.or(get::<Option<&str>>(row, "device")?);
        // That one form is on the list outweighs who has another.
        if one == Some("") || !is_listed_only && holder.is_none() {
            holder = one;
        }
    }
    Ok(Found {
        lost: LostAddress::of((channel, address), asked.user, holder),
        device: device.map(str::to_owned),
    })
}
