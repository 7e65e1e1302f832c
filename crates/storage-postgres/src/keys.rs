//! The data keys of tenants, as they are looked up for rows that are sealed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use campanile_domain::TenantId;
use campanile_sealing::{KeyRing, StoredKey, Wanted};
use campanile_storage::Sealing;
use sqlx::PgConnection;

use crate::connection::{Kind, Scope, Tries, count};
use crate::error::Fault;
use crate::named::named;
use crate::pool::Pool;
use crate::rows::Reader;
use crate::session::{Session, answered};

/// Current keys and former ones, and their ages in seconds.
const STORED: &str = "
    SELECT k.tenant, k.wrapped, true, floor(extract(epoch FROM now() - k.created_at))::bigint
        FROM tenant_keys k WHERE k.tenant = ANY ($1)
    UNION ALL SELECT f.tenant, f.wrapped, false, floor(extract(epoch FROM now() - f.created_at))::bigint
        FROM tenant_former_keys f WHERE f.tenant = ANY ($1)";

/// Looks up keys, and makes those that are to seal and are not there. The connection that met their absence must have
/// been given back: this takes another one.
pub(crate) async fn look_up(pool: &Pool, wanted: &Wanted) -> Result<(), Fault> {
    let scope = Scope::of(wanted.tenants());
    let mut tries = Tries::default();
    loop {
        let begun = Instant::now();
        match once(pool, &scope, wanted).await {
            Err(fault) if tries.another(&fault) => tries.prepare(pool, begun),
            done => return done,
        }
    }
}

async fn once(pool: &Pool, scope: &Scope, wanted: &Wanted) -> Result<(), Fault> {
    let mut session = Session::begin(pool, scope).await?;
    let (connection, reach) = session.parts();
    let looked_up = answered(
        reach,
        named("look_up_keys", find_or_make(connection, pool, wanted)),
    );
    let (stored, is_new) = looked_up.await?;
    let kind = if is_new { Kind::Write } else { Kind::Read };
    // A key is used only once it is stored for good.
    kind.end(session).await?;
    pool.keys().learn_wanted(wanted, &stored);
    Ok(())
}

/// What a process with these keys does.
pub(crate) fn sealing(ring: &KeyRing) -> Sealing {
    Sealing {
        has_master_key: ring.master().is_some(),
        has_previous: ring.master().is_some_and(|master| master.has_previous()),
        seals_texts: ring.seals(),
    }
}

/// The keys of one tenant, as this transaction sees them.
pub(crate) async fn stored(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Vec<StoredKey>, Fault> {
    let mut found = find(connection, &Wanted::those_of(tenant)).await?;
    Ok(found.remove(tenant).unwrap_or_default())
}

/// The current one first; none without it.
pub(crate) fn in_order(mut stored: Vec<StoredKey>) -> Vec<Vec<u8>> {
    stored.sort_by_key(|key| !key.is_current);
    match stored.first() {
        Some(first) if first.is_current => stored.into_iter().map(|key| key.wrapped).collect(),
        _ => Vec::new(),
    }
}

type Stored = BTreeMap<TenantId, Vec<StoredKey>>;

async fn find_or_make(
    connection: &mut PgConnection,
    pool: &Pool,
    wanted: &Wanted,
) -> Result<(Stored, bool), Fault> {
    let stored = find(connection, wanted).await?;
    let has_key = |tenant| {
        stored
            .get(tenant)
            .is_some_and(|all| all.iter().any(|one| one.is_current))
    };
    let (mut tenants, mut made) = (Vec::new(), Vec::new());
    for tenant in wanted.to_make().filter(|tenant| !has_key(tenant)) {
        if let Some(wrapped) = pool.keys().new_key(tenant)? {
            tenants.push(tenant.as_str());
            made.push(wrapped);
        }
    }
    if tenants.is_empty() {
        return Ok((stored, false));
    }
    // Of several processes at once, one stores the key that all use.
    sqlx::query(
        "INSERT INTO tenant_keys (tenant, wrapped, created_at)
         SELECT x.tenant, x.wrapped, clock_timestamp() FROM UNNEST($1::text[], $2::bytea[]) AS x (tenant, wrapped)
         ORDER BY x.tenant ON CONFLICT DO NOTHING",
    )
    .bind(&tenants)
    .bind(&made)
    .execute(&mut *connection)
    .await?;
    Ok((find(connection, wanted).await?, true))
}

async fn find(connection: &mut PgConnection, wanted: &Wanted) -> Result<Stored, Fault> {
    let tenants: Vec<&str> = wanted.tenants().map(TenantId::as_str).collect();
    let rows = sqlx::query(STORED)
        .bind(tenants)
        .fetch_all(connection)
        .await?;
    let mut stored = Stored::new();
    for row in &rows {
        let mut reader = Reader::new(row, "tenant_keys");
        let tenant = reader.tenant()?;
        stored.entry(tenant).or_default().push(StoredKey {
            wrapped: reader.next("wrapped")?,
            is_current: reader.next("current")?,
            age: Duration::from_secs(count(reader.next("age")?)),
        });
    }
    Ok(stored)
}
