//! The tickets of one process, by tenant.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use campanile_domain::TenantId;
use chrono::{DateTime, Utc};

use super::{StreamGrant, StreamTickets, TicketHash, TicketsUnavailable};

/// A tenant that has more unused tickets loses its oldest ones: about 3 MB.
pub const MAX_TICKETS_PER_TENANT: usize = 16_384;
/// Once there are so many tenants, those without a ticket that can still be used are forgotten.
const TENANTS: usize = 256;

struct Kept {
    hash: TicketHash,
    grant: StreamGrant,
    expires_at: DateTime<Utc>,
}

/// The tickets of one tenant: by the order in which they were issued, and by hash.
#[derive(Default)]
struct Issued {
    next: u64,
    by_age: BTreeMap<u64, Kept>,
    by_hash: HashMap<TicketHash, u64>,
}

impl Issued {
    fn add(&mut self, kept: Kept, now: DateTime<Utc>) {
        while let Some(oldest) = self.by_age.first_entry() {
            if oldest.get().expires_at > now && self.by_hash.len() < MAX_TICKETS_PER_TENANT {
                break;
            }
            let hash = oldest.remove().hash;
            self.by_hash.remove(&hash);
        }
        self.by_hash.insert(kept.hash, self.next);
        self.by_age.insert(self.next, kept);
        self.next += 1;
    }

    fn take(&mut self, hash: &TicketHash) -> Option<Kept> {
        let age = self.by_hash.remove(hash)?;
        self.by_age.remove(&age)
    }

    fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.by_age.values().all(|kept| kept.expires_at <= now)
    }
}

/// For `up`, where every stream is in this process.
#[derive(Default)]
pub struct InProcessStreamTickets(Mutex<HashMap<TenantId, Issued>>);

impl InProcessStreamTickets {
    fn tenants(&self) -> MutexGuard<'_, HashMap<TenantId, Issued>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl StreamTickets for InProcessStreamTickets {
    async fn put(
        &self,
        hash: &TicketHash,
        grant: &StreamGrant,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), TicketsUnavailable> {
        let mut tenants = self.tenants();
        if tenants.len() >= TENANTS && !tenants.contains_key(&grant.tenant) {
            tenants.retain(|_, issued| !issued.is_over(now));
        }
        let kept = Kept {
            hash: *hash,
            grant: grant.clone(),
            expires_at,
        };
        tenants
            .entry(grant.tenant.clone())
            .or_default()
            .add(kept, now);
        Ok(())
    }

    async fn take(
        &self,
        tenant: &TenantId,
        hash: &TicketHash,
        now: DateTime<Utc>,
    ) -> Result<Option<StreamGrant>, TicketsUnavailable> {
        let kept = self
            .tenants()
            .get_mut(tenant)
            .and_then(|issued| issued.take(hash));
        Ok(kept
            .filter(|kept| kept.expires_at > now)
            .map(|kept| kept.grant))
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::UserId;
    use chrono::TimeDelta;

    use super::*;

    fn hash(number: usize) -> TicketHash {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_be_bytes());
        hash
    }

    fn grant(tenant: &str) -> StreamGrant {
        StreamGrant {
            tenant: TenantId::parse(tenant).expect("valid"),
            user: UserId::parse("u").expect("valid"),
            valid_until: Utc::now(),
            api_key: None,
            token_key: None,
        }
    }

    #[tokio::test]
    async fn a_tenant_with_too_many_loses_its_own_oldest() {
        let (tickets, now) = (InProcessStreamTickets::default(), Utc::now());
        let until = now + TimeDelta::seconds(30);
        let (greedy, other) = (grant("greedy"), grant("other"));
        let kept = tickets.put(&hash(0), &other, until, now).await;
        assert_eq!(kept, Ok(()));
        for number in 0..=MAX_TICKETS_PER_TENANT {
            let kept = tickets.put(&hash(number), &greedy, until, now).await;
            assert_eq!(kept, Ok(()));
        }
        for (grant, number, is_there) in
            [(&greedy, 0, false), (&greedy, 1, true), (&other, 0, true)]
        {
            let taken = tickets.take(&grant.tenant, &hash(number), now).await;
            assert_eq!(taken, Ok(is_there.then(|| grant.clone())));
        }
    }

    #[tokio::test]
    async fn those_that_expired_take_no_room() {
        let (tickets, born) = (InProcessStreamTickets::default(), Utc::now());
        for number in 0..10_usize {
            let now = born + TimeDelta::seconds(i64::try_from(number).expect("small"));
            let until = now + TimeDelta::seconds(2);
            let kept = tickets.put(&hash(number), &grant("acme"), until, now).await;
            assert_eq!(kept, Ok(()));
        }
        let there: usize = tickets.tenants().values().map(|one| one.by_age.len()).sum();
        assert_eq!(there, 2);
        for number in 0..TENANTS {
            let later = born + TimeDelta::minutes(1);
            let tenant = grant(&format!("t{number}"));
            let kept = tickets.put(&hash(0), &tenant, later, later).await;
            assert_eq!(kept, Ok(()));
        }
        assert!(tickets.tenants().len() <= TENANTS);
    }
}
