//! The same random story on Postgres and on SQLite: every answer and every row that a caller can read is
//! alike. What promises leave open (the order within a turn, ids drawn by the back end, moments taken from
//! the machine's clock) is left out of what is compared.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on shall say where"
)]

mod random;
mod seen;
mod story;
mod world;

use std::sync::Arc;

use campanile_storage::Storage;
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_storage_sqlite::SqliteStorage;
use campanile_test_support::postgres::TestDatabase;

use story::Story;
use world::World;

/// Steps of a story, and after how many of them everything is looked at.
const STEPS: usize = 200;
const LOOK_EVERY: usize = 25;

/// `CAMPANILE_STORY=<number>` tells one story again.
fn seeds() -> Vec<u64> {
    match std::env::var("CAMPANILE_STORY") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (1..=3).collect(),
    }
}

#[tokio::test]
async fn random_stories_end_alike() {
    for seed in seeds() {
        let database = TestDatabase::create().await;
        let postgres = PostgresStorage::connect(database.settings(Role::Worker)).await;
        let folder = tempfile::tempdir().unwrap();
        let sqlite = SqliteStorage::open(&folder.path().join("alike.db")).await;
        let postgres: Arc<dyn Storage> = Arc::new(postgres.unwrap());
        let sqlite: Arc<dyn Storage> = Arc::new(sqlite.unwrap());
        tell(seed, [World::new(postgres), World::new(sqlite)]).await;
        database.close().await;
    }
}

async fn tell(seed: u64, mut worlds: [World; 2]) {
    let mut story = Story::begin(seed);
    for world in &mut worlds {
        world.begin(&story).await;
    }
    for number in 1..=STEPS {
        let step = story.next_step();
        let [postgres, sqlite] = &mut worlds;
        let answers = (postgres.take(&step).await, sqlite.take(&step).await);
        let place = format!("story {seed}, step {number}, {step:?}");
        assert_eq!(answers.0, answers.1, "{place}");
        if number % LOOK_EVERY == 0 {
            let seen = (
                seen::all(postgres, &story).await,
                seen::all(sqlite, &story).await,
            );
            for (ours, theirs) in seen.0.iter().zip(&seen.1) {
                assert_eq!(ours, theirs, "after {place}");
            }
            assert_eq!(seen.0.len(), seen.1.len(), "after {place}");
        }
    }
}
