//! A tenant's own key, with which the token of an open stream was verified: the stream ends with it.

use std::fmt;

use campanile_domain::{TenantId, TokenKeyPrint};
use campanile_live::Credential;
use tokio::time::Instant;

use super::KnownTenants;

/// Tells from memory whether the tenant still has the key, and has it looked up where memory is too old: the next call
/// knows.
pub(super) struct TenantKeyCredential {
    pub(super) tenants: KnownTenants,
    pub(super) tenant: TenantId,
    pub(super) print: TokenKeyPrint,
}

impl fmt::Debug for TenantKeyCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TenantKeyCredential")
            .field(&self.tenant)
            .finish()
    }
}

impl Credential for TenantKeyCredential {
    fn has_ended(&self) -> bool {
        let answer = self.tenants.answers.get(&self.tenant);
        let now = Instant::now();
        if answer
            .as_ref()
            .is_none_or(|answer| !answer.holds(now, &self.tenants.voided))
        {
            // One question for all streams of the tenant, which is known: it is not one of those that tokens claim.
            drop(self.tenants.question(&self.tenant));
        }
        answer.is_some_and(|answer| {
            let keys = answer.known.keys.as_ref();
            keys.is_none_or(|keys| !keys.has(self.print))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use campanile_cache::{Bus, InProcessBus, Wake};
    use campanile_domain::{Random, TokenKeys};
    use campanile_storage::{Maintenance, TenantChange, Tenants};
    use campanile_storage_sqlite::SqliteStorage;
    use chrono::Utc;
    use serde_json::json;
    use tokio::task::yield_now;

    use super::*;

    #[tokio::test]
    async fn it_ends_when_the_tenant_has_another_key() {
        let folder =
            std::env::temp_dir().join(format!("campanile-api-{}", Random::system().uuid()));
        std::fs::create_dir(&folder).expect("a folder");
        let storage = SqliteStorage::open(&folder.join("test.db")).await;
        let storage = Arc::new(storage.expect("opened"));
        let tenant = TenantId::parse("acme").expect("valid");
        let created = storage.create_tenant(&tenant, Utc::now()).await;
        assert!(created.expect("created"));
        let key = |byte: &str| json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": byte.repeat(43)});
        let give = async |key: &serde_json::Value| {
            let keys = TokenKeys::stored(json!({"keys": [key]}).to_string());
            let change = TenantChange {
                token_keys: Some(Some(keys)),
                ..TenantChange::default()
            };
            let changed = storage.change_tenant(&tenant, &change).await;
            assert!(changed.expect("changed").is_some());
        };
        let (first, second) = (key("A"), key("Q"));
        give(&first).await;
        let (tenants, bus) = (KnownTenants::new(storage.clone()), InProcessBus::new());
        tenants.voided_by(&bus);
        let known = tenants.known(&tenant).await.expect("known");
        let print = TokenKeyPrint::of(&first);
        assert!(known.keys.expect("its keys").has(print));
        let credential = tenants.credential(tenant.clone(), print);
        assert!(!credential.has_ended());
        give(&second).await;
        assert!(!credential.has_ended(), "what is remembered is asked");
        bus.wake(Wake::Access);
        while !credential.has_ended() {
            yield_now().await;
        }
        storage.close().await;
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
