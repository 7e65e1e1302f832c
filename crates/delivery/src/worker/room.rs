//! How much a channel's worker has in memory at once, and how much of it is one tenant's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use campanile_domain::TenantId;
use tokio::sync::Notify;

/// Deliveries loaded and not done in one channel, about: at 256 KiB of content each they must fit
/// in memory.
const MOST: usize = 1_024;
/// Beyond this only tenants that have nothing inside come in: no number of slow accounts that fits
/// into the first half keeps the others out.
const FOR_ALL: usize = MOST / 2;
/// A message counts as so many deliveries at least: the queue bounds messages in hand as well.
const LEAST_COST: usize = 4;

/// What is inside, in deliveries.
#[derive(Default)]
pub(crate) struct Room {
    inside: Mutex<Inside>,
    freed: Notify,
}

#[derive(Default)]
struct Inside {
    total: usize,
    tenants: HashMap<TenantId, usize>,
}

/// A place inside, given back when it is dropped.
pub(crate) struct Place {
    room: Arc<Room>,
    tenant: TenantId,
    cost: usize,
}

impl Room {
    /// Lets a message of so many deliveries in, if its tenant has less than `share` inside.
    pub(crate) fn enter(
        self: &Arc<Self>,
        tenant: &TenantId,
        deliveries: usize,
        share: usize,
    ) -> Option<Place> {
        let cost = deliveries.max(LEAST_COST);
        let mut inside = self.inside();
        let own = inside.tenants.get(tenant).copied().unwrap_or_default();
        let fits = match own {
            0 => inside.total < MOST,
            own => own < share && inside.total < FOR_ALL,
        };
        if !fits {
            return None;
        }
        inside.total += cost;
        inside.tenants.insert(tenant.clone(), own + cost);
        Some(Place {
            room: Arc::clone(self),
            tenant: tenant.clone(),
            cost,
        })
    }

    /// Waits until a place was given back since this was last asked.
    pub(crate) async fn freed(&self) {
        self.freed.notified().await;
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// The part of one of so many deliveries that are left.
    pub(crate) fn part(&mut self, left: usize) -> Self {
        let cost = self.cost.div_ceil(left.max(1));
        self.cost -= cost;
        Self {
            room: Arc::clone(&self.room),
            tenant: self.tenant.clone(),
            cost,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.cost == 0 {
            return;
        }
        let mut inside = self.room.inside();
        inside.total = inside.total.saturating_sub(self.cost);
        if let Some(own) = inside.tenants.get_mut(&self.tenant) {
            *own = own.saturating_sub(self.cost);
            if *own == 0 {
                inside.tenants.remove(&self.tenant);
            }
        }
        drop(inside);
        self.room.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(n: usize) -> TenantId {
        TenantId::parse(&format!("t{n}")).unwrap()
    }

    #[test]
    fn one_tenant_has_its_share_and_newcomers_come_in_until_all_is_full() {
        let room = Arc::new(Room::default());
        let enter = |n| room.enter(&tenant(n), 64, 128);
        let mut places: Vec<_> = (0..2).map(|_| enter(0).unwrap()).collect();
        assert!(enter(0).is_none(), "its share is full");
        for n in 1..15 {
            places.push(enter(n).expect("a newcomer"));
        }
        assert!(enter(1).is_none(), "the rest is for newcomers");
        assert!(enter(15).is_none(), "all is full");
        drop(places);
        assert_eq!(room.inside().total, 0);
        assert!(room.inside().tenants.is_empty());
    }

    #[test]
    fn parts_make_up_the_whole() {
        let room = Arc::new(Room::default());
        for deliveries in [1, 3, 5, 64] {
            let mut place = room.enter(&tenant(0), deliveries, 1).unwrap();
            let parts: Vec<_> = (1..=deliveries)
                .rev()
                .map(|left| place.part(left))
                .collect();
            assert_eq!(place.cost, 0);
            drop(parts);
            assert_eq!(room.inside().total, 0);
        }
    }
}
