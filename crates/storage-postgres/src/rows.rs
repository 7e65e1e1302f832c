//! Reading rows by position, naming table, column and row when that fails.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use campanile_domain::{
    Action, Assignments, Channel, InboxMarks, ItemTexts, Link, Notification, NotificationId,
    NotificationType, TenantId, TraceParent, UserId, Withdrawal, assignments_from_stored,
};
use campanile_sealing::{KeyFault, KeyRing, Place, RowTexts, SealError};
use campanile_storage::channel_lists::{OF_DEVICES, OF_SUPPRESSIONS};
use campanile_storage::{MarksFound, StorageError};
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{Decode, Postgres, Row, Type};
use uuid::Uuid;

use crate::addresses::opened_of;
use crate::error::Fault;

/// The columns that [`Reader::notification`] reads, of a table or alias `n`.
macro_rules! notification_columns {
    () => {
        "n.tenant, n.id, n.user_id, n.notification_type, n.priority, n.title, n.body, \
         n.content::text, n.channels, n.send_at, n.expires_at, n.collapse_key, n.correlation_id, \
         n.created_at, n.item_title, n.item_body, n.link, n.actions::text, n.sealed, \
         n.template_version, n.locale, n.variants::text"
    };
}
pub(crate) use notification_columns;

/// The same without the texts, which a plan does not look at.
macro_rules! outline_columns {
    () => {
        "n.tenant, n.id, n.user_id, n.notification_type, n.priority, NULL::text, NULL::text, \
         '', n.channels, n.send_at, n.expires_at, n.collapse_key, n.correlation_id, \
         n.created_at, NULL::text, NULL::text, NULL::text, NULL::text, NULL::bytea, \
         NULL::bigint, NULL::text, n.variants::text"
    };
}
pub(crate) use outline_columns;

/// The columns that [`Reader::marks`] reads, of a table or alias `n`.
macro_rules! marks_columns {
    () => {
        "n.read_at, n.seen_at, n.archived_at, n.snoozed_until"
    };
}
pub(crate) use marks_columns;

/// The columns that [`Reader::withdrawal`] reads, of a table or alias `n`.
macro_rules! withdrawal_columns {
    () => {
        "n.read_at, n.archived_at, n.deleted_at, n.cancelled_at"
    };
}
pub(crate) use withdrawal_columns;

/// The columns of a delivery with the two parts of an address such as `token:…` or `user:…`, for [`HOLDER_COLUMNS`]. A subquery
/// with `OFFSET 0` has them ready: in a comparison with columns of `devices` these functions, which are
/// not leakproof, would keep row-level security from using an index.
macro_rules! delivery_with_device {
    () => {
        "d.*, split_part(d.address, ':', 1) AS device_kind, \
         substr(d.address, strpos(d.address, ':') + 1) AS device_value, \
         (CASE WHEN d.channel = 'email' AND NOT starts_with(d.address, E'\\x01') \
             THEN lower(d.address COLLATE \"C\") ELSE d.address COLLATE \"C\" END) AS listed"
    };
}
pub(crate) use delivery_with_device;

/// For whom the address of a delivery `d` ([`delivery_with_device`]) of a notification `n` is in use now, by the address
/// book; empty if it is on the suppression list. It is what `LostAddress::of` asks for. All look-ups go by key. The second column
/// says whether the tenant has a suppression list for the channel, which may have the address in another form
/// (`holders.rs`); its order is the key's.
pub(crate) static HOLDER_COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let (devices, suppressions) = (&*OF_DEVICES, &*OF_SUPPRESSIONS);
    format!(
        "CASE WHEN d.channel IN ({suppressions}) AND EXISTS (SELECT FROM suppressions s \
                 WHERE s.tenant = d.tenant AND s.channel = d.channel AND s.address = d.listed \
                     AND s.notification_type IN ('', n.notification_type)) THEN '' \
             WHEN d.channel IN ({devices}) THEN (SELECT CASE WHEN v.detached_at IS NULL THEN v.user_id END \
                 FROM devices v WHERE v.tenant = d.tenant \
                     AND v.kind = d.device_kind AND v.value = d.device_value) \
             WHEN d.channel = 'email' THEN (SELECT u.user_id FROM users u \
                 WHERE u.tenant = d.tenant AND u.user_id = d.user_id AND u.email = d.address \
                     AND u.email_gone_at IS NULL) \
             WHEN d.device_kind = 'user' THEN (SELECT c.user_id FROM user_addresses c \
                 WHERE c.tenant = d.tenant AND c.user_id = d.user_id AND c.channel = d.channel \
                     AND c.address = d.device_value AND c.gone_at IS NULL) \
         END, d.channel IN ({suppressions}) AND (SELECT true FROM suppressions s \
                 WHERE s.tenant = d.tenant AND s.channel = d.channel \
                 ORDER BY s.address, s.notification_type LIMIT 1) IS TRUE"
    )
});

/// What [`HOLDER_COLUMNS`] say.
pub(crate) struct Holder<'r> {
    pub(crate) name: Option<&'r str>,
    pub(crate) has_list: bool,
}

/// Reads one row from left to right.
pub(crate) struct Reader<'r> {
    row: &'r PgRow,
    table: &'static str,
    at: usize,
    id: Option<Uuid>,
    keys: Option<&'r KeyRing>,
    /// Whether a row without its texts is an error.
    is_strict: bool,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(row: &'r PgRow, table: &'static str) -> Self {
        Self {
            row,
            table,
            at: 0,
            id: None,
            keys: None,
            is_strict: false,
        }
    }

    /// Opens what is sealed; what cannot be opened has no texts.
    pub(crate) const fn opening(mut self, keys: &'r KeyRing) -> Self {
        self.keys = Some(keys);
        self
    }

    /// The same for what is sent: what cannot be opened is an error.
    pub(crate) const fn opening_all(mut self, keys: &'r KeyRing) -> Self {
        self.is_strict = true;
        self.opening(keys)
    }

    /// Begins so many columns later.
    pub(crate) const fn skip(mut self, columns: usize) -> Self {
        self.at += columns;
        self
    }

    /// The next column as the driver reads it.
    pub(crate) fn next<T>(&mut self, column: &'static str) -> Result<T, Fault>
    where
        T: Decode<'r, Postgres> + Type<Postgres>,
    {
        let value = self.row.try_get(self.at);
        self.at += 1;
        value.map_err(|error| self.undecodable(column, error.to_string()))
    }

    /// The next column through a rule of the domain.
    pub(crate) fn parse<T, E: std::fmt::Display>(
        &mut self,
        column: &'static str,
        rule: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Fault> {
        let text: &str = self.next(column)?;
        rule(text).map_err(|error| self.undecodable(column, error.to_string()))
    }

    /// The same where there may be nothing.
    pub(crate) fn parse_some<T, E: std::fmt::Display>(
        &mut self,
        column: &'static str,
        rule: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Fault> {
        let text: Option<&str> = self.next(column)?;
        text.map(rule)
            .transpose()
            .map_err(|error| self.undecodable(column, error.to_string()))
    }

    /// The next column: a tenant.
    pub(crate) fn tenant(&mut self) -> Result<TenantId, Fault> {
        self.parse("tenant", TenantId::parse)
    }

    /// The next column: a channel.
    pub(crate) fn channel(&mut self) -> Result<Channel, Fault> {
        self.parse("channel", Channel::stored)
    }

    /// The next column: a number that is never negative.
    pub(crate) fn unsigned(&mut self, column: &'static str) -> Result<u32, Fault> {
        Ok(u32::try_from(self.next::<i32>(column)?).unwrap_or(0))
    }

    /// The next columns: those of `notification_columns!`.
    pub(crate) fn notification(&mut self) -> Result<Notification, Fault> {
        let tenant = self.tenant()?;
        let id: Uuid = self.next("id")?;
        self.id = Some(id);
        let user_id = self.parse("user_id", UserId::parse)?;
        let notification_type = self.parse("notification_type", NotificationType::parse)?;
        let priority = self.parse("priority", str::parse)?;
        let (title, body, content) = (
            self.text("title")?,
            self.text("body")?,
            self.text("content")?,
        );
        let channels = self.channels()?;
        let (send_at, expires_at) = (self.next("send_at")?, self.next("expires_at")?);
        let (collapse_key, correlation_id) =
            (self.next("collapse_key")?, self.next("correlation_id")?);
        let created_at = self.next("created_at")?;
        let texts = RowTexts {
            title,
            body,
            content,
            item_title: self.text("item_title")?,
            item_body: self.text("item_body")?,
            link: self.text("link")?,
            actions: self.text("actions")?,
        };
        let texts = self.opened(&tenant, Place::Notification(id), texts)?;
        let item = ItemTexts {
            link: self.link(&texts)?,
            actions: self.actions(&texts)?,
            title: texts.item_title.map(Cow::into_owned),
            body: texts.item_body.map(Cow::into_owned),
            version: self.next("template_version")?,
            locale: self.next("locale")?,
            variants: self.variants()?,
        };
        Ok(Notification {
            id: NotificationId(id),
            tenant,
            user_id,
            notification_type,
            priority,
            title: texts.title.map(Cow::into_owned),
            body: texts.body.map(Cow::into_owned),
            content: content_of(texts.content),
            item: Arc::new(item),
            channels,
            send_at,
            expires_at,
            collapse_key,
            correlation_id,
            created_at,
        })
    }

    /// The next column: a text that may be sealed instead.
    pub(crate) fn text(&mut self, column: &'static str) -> Result<Option<Cow<'r, str>>, Fault> {
        Ok(self.next::<Option<&str>>(column)?.map(Cow::Borrowed))
    }

    /// The next column: what is sealed of a row. Without it, the texts are those of the columns before.
    pub(crate) fn opened(
        &mut self,
        tenant: &TenantId,
        place: Place,
        texts: RowTexts<'r>,
    ) -> Result<RowTexts<'r>, Fault> {
        let sealed: Option<&[u8]> = self.next("sealed")?;
        let (Some(sealed), Some(keys)) = (sealed, self.keys) else {
            return Ok(texts);
        };
        match keys.open(tenant, place, sealed) {
            Ok(texts) => Ok(texts),
            Err(KeyFault::Seal(error)) if self.is_strict => {
                Err(self.undecodable("sealed", error.to_string()))
            }
            // It is shown without its texts: the others of its page are none the worse.
            Err(KeyFault::Seal(_)) => Ok(RowTexts::default()),
            Err(wanted) => Err(wanted.into()),
        }
    }

    /// What a click opens.
    pub(crate) fn link(&self, texts: &RowTexts<'_>) -> Result<Option<Link>, Fault> {
        let link = texts.link.as_deref().map(Link::parse).transpose();
        link.map_err(|error| self.undecodable("link", error.to_string()))
    }

    /// The buttons.
    pub(crate) fn actions(&self, texts: &RowTexts<'_>) -> Result<Vec<Action>, Fault> {
        let actions = Action::from_stored(texts.actions.as_deref());
        actions.map_err(|error| self.undecodable("actions", error.to_string()))
    }

    /// The next column: the variants that a user was given.
    pub(crate) fn variants(&mut self) -> Result<Assignments, Fault> {
        let stored: Option<&str> = self.next("variants")?;
        assignments_from_stored(stored)
            .map_err(|error| self.undecodable("variants", error.to_string()))
    }

    /// The next columns: those of `marks_columns!`.
    pub(crate) fn marks(&mut self) -> Result<InboxMarks, Fault> {
        Ok(InboxMarks {
            read_at: self.next("read_at")?,
            seen_at: self.next("seen_at")?,
            archived_at: self.next("archived_at")?,
            snoozed_until: self.next("snoozed_until")?,
        })
    }

    /// The next column: the address of a delivery that is to leave, opened.
    pub(crate) fn address_of(
        &mut self,
        keys: &KeyRing,
        tenant: &TenantId,
        channel: Channel,
    ) -> Result<Cow<'r, str>, Fault> {
        let stored: &str = self.next("address")?;
        let opened = opened_of(keys, tenant, channel, stored)?;
        opened.ok_or_else(|| self.undecodable("address", SealError::AnotherKey.to_string()))
    }

    /// The next columns: [`HOLDER_COLUMNS`].
    pub(crate) fn holder(&mut self) -> Result<Holder<'r>, Fault> {
        Ok(Holder {
            name: self.next("address")?,
            has_list: self.next("suppressions")?,
        })
    }

    /// The next columns: those of `withdrawal_columns!`.
    pub(crate) fn withdrawal(&mut self) -> Result<Option<Withdrawal>, Fault> {
        self.withdrawn().map(|(withdrawal, _)| withdrawal)
    }

    /// The same columns, and when the sender cancelled it.
    pub(crate) fn withdrawn(
        &mut self,
    ) -> Result<(Option<Withdrawal>, Option<DateTime<Utc>>), Fault> {
        let (read_at, archived_at) = (self.next("read_at")?, self.next("archived_at")?);
        let (deleted_at, cancelled_at) = (self.next("deleted_at")?, self.next("cancelled_at")?);
        let why = Withdrawal::of(read_at, archived_at, deleted_at, cancelled_at);
        Ok((why, cancelled_at))
    }

    /// The next column: the span that a notification was accepted in.
    pub(crate) fn trace(&mut self) -> Result<Option<TraceParent>, Fault> {
        let text: Option<&str> = self.next("traceparent")?;
        Ok(text.and_then(TraceParent::parse))
    }

    /// The next column: channels.
    pub(crate) fn channels(&mut self) -> Result<Option<Vec<Channel>>, Fault> {
        let Some(names) = self.next::<Option<Vec<String>>>("channels")? else {
            return Ok(None);
        };
        let channels: Result<_, _> = names.iter().map(|name| Channel::stored(name)).collect();
        channels
            .map(Some)
            .map_err(|error: campanile_domain::UnknownChannel| {
                self.undecodable("channels", error.to_string())
            })
    }

    /// An error that names this row as far as it was read.
    pub(crate) fn undecodable(&self, column: &'static str, detail: String) -> Fault {
        let row = self
            .id
            .map_or_else(String::new, |id| format!(" (row {id})"));
        Fault::Final(StorageError::Undecodable {
            table: self.table,
            column,
            detail: format!("{detail}{row}"),
        })
    }
}

/// A content as it is stored; a row without texts has an empty one.
pub(crate) fn content_of(text: Option<Cow<'_, str>>) -> Arc<str> {
    text.unwrap_or(Cow::Borrowed("{}")).as_ref().into()
}

/// Asks at once for all keys that rows of several tenants need: each row has the columns `tenant` and `sealed`.
pub(crate) fn need_keys(keys: &KeyRing, rows: &[PgRow]) -> Result<(), Fault> {
    let mut sealed = Vec::new();
    for row in rows {
        if let Some(blob) = row.try_get::<Option<&[u8]>, _>("sealed")? {
            let tenant = TenantId::parse(row.try_get("tenant")?);
            sealed.extend(tenant.ok().map(|tenant| (tenant, blob)));
        }
    }
    Ok(keys.need_to_open(sealed.iter().map(|(tenant, blob)| (tenant, *blob)))?)
}

/// Ids as the text of a Postgres array: arrays of arrays of differing lengths cannot be bound.
pub(crate) fn array_text(ids: impl IntoIterator<Item = Uuid>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    format!("{{{}}}", ids.join(","))
}

/// Smallest and largest of a batch's ids: with them the planner opens only the partitions needed.
pub(crate) fn bounds(ids: impl IntoIterator<Item = Uuid>) -> (Uuid, Uuid) {
    ids.into_iter()
        .fold((Uuid::max(), Uuid::nil()), |(low, high), id| {
            (low.min(id), high.max(id))
        })
}

/// The marks of a row, and whether the notification has channels besides the inbox.
pub(crate) fn marks_found(row: &PgRow) -> Result<MarksFound, Fault> {
    let mut reader = Reader::new(row, "notifications");
    Ok(MarksFound {
        marks: reader.marks()?,
        may_leave: reader.next("channels")?,
        has_variants: reader.next("variants")?,
    })
}
