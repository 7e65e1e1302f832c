//! How a delivery stands that was loaded a while ago.

use std::sync::LazyLock;

use campanile_domain::{DeliveryId, LostAddress, NotificationId, TenantId, UserId};
use campanile_storage::Standing;
use sqlx::PgConnection;

use crate::error::Fault;
use crate::rows::{HOLDER_COLUMN, Reader, delivery_with_device, withdrawal_columns};

static STANDING: LazyLock<String> = LazyLock::new(|| {
    [
        "SELECT d.channel, d.address, d.user_id, ",
        HOLDER_COLUMN.as_str(),
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
    tenant: &TenantId,
    notification: NotificationId,
    delivery: DeliveryId,
) -> Result<Option<Standing>, Fault> {
    let row = sqlx::query(&STANDING)
        .bind(tenant.as_str())
        .bind(notification.0)
        .bind(delivery.0)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut reader = Reader::new(&row, "deliveries");
    let channel = reader.channel()?;
    let address: &str = reader.next("address")?;
    let user = reader.parse("user_id", UserId::parse)?;
    let holder: Option<&str> = reader.next("address")?;
    Ok(Some(Standing {
        lost_address: LostAddress::of((channel, address), &user, holder),
        withdrawn: reader.withdrawal()?,
    }))
}
