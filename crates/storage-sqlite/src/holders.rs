//! Looks again for who has the address of a delivery. The address book and the suppression list may have it in another form than
//! the delivery: in the open, or sealed with another key.

use std::sync::LazyLock;

use campanile_domain::{
    AddressHolder, Channel, LostAddress, NotificationType, UserId, forms_to_look_for, is_of_user,
};
use campanile_storage::StorageError;
use campanile_storage::channel_lists::OF_DEVICES;
use sqlx::sqlite::SqliteRow;
use sqlx::{Executor, Sqlite};

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
    holder: AddressHolder,
    /// Platform and locale.
    pub(crate) device: Option<String>,
}

impl Found {
    pub(crate) fn lost(&self, of: &Asked<'_>) -> Option<LostAddress> {
        self.holder.lost((of.channel, of.address), of.user)
    }
}

/// What the form that the delivery has says of its address.
pub(crate) struct Holder<'r> {
    pub(crate) name: Option<&'r str>,
    /// Other forms would tell more.
    pub(crate) is_doubtful: bool,
}

/// That of a row with [`HOLDER_COLUMNS`].
pub(crate) fn own<'r>(
    opening: &Opening<'_>,
    row: &'r SqliteRow,
    (channel, address): (Channel, &str),
) -> Result<Holder<'r>, StorageError> {
    let name: Option<&str> = get(row, "holder")?;
    // Null where nothing has the address.
    let has_list = get::<Option<bool>>(row, "has_list")?.unwrap_or(false);
    let is_doubtful = opening.ring.has_master()
        && AddressHolder::is_unsettled(name, has_list)
        && is_of_user(channel, address);
    Ok(Holder { name, is_doubtful })
}

/// Each form has its number, by which the columns find what is asked of it.
static FOUND: LazyLock<String> = LazyLock::new(|| {
    [
        "WITH asked AS MATERIALIZED (SELECT f.key AS number, \
         json_extract(f.value, '$.place') AS place, json_extract(f.value, '$.is_listed_only') AS is_listed_only, \
         ?1 AS tenant, json_extract(f.value, '$.channel') AS channel, json_extract(f.value, '$.form') AS address, \
         json_extract(f.value, '$.user') AS user_id, json_extract(f.value, '$.type') AS notification_type \
         FROM json_each(?2) f) \
         SELECT d.place, d.is_listed_only, CASE WHEN d.channel IN (",
        OF_DEVICES.as_str(),
        ") THEN (SELECT v.platform || coalesce(' ' || v.locale, '') FROM devices v ",
        "WHERE v.tenant = d.tenant AND v.kind = substr(d.address, 1, instr(d.address, ':') - 1) ",
        "AND v.value = substr(d.address, instr(d.address, ':') + 1)) END AS device, ",
        HOLDER_COLUMNS.as_str(),
        " FROM asked d JOIN asked n ON n.number = d.number",
    ]
    .concat()
});

/// What is found of each, in one statement for all.
pub(crate) async fn find<'c>(
    database: impl Executor<'c, Database = Sqlite>,
    opening: &Opening<'_>,
    asked: &[Asked<'_>],
) -> Result<Vec<Found>, StorageError> {
    let mut all: Vec<Found> = asked.iter().map(|_| Found::default()).collect();
    let mut forms = Vec::new();
    for (place, one) in asked.iter().enumerate() {
        let own = opening.forms_of(one.channel, one.address)?;
        let listed = opening.listed_forms_of(one.channel, one.address)?;
        for (is_listed_only, form) in forms_to_look_for(own, listed) {
            forms.push(serde_json::json!({
                "place": place, "is_listed_only": is_listed_only, "channel": one.channel.name(), "form": form,
                "user": one.user.as_str(), "type": one.notification_type.as_str(),
            }));
        }
    }
    if forms.is_empty() {
        return Ok(all);
    }
    let rows = sqlx::query(&FOUND)
        .bind(opening.tenant.as_str())
        .bind(serde_json::Value::from(forms).to_string())
        .fetch_all(database)
        .await
        .map_err(storage_error)?;
    for row in &rows {
        let place = usize::try_from(get::<i64>(row, "place")?).unwrap_or(usize::MAX);
        let Some(found) = all.get_mut(place) else {
            continue;
        };
        let device = get::<Option<&str>>(row, "device")?;
        found.device = found.device.take().or(device.map(str::to_owned));
        let is_listed_only = get(row, "is_listed_only")?;
        found.holder.note(is_listed_only, get(row, "holder")?);
    }
    Ok(all)
}
