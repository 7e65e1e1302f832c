//! Looks again for who has the address of a delivery. The address book and the suppression list may have it in another form than
//! the delivery: in the open, or sealed with another key.

use std::collections::HashMap;
use std::sync::LazyLock;

use campanile_domain::{
    AddressHolder, Channel, LostAddress, NotificationType, TenantId, UserId, forms_to_look_for,
    is_of_user,
};
use campanile_sealing::KeyRing;
use campanile_storage::channel_lists::OF_DEVICES;
use sqlx::{PgConnection, Row};

use crate::addresses::{forms_of, listed_forms_of};
use crate::error::Fault;
use crate::rows::{HOLDER_COLUMNS, Holder, delivery_with_device};

/// A delivery as it is known by now.
pub(crate) struct Doubtful<'a> {
    pub(crate) tenant: &'a TenantId,
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
    pub(crate) fn lost(&self, of: &Doubtful<'_>) -> Option<LostAddress> {
        self.holder.lost((of.channel, of.address), of.user)
    }
}

/// Whether an address may have more than one form, and those that were not looked for would tell more.
pub(crate) fn is_doubtful(
    keys: &KeyRing,
    (channel, address): (Channel, &str),
    holder: &Holder<'_>,
) -> bool {
    let unsettled = AddressHolder::is_unsettled(holder.name, holder.has_list);
    keys.has_master() && unsettled && is_of_user(channel, address)
}

static FOUND: LazyLock<String> = LazyLock::new(|| {
    [
        "SELECT d.place, d.is_listed_only, CASE WHEN d.channel IN (",
        OF_DEVICES.as_str(),
        ") THEN ( \
         SELECT v.platform || coalesce(' ' || v.locale, '') FROM devices v \
         WHERE v.tenant = d.tenant AND v.kind = d.device_kind AND v.value = d.device_value) END, ",
        HOLDER_COLUMNS.as_str(),
        concat!(
            " FROM (SELECT ",
            delivery_with_device!(),
            " FROM UNNEST($1::integer[], $2::boolean[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
          AS d (place, is_listed_only, tenant, user_id, notification_type, channel, address) OFFSET 0) d
      CROSS JOIN LATERAL (SELECT d.notification_type) n"
        ),
    ]
    .concat()
});

/// By the place of each among those that are asked for.
pub(crate) async fn find(
    connection: &mut PgConnection,
    keys: &KeyRing,
    doubtful: &[Doubtful<'_>],
) -> Result<HashMap<usize, Found>, Fault> {
    if doubtful.is_empty() {
        return Ok(HashMap::new());
    }
    let (mut places, mut listed_only, mut addresses) = (Vec::new(), Vec::new(), Vec::new());
    for (place, one) in doubtful.iter().enumerate() {
        let own = forms_of(keys, one.tenant, one.channel, one.address)?;
        let listed = listed_forms_of(keys, one.tenant, one.channel, one.address)?;
        for (is_listed_only, form) in forms_to_look_for(own, listed) {
            places.push(place);
            listed_only.push(is_listed_only);
            addresses.push(form);
        }
    }
    let column = |of: for<'a> fn(&'a Doubtful<'_>) -> &'a str| {
        let all = places.iter().map(|place| of(&doubtful[*place]));
        all.collect::<Vec<_>>()
    };
    let place = |place: &usize| i32::try_from(*place).unwrap_or(i32::MAX);
    let rows = sqlx::query(&FOUND)
        .bind(places.iter().map(place).collect::<Vec<_>>())
        .bind(&listed_only)
        .bind(column(|one| one.tenant.as_str()))
        .bind(column(|one| one.user.as_str()))
        .bind(column(|one| one.notification_type.as_str()))
        .bind(column(|one| one.channel.name()))
        .bind(&addresses)
        .fetch_all(connection)
        .await?;
    let mut all: HashMap<usize, Found> = HashMap::new();
    for row in &rows {
        let place = usize::try_from(row.try_get::<i32, _>(0)?).unwrap_or(0);
        let found = all.entry(place).or_default();
        found.device = found.device.take().or(row.try_get(2)?);
        found.holder.note(row.try_get(1)?, row.try_get(3)?);
    }
    Ok(all)
}
