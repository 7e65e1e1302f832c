//! No statement reads more than what it is about: without statistics, with them, and by a plan that was made while
//! there were no rows.

use std::sync::{Arc, OnceLock};

use campanile_sealing::{KeyRing, MasterKey};
use campanile_storage::Maintenance;
use campanile_storage_postgres::{LookUps, PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;

use crate::plan::Faults;
use crate::rows;
use crate::tour::tour;
use crate::watch::{alone, plans, report_plans};

/// The master key of all sessions.
static MASTER: OnceLock<Arc<MasterKey>> = OnceLock::new();

/// A back end whose pools have one session each, which keeps its plans.
struct Sessions {
    storage: PostgresStorage,
    look_ups: LookUps,
}

impl Sessions {
    async fn open(database: &TestDatabase, look_ups: LookUps) -> Self {
        let mut settings = database.settings(Role::Worker);
        settings.max_connections = 1;
        settings.look_ups = look_ups;
        let storage = PostgresStorage::connect(settings).await.unwrap();
        // Texts are sealed, and each session looks their keys up.
        let made = || Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
        let master = Arc::clone(MASTER.get_or_init(made));
        let ring = Arc::new(KeyRing::new(Some(master), true));
        let storage = storage.with_keys(&ring);
        Self { storage, look_ups }
    }

    /// Makes a tour; notes what is wrong with its plans.
    async fn check(self, what: &str, number: u32, faults: &mut Faults) {
        plans();
        tour(&self.storage, number).await;
        self.storage.close().await;
        let (what, plans) = (format!("{what}, {:?}", self.look_ups), plans());
        // Everything was logged.
        assert!(plans.len() > 150, "{what}: {} plans", plans.len());
        faults.check_waste(&what, &plans);
        // Unguarded, the planner is free to sort what it takes for few.
        if self.look_ups == LookUps::Guarded {
            faults.check_sorts(&what, &plans);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_statement_reads_more_than_it_is_about() {
    let _alone = alone().await;
    let database = TestDatabase::create().await;
    report_plans(&database).await;
    let mut faults = Faults::default();

    let kept = Sessions::open(&database, LookUps::Guarded).await;
    tour(&kept.storage, 1).await;
    rows::fill(&database).await;
    let what = "plans kept from an empty database";
    kept.check(what, 2, &mut faults).await;
    for (number, look_ups) in [(3, LookUps::Guarded), (4, LookUps::Unguarded)] {
        let fresh = Sessions::open(&database, look_ups).await;
        fresh.check("without statistics", number, &mut faults).await;
    }
    rows::analyze(&database).await;
    let analyzed = Sessions::open(&database, LookUps::Unguarded).await;
    analyzed.check("with statistics", 5, &mut faults).await;
    faults.none();
    database.close().await;
}

/// The same where a million notifications are, all of which have statistics.
pub async fn check_a_million(database: &TestDatabase) {
    let mut faults = Faults::default();
    rows::analyze(database).await;
    for (number, look_ups) in [(1, LookUps::Guarded), (2, LookUps::Unguarded)] {
        let sessions = Sessions::open(database, look_ups).await;
        sessions
            .check("with a million rows", number, &mut faults)
            .await;
    }
    faults.none();
}
