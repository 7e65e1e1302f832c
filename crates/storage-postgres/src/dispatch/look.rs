//! How a delivery stands that was loaded a while ago.

use std::sync::LazyLock;

use campanile_domain::{
    DeliveryId, LostAddress, NotificationId, NotificationType, TenantId, UserId,
};
use campanile_sealing::KeyRing;
use campanile_storage::Standing;
use sqlx::PgConnection;

use crate::error::Fault;
use crate::holders::{self, Doubtful, is_doubtful};
use crate::rows::{HOLDER_COLUMNS, Reader, delivery_with_device, withdrawal_columns};

static STANDING: LazyLock<String> = LazyLock::new(|| {
    [
        "SELECT d.channel, d.address, d.user_id, n.notification_type, ",
        HOLDER_COLUMNS.as_str(),
        concat!(
            ", ",
            withdrawal_columns!(),
            " FROM (
          SELECT ",
            delivery_with_device!(),
            " FROM deliveries d
          WHERE d.tenant = $1 AND d.notification_id = $2 AND d.id = $3
              AND d.state IN ('queued', 'deferred', 'retrying')
          OFFSET 0
      ) d
      CROSS JOIN LATERAL (
          SELECT * FROM notifications n
          WHERE n.tenant = d.tenant AND n.id >= $2 AND n.id <= $2
          ORDER BY n.id LIMIT 1
      ) n"
        ),
    ]
    .concat()
});

/// As `load.rs` reads it; nothing if the delivery is not open any more.
pub(super) async fn look_again(
    connection: &mut PgConnection,
    keys: &KeyRing,
    tenant: &TenantId,
    notification: NotificationId,
    delivery: DeliveryId,
) -> Result<Option<Standing>, Fault> {
    let row = sqlx::query(&STANDING)
        .bind(tenant.as_str())
        .bind(notification.0)
        .bind(delivery.0)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut reader = Reader::new(&row, "deliveries");
    let channel = reader.channel()?;
    let address = reader.address_of(keys, tenant, channel)?;
    let user = reader.parse("user_id", UserId::parse)?;
    let notification_type = reader.parse("notification_type", NotificationType::parse)?;
    let holder = reader.holder()?;
    let withdrawn = reader.withdrawal()?;
    let mut lost_address = LostAddress::of((channel, &address), &user, holder.name);
    if is_doubtful(keys, (channel, &address), &holder) {
        let asked = [Doubtful {
            tenant,
            user: &user,
            notification_type: &notification_type,
            channel,
            address: &address,
        }];
        let found = holders::find(connection, keys, &asked).await?;
        lost_address = found.get(&0).and_then(|found| found.lost(&asked[0]));
    }
    Ok(Some(Standing {
        withdrawn,
        lost_address,
    }))
}
