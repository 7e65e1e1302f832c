//! How domain values are written into columns and read back.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use campanile_domain::{
    Action, Channel, DeliveryId, DeliveryState, InboxMarks, ItemTexts, Link, Notification,
    NotificationId, NotificationType, Priority, Random, RetryLadder, TenantId, TraceParent, UserId,
    Withdrawal, assignments_from_stored,
};
use campanile_sealing::{Place, RowTexts};
use campanile_storage::StorageError;
use campanile_storage::channel_lists::{OF_DEVICES, OF_SUPPRESSIONS};
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::error::{storage_error, undecodable};
use crate::keys::{Opening, text};

/// The columns of a notification under the alias `n`, in the order [`notification`] reads them.
macro_rules! notification_columns {
    () => {
        "n.id, n.tenant, n.user_id, n.notification_type, n.priority, n.title, n.body, n.content, \
         n.channels, n.send_at, n.expires_at, n.collapse_key, n.correlation_id, n.created_at, \
         n.item_title, n.item_body, n.link, n.actions, n.sealed, n.template_version, n.locale, \
         n.variants"
    };
}
pub(crate) use notification_columns;

/// The same without the texts, which a plan does not look at.
macro_rules! outline_columns {
    () => {
        "n.id, n.tenant, n.user_id, n.notification_type, n.priority, NULL AS title, NULL AS body, \
         '' AS content, n.channels, n.send_at, n.expires_at, n.collapse_key, n.correlation_id, \
         n.created_at, NULL AS item_title, NULL AS item_body, NULL AS link, NULL AS actions, \
         NULL AS sealed, NULL AS template_version, NULL AS locale, n.variants"
    };
}
pub(crate) use outline_columns;

/// The columns that [`marks`] reads, under the alias `n`.
macro_rules! marks_columns {
    () => {
        "n.read_at, n.seen_at, n.archived_at, n.snoozed_until"
    };
}
pub(crate) use marks_columns;

/// The columns that [`withdrawal`] reads, under the alias `n`.
macro_rules! withdrawal_columns {
    () => {
        "n.read_at, n.archived_at, n.deleted_at, n.cancelled_at"
    };
}
pub(crate) use withdrawal_columns;

/// For whom the address of a delivery `d` of a notification `n` is in use now, by the address book; empty if it is on the
/// suppression list. It is what `LostAddress::of` asks for. The second column says whether the tenant has a suppression list for the
/// channel, which may have the address in another form (`holders.rs`).
pub(crate) static HOLDER_COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let (devices, suppressions) = (&*OF_DEVICES, &*OF_SUPPRESSIONS);
    format!(
        "CASE WHEN d.channel IN ({suppressions}) AND EXISTS (SELECT 1 FROM suppressions s \
                 WHERE s.tenant = d.tenant AND s.channel = d.channel \
                     AND s.address = CASE WHEN d.channel = 'email' AND substr(d.address, 1, 1) <> char(1) \
                         THEN lower(d.address) ELSE d.address END \
                     AND s.notification_type IN ('', n.notification_type)) THEN '' \
             WHEN d.channel IN ({devices}) THEN (SELECT v.user_id FROM devices v WHERE v.tenant = d.tenant \
                 AND v.kind = substr(d.address, 1, instr(d.address, ':') - 1) \
                 AND v.value = substr(d.address, instr(d.address, ':') + 1) \
                 AND v.detached_at IS NULL) \
             WHEN d.channel = 'email' THEN (SELECT u.user_id FROM users u WHERE u.tenant = d.tenant \
                 AND u.user_id = n.user_id AND u.email = d.address AND u.email_gone_at IS NULL) \
             WHEN substr(d.address, 1, 5) = 'user:' THEN (SELECT c.user_id FROM user_addresses c \
                 WHERE c.tenant = d.tenant AND c.user_id = n.user_id AND c.channel = d.channel \
                 AND c.address = substr(d.address, 6) AND c.gone_at IS NULL) \
         END AS holder, d.channel IN ({suppressions}) AND EXISTS (SELECT 1 FROM suppressions s \
             WHERE s.tenant = d.tenant AND s.channel = d.channel) AS has_list"
    )
});

/// Microseconds since 1970.
pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

pub(crate) fn moment(micros: i64) -> Result<DateTime<Utc>, StorageError> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| undecodable("any", "time", micros))
}

fn optional_moment(micros: Option<i64>) -> Result<Option<DateTime<Utc>>, StorageError> {
    micros.map(moment).transpose()
}

/// A column by name.
pub(crate) fn get<'r, T>(row: &'r SqliteRow, column: &'static str) -> Result<T, StorageError>
where
    T: sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>,
{
    row.try_get(column).map_err(storage_error)
}

/// A moment by column name.
pub(crate) fn get_moment(
    row: &SqliteRow,
    column: &'static str,
) -> Result<Option<DateTime<Utc>>, StorageError> {
    optional_moment(get(row, column)?)
}

pub(crate) fn tenant(row: &SqliteRow) -> Result<TenantId, StorageError> {
    TenantId::parse(get(row, "tenant")?).map_err(|e| undecodable("any", "tenant", e))
}

pub(crate) fn channel(name: &str) -> Result<Channel, StorageError> {
    Channel::stored(name).map_err(|e| undecodable("deliveries", "channel", e))
}

pub(crate) fn state(name: &str) -> Result<DeliveryState, StorageError> {
    name.parse()
        .map_err(|e| undecodable("deliveries", "state", e))
}

pub(crate) fn ladder(text: Option<&str>) -> Result<Option<RetryLadder>, StorageError> {
    let Some(text) = text else { return Ok(None) };
    let steps: Vec<i64> =
        serde_json::from_str(text).map_err(|e| undecodable("tenants", "retry_ladder_ms", e))?;
    Ok(RetryLadder::from_millis(&steps))
}

pub(crate) fn channels_text(channels: Option<&[Channel]>) -> Option<String> {
    channels.map(|list| list.iter().map(|c| c.name()).collect::<Vec<_>>().join(","))
}

/// Reads [`notification_columns`].
pub(crate) fn notification(
    row: &SqliteRow,
    opening: &Opening<'_>,
) -> Result<Notification, StorageError> {
    let id: Uuid = get(row, "id")?;
    let opened = opening.texts(row, Place::Notification(id), texts(row)?)?;
    said(row, opened)
}

/// Reads [`outline_columns`].
pub(crate) fn outline(row: &SqliteRow) -> Result<Notification, StorageError> {
    said(row, texts(row)?)
}

fn texts(row: &SqliteRow) -> Result<RowTexts<'_>, StorageError> {
    Ok(RowTexts {
        title: text(row, "title")?,
        body: text(row, "body")?,
        content: text(row, "content")?,
        item_title: text(row, "item_title")?,
        item_body: text(row, "item_body")?,
        link: text(row, "link")?,
        actions: text(row, "actions")?,
    })
}

fn said(row: &SqliteRow, texts: RowTexts<'_>) -> Result<Notification, StorageError> {
    let bad = |column: &'static str| move |e: &str| undecodable("notifications", column, e);
    let channels: Option<&str> = get(row, "channels")?;
    let item = ItemTexts {
        link: link(&texts, "notifications")?,
        actions: actions(&texts, "notifications")?,
        title: texts.item_title.map(Cow::into_owned),
        body: texts.item_body.map(Cow::into_owned),
        version: get(row, "template_version")?,
        locale: get(row, "locale")?,
        variants: assignments_from_stored(get(row, "variants")?)
            .map_err(|error| undecodable("notifications", "variants", error))?,
    };
    Ok(Notification {
        id: NotificationId(get(row, "id")?),
        tenant: tenant(row)?,
        user_id: UserId::parse(get(row, "user_id")?).map_err(|e| bad("user_id")(e.0))?,
        notification_type: NotificationType::parse(get(row, "notification_type")?)
            .map_err(|e| bad("notification_type")(e.0))?,
        priority: get::<&str>(row, "priority")?
            .parse::<Priority>()
            .map_err(|e| bad("priority")(e.0))?,
        title: texts.title.map(Cow::into_owned),
        body: texts.body.map(Cow::into_owned),
        content: content_of(texts.content),
        item: Arc::new(item),
        channels: channels
            .map(|list| list.split(',').map(channel).collect::<Result<Vec<_>, _>>())
            .transpose()?,
        send_at: get_moment(row, "send_at")?,
        expires_at: get_moment(row, "expires_at")?,
        collapse_key: get(row, "collapse_key")?,
        correlation_id: get(row, "correlation_id")?,
        created_at: moment(get(row, "created_at")?)?,
    })
}

/// A content as it is stored; a row without texts has an empty one.
pub(crate) fn content_of(text: Option<Cow<'_, str>>) -> Arc<str> {
    text.unwrap_or(Cow::Borrowed("{}")).as_ref().into()
}

pub(crate) fn link(
    texts: &RowTexts<'_>,
    table: &'static str,
) -> Result<Option<Link>, StorageError> {
    let link = texts.link.as_deref().map(Link::parse).transpose();
    link.map_err(|error| undecodable(table, "link", error))
}

pub(crate) fn actions(
    texts: &RowTexts<'_>,
    table: &'static str,
) -> Result<Vec<Action>, StorageError> {
    Action::from_stored(texts.actions.as_deref())
        .map_err(|error| undecodable(table, "actions", error))
}

/// Reads the span that a notification was accepted in.
pub(crate) fn trace(row: &SqliteRow) -> Result<Option<TraceParent>, StorageError> {
    let text: Option<&str> = get(row, "traceparent")?;
    Ok(text.and_then(TraceParent::parse))
}

/// Reads [`marks_columns`].
pub(crate) fn marks(row: &SqliteRow) -> Result<InboxMarks, StorageError> {
    Ok(InboxMarks {
        read_at: get_moment(row, "read_at")?,
        seen_at: get_moment(row, "seen_at")?,
        archived_at: get_moment(row, "archived_at")?,
        snoozed_until: get_moment(row, "snoozed_until")?,
    })
}

/// Reads [`withdrawal_columns`].
pub(crate) fn withdrawal(row: &SqliteRow) -> Result<Option<Withdrawal>, StorageError> {
    Ok(Withdrawal::of(
        get_moment(row, "read_at")?,
        get_moment(row, "archived_at")?,
        get_moment(row, "deleted_at")?,
        get_moment(row, "cancelled_at")?,
    ))
}

/// Ids in a row of their own bytes.
pub(crate) fn pack(ids: impl IntoIterator<Item = Uuid>) -> Vec<u8> {
    ids.into_iter().flat_map(Uuid::into_bytes).collect()
}

pub(crate) fn unpack(bytes: &[u8]) -> impl Iterator<Item = Uuid> {
    bytes
        .chunks_exact(16)
        .map(|id| Uuid::from_slice(id).expect("16 bytes"))
}

/// Pairs of notification and delivery, as `dispatch.refs` holds them.
pub(crate) fn unpack_refs(bytes: &[u8]) -> Vec<(NotificationId, DeliveryId)> {
    let ids: Vec<Uuid> = unpack(bytes).collect();
    ids.chunks_exact(2)
        .map(|pair| (NotificationId(pair[0]), DeliveryId(pair[1])))
        .collect()
}

/// An outbox row for ids of one tenant and lane.
pub(crate) async fn insert_outbox(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    lane: i16,
    ids: &[NotificationId],
    now: DateTime<Utc>,
    random: &Random,
) -> Result<(), StorageError> {
    for chunk in ids.chunks(campanile_storage::OUTBOX_ROW_IDS) {
        sqlx::query(
            "INSERT INTO outbox (tenant, lane, id, notification_ids, created_at) \
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(tenant.as_str())
        .bind(lane)
        .bind(campanile_domain::OutboxId::new(now, random).0)
        .bind(pack(chunk.iter().map(|id| id.0)))
        .bind(micros(now))
        .execute(&mut *connection)
        .await
        .map_err(storage_error)?;
    }
    Ok(())
}
