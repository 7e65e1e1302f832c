//! Idempotency keys: the first request with a key is accepted, the same again is replayed.

use std::collections::{BTreeMap, HashMap, HashSet};

use campanile_domain::TenantId;
use campanile_storage::{AcceptItem, AcceptOutcome, IDEMPOTENCY_DAYS, IdempotencyKey, KeptAnswer};
use sqlx::{PgConnection, Row};

use crate::error::Fault;
use crate::rows::Reader;

/// Tenant and key.
type Name<'a> = (&'a str, &'a str);

/// What a key stands for.
struct Kept {
    fingerprint: Vec<u8>,
    /// As it is stored.
    answer: String,
}

impl Kept {
    /// What becomes of another request with the key. The answer is read only for the same request: one that cannot be
    /// read is of no concern to others.
    fn outcome(&self, key: &IdempotencyKey) -> Result<AcceptOutcome, Fault> {
        if self.fingerprint != key.fingerprint {
            return Ok(AcceptOutcome::KeyReused);
        }
        let answer = KeptAnswer::from_stored(&self.answer)?;
        Ok(AcceptOutcome::Replayed(answer))
    }
}

/// Claims the keys of a batch and says what becomes of each item.
///
/// `Accepted` means that its rows are to be written; items without a key always are.
pub(super) async fn claim(
    connection: &mut PgConnection,
    batch: &[AcceptItem],
) -> Result<Vec<AcceptOutcome>, Fault> {
    // Sorted, so that two batches with the same keys wait for each other in the same order; the
    // first of those that bear the same key speaks for it.
    let mut first: BTreeMap<Name<'_>, (usize, &IdempotencyKey)> = BTreeMap::new();
    for (index, item) in batch.iter().enumerate() {
        if let Some(key) = &item.idempotency {
            first
                .entry((item.tenant.as_str(), key.key.as_str()))
                .or_insert((index, key));
        }
    }
    if first.is_empty() {
        return Ok(vec![AcceptOutcome::Accepted; batch.len()]);
    }
    let ours = insert(connection, &first).await?;
    let theirs: Vec<_> = first
        .keys()
        .filter(|name| !ours.contains(*name))
        .copied()
        .collect();
    let kept = if theirs.is_empty() {
        HashMap::new()
    } else {
        look_up(connection, &theirs).await?
    };
    let judge = |(index, item): (usize, &AcceptItem)| {
        let Some(key) = &item.idempotency else {
            return Ok(AcceptOutcome::Accepted);
        };
        let name = (item.tenant.as_str(), key.key.as_str());
        if let Some(kept) = kept.get(&(name.0.to_owned(), name.1.to_owned())) {
            return kept.outcome(key);
        }
        let (speaker, claimed) = first[&name];
        Ok(if speaker == index {
            AcceptOutcome::Accepted
        } else if claimed.fingerprint == key.fingerprint {
            AcceptOutcome::Replayed(claimed.answer.clone())
        } else {
            AcceptOutcome::KeyReused
        })
    };
    batch.iter().enumerate().map(judge).collect()
}

/// Claims the key of a request that is not part of a batch; without `may_claim` only says whether
/// another transaction has it.
pub(crate) async fn claim_one(
    connection: &mut PgConnection,
    tenant: &TenantId,
    key: &IdempotencyKey,
    may_claim: bool,
) -> Result<AcceptOutcome, Fault> {
    let name = (tenant.as_str(), key.key.as_str());
    if may_claim {
        let ours = insert(connection, &BTreeMap::from([(name, (0, key))])).await?;
        if !ours.is_empty() {
            return Ok(AcceptOutcome::Accepted);
        }
    }
    let kept = look_up(connection, &[name]).await?.into_values().next();
    kept.map_or(Ok(AcceptOutcome::Accepted), |kept| kept.outcome(key))
}

/// Inserts the keys that are free; an expired one counts as absent. Waits for another
/// transaction that is inserting one of them. Says which are ours now.
async fn insert<'a>(
    connection: &mut PgConnection,
    first: &BTreeMap<Name<'a>, (usize, &IdempotencyKey)>,
) -> Result<HashSet<Name<'a>>, Fault> {
    let (tenants, keys): (Vec<_>, Vec<_>) = first.keys().copied().unzip();
    let fingerprints: Vec<&[u8]> = first
        .values()
        .map(|(_, k)| k.fingerprint.as_slice())
        .collect();
    let answers: Vec<String> = first.values().map(|(_, k)| k.answer.to_stored()).collect();
    let rows = sqlx::query(
        "INSERT INTO idempotency_keys AS k
             (tenant, key, fingerprint, response, created_at, expires_at)
         SELECT x.tenant, x.key, x.fingerprint, x.response, now(), now() + make_interval(days => $5)
         FROM UNNEST($1::text[], $2::text[], $3::bytea[], $4::text[])
             AS x (tenant, key, fingerprint, response)
         ON CONFLICT (tenant, key) DO UPDATE
             SET fingerprint = excluded.fingerprint, response = excluded.response,
                 created_at = excluded.created_at, expires_at = excluded.expires_at
             WHERE k.expires_at <= now()
         RETURNING k.tenant, k.key",
    )
    .bind(&tenants)
    .bind(&keys)
    .bind(&fingerprints)
    .bind(&answers)
    .bind(i32::try_from(IDEMPOTENCY_DAYS).unwrap_or(i32::MAX))
    .fetch_all(connection)
    .await?;
    let mut ours: HashSet<(&str, &str)> = HashSet::new();
    for row in &rows {
        ours.insert((row.try_get(0)?, row.try_get(1)?));
    }
    Ok(first
        .keys()
        .copied()
        .filter(|(tenant, key)| ours.contains(&(*tenant, *key)))
        .collect())
}

/// Reads keys that others claimed before. They are locked by the conflict, so none is missing.
async fn look_up(
    connection: &mut PgConnection,
    names: &[Name<'_>],
) -> Result<HashMap<(String, String), Kept>, Fault> {
    let (tenants, keys): (Vec<_>, Vec<_>) = names.iter().copied().unzip();
    let rows = sqlx::query(
        "SELECT k.tenant, k.key, k.fingerprint, k.response
         FROM UNNEST($1::text[], $2::text[]) AS x (tenant, key)
         JOIN idempotency_keys k ON k.tenant = x.tenant AND k.key = x.key",
    )
    .bind(&tenants)
    .bind(&keys)
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "idempotency_keys");
        let name = (reader.next("tenant")?, reader.next("key")?);
        let kept = Kept {
            fingerprint: reader.next("fingerprint")?,
            answer: reader.next("response")?,
        };
        Ok((name, kept))
    };
    rows.iter().map(read).collect()
}
