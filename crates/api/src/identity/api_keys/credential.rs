//! The key of an open stream, which ends with it.

use std::fmt;

use campanile_domain::{ApiKeyId, ApiKeyState};
use campanile_live::Credential;
use tokio::time::Instant;

use super::ApiKeyRing;
use super::look_ups::Ask;

/// Tells from memory whether a key has ended, and has it looked up where memory is too old: the next call knows.
pub(super) struct KeyCredential {
    ring: ApiKeyRing,
    id: ApiKeyId,
}

impl KeyCredential {
    pub(super) const fn new(ring: ApiKeyRing, id: ApiKeyId) -> Self {
        Self { ring, id }
    }
}

impl fmt::Debug for KeyCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyCredential").field(&self.id).finish()
    }
}

impl Credential for KeyCredential {
    fn has_ended(&self) -> bool {
        let answer = self.ring.answers.get(&self.id);
        if answer.as_ref().is_none_or(|answer| {
            answer.until <= Instant::now() || self.ring.voided.has_voided(answer.at)
        }) {
            let ask = Ask {
                id: self.id,
                reply: None,
                _share: None,
            };
            // Where too many wait, the next call asks again.
            let _ = self.ring.asks.try_send(ask);
        }
        answer.is_some_and(|answer| match answer.found {
            Some(known) => known.key.state(self.ring.clock.now()) != ApiKeyState::Active,
            None => true,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use campanile_cache::{Bus, InProcessBus, Wake};
    use campanile_domain::{ApiKey, ApiKeyText, Clock, Random, ScopeName, SystemClock, TenantId};
    use campanile_storage::{ApiKeys, Maintenance, Tenants};
    use campanile_storage_sqlite::SqliteStorage;
    use tokio::task::yield_now;

    use super::*;

    #[tokio::test]
    async fn it_ends_when_the_bus_says_that_its_key_has() {
        let (random, clock) = (Random::system(), Arc::new(SystemClock));
        let folder = std::env::temp_dir().join(format!("campanile-api-{}", random.uuid()));
        std::fs::create_dir(&folder).expect("a folder");
        let storage = SqliteStorage::open(&folder.join("test.db")).await;
        let storage = Arc::new(storage.expect("opened"));
        let now = clock.now();
        let key = ApiKey {
            tenant: TenantId::parse("acme").expect("valid"),
            id: ApiKeyId::new(now, &random),
            name: "kiosk".to_owned(),
            scopes: vec![ScopeName::Viewer],
            user: None,
            networks: Vec::new(),
            created_at: now,
            created_by: "ops".to_owned(),
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
            replaces: None,
        };
        let text = ApiKeyText::new(key.id, &random);
        let created = storage.create_tenant(&key.tenant, now).await;
        assert!(created.expect("created"));
        let put = storage.put_api_key(&key, &text.hash(), 1, None).await;
        put.expect("stored");
        let (ring, bus) = (
            ApiKeyRing::start(storage.clone(), clock.clone()),
            InProcessBus::new(),
        );
        ring.voided_by(&bus);
        assert!(ring.accepts(text.reveal(), now).await);
        let credential = ring.credential(key.id);
        assert!(!credential.has_ended());
        let revoked = storage.revoke_api_key(&key.tenant, key.id, now).await;
        assert!(revoked.expect("answered"));
        assert!(!credential.has_ended(), "what is remembered is asked");
        bus.wake(Wake::Access);
        while !credential.has_ended() {
            yield_now().await;
        }
        assert!(!ring.accepts(text.reveal(), now).await);
        storage.close().await;
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
