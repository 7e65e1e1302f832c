//! The due deliveries that are still open, and what becomes of those that do not leave.

use std::borrow::Cow;
use std::sync::LazyLock;

use campanile_domain::{Channel, Deferral, LostAddress, NotificationType, UserId};
use campanile_sealing::{KeyRing, SealError};
use campanile_storage::{Due, DueFacts, OpenDue, SettledDue, StorageError, deferral_json};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::deferred::deferrals_with;
use crate::error::{storage_error, undecodable};
use crate::holders::{self, Asked};
use crate::keys::{self, Opening};
use crate::rows::{HOLDER_COLUMNS, get, get_moment, micros, withdrawal, withdrawal_columns};

static OPEN: LazyLock<String> = LazyLock::new(|| {
    [
        "SELECT n.user_id, n.notification_type, n.priority, n.expires_at, d.address, ",
        HOLDER_COLUMNS.as_str(),
        ", ",
        withdrawal_columns!(),
        " FROM deliveries d \
         JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
         WHERE d.tenant = ? AND d.notification_id = ? AND d.id = ? \
         AND d.state IN ('queued', 'deferred', 'retrying')",
    ]
    .concat()
});

/// One that is due; `None` if it is not open any more.
pub(super) async fn open(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    place: usize,
    due: &Due,
) -> Result<Option<OpenDue>, StorageError> {
    let Some((channel, delivery)) = due.retry else {
        return Ok(None);
    };
    let row = sqlx::query(&OPEN)
        .bind(due.tenant.as_str())
        .bind(due.notification.0)
        .bind(delivery.0)
        .fetch_optional(&mut *connection)
        .await
        .map_err(storage_error)?;
    let Some(row) = row else { return Ok(None) };
    let withdrawn = withdrawal(&row)?;
    let opening = keys::opening(ring, connection, &due.tenant).await?;
    let facts = match read(&row, &opening, channel) {
        Ok((mut facts, address)) => {
            let asked = Asked {
                user: &facts.user,
                notification_type: &facts.notification_type,
                channel,
                address: &address,
            };
            let holder = holders::own(&opening, &row, (channel, &address))?;
            facts.lost = match holder.is_doubtful {
                true => {
                    let asked = [asked];
                    let found = holders::find(connection, &opening, &asked).await?;
                    found[0].lost(&asked[0])
                }
                false => LostAddress::of((channel, &address), asked.user, holder.name),
            };
            Some(facts)
        }
        Err(_) => None,
    };
    Ok(Some(OpenDue {
        place,
        withdrawn,
        facts,
    }))
}

/// What it is but for whether its address is lost; and the address.
fn read<'r>(
    row: &'r SqliteRow,
    opening: &Opening<'_>,
    channel: Channel,
) -> Result<(DueFacts, Cow<'r, str>), StorageError> {
    let unreadable = |column| move |error| undecodable("notifications", column, error);
    let user = UserId::parse(get(row, "user_id")?).map_err(unreadable("user_id"))?;
    let kind = NotificationType::parse(get(row, "notification_type")?);
    let priority = get::<&str>(row, "priority")?.parse();
    let address = opening.address_of(channel, get(row, "address")?);
    let address =
        address.ok_or_else(|| undecodable("deliveries", "address", SealError::AnotherKey))?;
    let facts = DueFacts {
        notification_type: kind.map_err(unreadable("notification_type"))?,
        priority: priority.map_err(|error| undecodable("notifications", "priority", error))?,
        expires_at: get_moment(row, "expires_at")?,
        lost: None,
        user,
    };
    Ok((facts, address))
}

/// A deferral is added to the others, or takes the place of the last if there are as many as are kept.
pub(super) async fn settle(
    connection: &mut SqliteConnection,
    one: &SettledDue<'_>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let Some((_, delivery)) = one.due.retry else {
        return Ok(());
    };
    let (reason, until) = (one.reason, one.until);
    sqlx::query(
        concat!(
            "UPDATE deliveries SET state = ?1, reason = ?2, next_attempt_at = ?3, updated_at = ?4, deferrals = ",
            deferrals_with!("?5", "?6"),
            " WHERE tenant = ?7 AND notification_id = ?8 AND id = ?9"
        ),
    )
    .bind(one.state.name())
    .bind(reason)
    .bind(until.map(micros))
    .bind(micros(now))
    .bind(until.map(|until| deferral_json(now, reason, until)))
    .bind(Deferral::KEPT as i64)
    .bind(one.due.tenant.as_str())
    .bind(one.due.notification.0)
    .bind(delivery.0)
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
