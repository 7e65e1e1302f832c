//! The data keys of tenants, as they are looked up for rows that are sealed.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_sealing::{KeyRing, Place, RowTexts, SealError, StoredKey, TenantKeys};
use campanile_storage::StorageError;
use sqlx::sqlite::SqliteRow;
use sqlx::{Executor, Sqlite, SqliteConnection};

use crate::SqliteStorage;
use crate::clock;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, micros, moment};

/// Opens the rows of one tenant.
pub(crate) struct Opening<'a> {
    pub(crate) ring: &'a KeyRing,
    pub(crate) keys: Arc<TenantKeys>,
    pub(crate) tenant: &'a TenantId,
    /// Whether a row without its texts is an error, as for what is sent. Otherwise it is shown without them: the others
    /// of its page are none the worse.
    pub(crate) is_strict: bool,
}

impl Opening<'_> {
    /// The texts of a row that are not sealed, or those that are.
    pub(crate) fn texts<'r>(
        &self,
        row: &'r SqliteRow,
        place: Place,
        texts: RowTexts<'r>,
    ) -> Result<RowTexts<'r>, StorageError> {
        let Some(sealed) = get::<Option<&[u8]>>(row, "sealed")? else {
            return Ok(texts);
        };
        match self.ring.open_with(&self.keys, self.tenant, place, sealed) {
            Ok(texts) => Ok(texts),
            Err(error) if self.is_strict => Err(undecodable("notifications", "sealed", error)),
            Err(_) => Ok(RowTexts::default()),
        }
    }

    /// For what is sent.
    pub(crate) fn strict(self) -> Self {
        Self {
            is_strict: true,
            ..self
        }
    }
}

impl SqliteStorage {
    /// To read rows of a tenant. A reader is needed for it, so ask before another one is in use.
    pub(crate) async fn opening<'a>(
        &'a self,
        tenant: &'a TenantId,
    ) -> Result<Opening<'a>, StorageError> {
        let keys = committed(&self.keys, &self.readers, tenant).await?;
        Ok(Opening {
            ring: &self.keys,
            keys,
            tenant,
            is_strict: false,
        })
    }
}

/// A tenant's keys that are stored for good; they are remembered.
pub(crate) async fn committed(
    ring: &KeyRing,
    readers: &sqlx::SqlitePool,
    tenant: &TenantId,
) -> Result<Arc<TenantKeys>, StorageError> {
    if let Some(known) = ring.known(tenant) {
        return Ok(known);
    }
    let stored = stored(readers, tenant).await?;
    // That there is none is not remembered: the writer may make one at any time.
    Ok(match stored.is_empty() {
        true => Arc::default(),
        false => ring.learn(tenant, &stored),
    })
}

/// The same in a transaction, which may see keys that are never stored: they are not remembered.
pub(crate) async fn opening<'a>(
    ring: &'a KeyRing,
    connection: &mut SqliteConnection,
    tenant: &'a TenantId,
) -> Result<Opening<'a>, StorageError> {
    let keys = match ring.known(tenant) {
        Some(known) => known,
        None if !ring.has_master() => Arc::default(),
        None => Arc::new(ring.unwrap(tenant, &stored(connection, tenant).await?)),
    };
    Ok(Opening {
        ring,
        keys,
        tenant,
        is_strict: false,
    })
}

/// The keys with which a tenant's rows are sealed, made if there are none; `None` if they are not sealed. It is `wanted` where
/// they were sealed before.
pub(crate) async fn to_seal(
    ring: &KeyRing,
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    wanted: bool,
) -> Result<Option<Arc<TenantKeys>>, StorageError> {
    if !ring.seals() && !wanted {
        return Ok(None);
    }
    let found = opening(ring, connection, tenant).await?.keys;
    if found.has_current() {
        return Ok(Some(found));
    }
    let Some(wrapped) = ring.new_key(tenant).map_err(cannot_seal)? else {
        return Ok(None);
    };
    sqlx::query("INSERT INTO tenant_keys (tenant, wrapped, created_at) VALUES (?, ?, ?)")
        .bind(tenant.as_str())
        .bind(&wrapped)
        .bind(micros(clock::now()))
        .execute(connection)
        .await
        .map_err(storage_error)?;
    let made = StoredKey {
        wrapped,
        is_current: true,
        age: Duration::ZERO,
    };
    Ok(Some(Arc::new(ring.unwrap(tenant, &[made]))))
}

/// The rows of one tenant cannot be sealed; a batch is split to find them.
pub(crate) fn cannot_seal(error: SealError) -> StorageError {
    StorageError::Refused(format!(
        "CAMPANILE_MASTER_KEY does not decrypt this tenant's data key ({error})"
    ))
}

/// A tenant's wrapped keys, the current one first; none without it.
pub(crate) async fn in_order<'c>(
    database: impl Executor<'c, Database = Sqlite>,
    tenant: &TenantId,
) -> Result<Vec<Vec<u8>>, StorageError> {
    let mut stored = stored(database, tenant).await?;
    stored.sort_by_key(|key| !key.is_current);
    Ok(match stored.first() {
        Some(first) if first.is_current => stored.into_iter().map(|key| key.wrapped).collect(),
        _ => Vec::new(),
    })
}

pub(crate) async fn stored<'c>(
    database: impl Executor<'c, Database = Sqlite>,
    tenant: &TenantId,
) -> Result<Vec<StoredKey>, StorageError> {
    let rows = sqlx::query(
        "SELECT wrapped, true AS is_current, created_at FROM tenant_keys WHERE tenant = ?1 \
         UNION ALL SELECT wrapped, false, created_at FROM tenant_former_keys WHERE tenant = ?1",
    )
    .bind(tenant.as_str())
    .fetch_all(database)
    .await
    .map_err(storage_error)?;
    let now = clock::now();
    let key = |row| {
        let age = now - moment(get(row, "created_at")?)?;
        Ok(StoredKey {
            wrapped: get(row, "wrapped")?,
            is_current: get(row, "is_current")?,
            age: age.to_std().unwrap_or_default(),
        })
    };
    rows.iter().map(key).collect()
}

/// A column with a text that may be sealed instead.
pub(crate) fn text<'r>(
    row: &'r SqliteRow,
    column: &'static str,
) -> Result<Option<Cow<'r, str>>, StorageError> {
    Ok(get::<Option<&str>>(row, column)?.map(Cow::Borrowed))
}
