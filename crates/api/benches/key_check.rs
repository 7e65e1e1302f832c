//! What the check of an API key costs that is remembered: form, checksum, hash, look-up, comparison, state.
//! `cargo bench -p campanile-api --bench key_check`. The bar: 2 µs, the median on one thread.

#![allow(missing_docs, reason = "a program")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a measurement"
)]

use std::hint::black_box;
use std::sync::Arc;

use campanile_api::identity::ApiKeyRing;
use campanile_domain::{
    ApiKey, ApiKeyId, ApiKeyText, Clock, Random, ScopeName, SystemClock, TenantId,
};
use campanile_storage::{ApiKeys, Storage, Tenants};
use campanile_storage_sqlite::SqliteStorage;
use divan::Bencher;
use tokio::runtime::{Builder, Runtime};

fn main() {
    divan::main();
}

struct Place {
    runtime: Runtime,
    ring: ApiKeyRing,
    clock: Arc<dyn Clock>,
    text: ApiKeyText,
    folder: std::path::PathBuf,
}

impl Place {
    fn new() -> Self {
        let (random, clock) = (Random::system(), Arc::new(SystemClock));
        let folder = std::env::temp_dir().join(format!("campanile-bench-{}", random.uuid()));
        std::fs::create_dir(&folder).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let now = clock.now();
        let key = ApiKey {
            tenant: TenantId::parse("acme").unwrap(),
            id: ApiKeyId::new(now, &random),
            name: "billing".to_owned(),
            scopes: vec![ScopeName::Send],
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
        let ring = runtime.block_on(async {
            let storage = SqliteStorage::open(&folder.join("test.db")).await.unwrap();
            storage.create_tenant(&key.tenant, now).await.unwrap();
            let put = storage.put_api_key(&key, &text.hash(), 1, None).await;
            put.unwrap();
            let storage: Arc<dyn Storage> = Arc::new(storage);
            ApiKeyRing::start(storage, clock.clone())
        });
        Self {
            runtime,
            ring,
            clock,
            text,
            folder,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// With the look-up that is due every four seconds, so its share is in the mean and not in the median.
#[divan::bench]
fn a_remembered_key(bencher: Bencher<'_, '_>) {
    let place = Place::new();
    let now = place.clock.now();
    bencher.bench_local(|| {
        let accepted = place.ring.accepts(black_box(place.text.reveal()), now);
        assert!(place.runtime.block_on(accepted));
    });
}

/// What is rejected before anything is looked up.
#[divan::bench]
fn a_key_with_a_wrong_checksum(bencher: Bencher<'_, '_>) {
    let place = Place::new();
    let now = place.clock.now();
    let wrong = format!("{}!", &place.text.reveal()[..85]);
    bencher.bench_local(|| {
        let accepted = place.ring.accepts(black_box(&wrong), now);
        assert!(!place.runtime.block_on(accepted));
    });
}
