//! Entries of the suppression list are removed while a rotation of keys gives them another form.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_domain::{
    Channel, EmailAddress, SuppressedAddress, Suppression, SuppressionKey, SuppressionReason,
    SuppressionSource, TenantId, User,
};
use campanile_pipeline::{
    add_suppressions, put_user, remove_suppression, rotate_data_key, rotation_step_at,
};
use campanile_sealing::{KeyRing, MasterKey};
use campanile_storage::{Storage, SuppressionFilter};
use campanile_storage_contract::fixture::{now, tenants, user};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::TimeDelta;
use sqlx::{Connection, PgConnection};

fn entry(of: &str) -> Suppression {
    let address = SuppressedAddress::parse(Channel::Email, &format!("{of}@example.com"));
    Suppression {
        key: SuppressionKey {
            channel: Channel::Email,
            address: address.unwrap(),
            notification_type: None,
        },
        reason: SuppressionReason::HardBounce,
        source: SuppressionSource::Operator,
        since: now(),
    }
}

async fn listed(storage: &Arc<dyn Storage>, tenant: &TenantId) -> Vec<String> {
    let filter = SuppressionFilter::default();
    let page = storage.suppressions(tenant, &filter, None, 100).await;
    let items = page.unwrap().items.into_iter();
    items
        .map(|one| one.key.address.as_str().to_owned())
        .collect()
}

/// A list with `eve` in the open, and `kim` sealed; what `eve` would be sealed to.
async fn list(database: &TestDatabase) -> (Arc<dyn Storage>, TenantId, PgConnection, String) {
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    let storage = PostgresStorage::connect(database.settings(Role::Worker)).await;
    let ring = Arc::new(KeyRing::new(Some(master), true));
    let storage: Arc<dyn Storage> = Arc::new(storage.unwrap().with_keys(&ring));
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let added = add_suppressions(storage.as_ref(), &acme, vec![entry("eve")]).await;
    assert_eq!(added.unwrap(), 1);
    let sealed = sqlx::query_scalar("SELECT address FROM suppressions");
    let sealed: String = sealed.fetch_one(&mut raw).await.unwrap();
    assert!(!sealed.contains("eve"), "it is not sealed");
    let opened = "UPDATE suppressions SET address = 'eve@example.com'";
    sqlx::raw_sql(opened).execute(&mut raw).await.unwrap();
    let added = add_suppressions(storage.as_ref(), &acme, vec![entry("kim")]).await;
    assert_eq!(added.unwrap(), 1);
    (storage, acme, raw, sealed)
}

async fn sql(raw: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(statement).execute(raw).await.unwrap();
}

/// Waits until another session waits for the transaction of this one.
async fn once_waiting(raw: &mut PgConnection) {
    let until = Instant::now() + Duration::from_secs(20);
    let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event = 'transactionid')";
    loop {
        let found: bool = sqlx::query_scalar(waits)
            .fetch_one(&mut *raw)
            .await
            .unwrap();
        if found {
            return;
        }
        assert!(Instant::now() < until, "no session waits");
        tokio::time::sleep(Duration::from_millis(5)).await;
        // Within a transaction, activity is read once.
        sql(raw, "SELECT pg_stat_clear_snapshot()").await;
    }
}

#[tokio::test]
async fn a_step_brings_no_removed_entry_back() {
    let database = TestDatabase::create().await;
    let (storage, acme, mut raw, _) = list(&database).await;
    let begun = rotate_data_key(&storage, &acme, true, now()).await;
    begun.unwrap().unwrap();
    let at = now() + TimeDelta::minutes(10);
    loop {
        let turn = rotation_step_at(&storage, at).await.unwrap();
        assert!(turn.failed.is_none(), "{turn:?}");
        if turn.stepped.unwrap().place == "suppressions" {
            break;
        }
    }
    let held = "BEGIN; DELETE FROM suppressions WHERE address = 'eve@example.com'";
    sql(&mut raw, held).await;
    let stepping = tokio::spawn({
        let storage = Arc::clone(&storage);
        async move { rotation_step_at(&storage, at).await }
    });
    once_waiting(&mut raw).await;
    sql(&mut raw, "COMMIT").await;
    let turn = stepping.await.unwrap().unwrap();
    assert!(turn.failed.is_none(), "{turn:?}");
    assert_eq!(listed(&storage, &acme).await, ["kim@example.com"]);
    raw.close().await.unwrap();
    storage.close().await;
    database.close().await;
}

#[tokio::test]
async fn an_entry_goes_in_the_form_that_it_gets_meanwhile() {
    let database = TestDatabase::create().await;
    let (storage, acme, mut raw, sealed) = list(&database).await;
    let as_a_step = format!(
        "BEGIN; WITH gone AS (DELETE FROM suppressions WHERE address = 'eve@example.com' RETURNING *)
         INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, since)
         SELECT tenant, channel, '{sealed}', notification_type, reason, source, since FROM gone"
    );
    let eve = User {
        tenant: acme.clone(),
        id: user("eve"),
        email: Some(EmailAddress::parse("eve@example.com").unwrap()),
        email_gone_at: None,
        locale: None,
        timezone: None,
        attributes: "{}".into(),
        created_at: now(),
        updated_at: now(),
    };
    for is_removed in [true, false] {
        sql(&mut raw, &as_a_step).await;
        let removing = tokio::spawn({
            let (storage, acme, eve) = (Arc::clone(&storage), acme.clone(), eve.clone());
            async move {
                if is_removed {
                    let key = entry("eve").key;
                    assert!(
                        remove_suppression(&storage, &acme, &key, now())
                            .await
                            .unwrap()
                    );
                } else {
                    // Whose address is stored again wants mails again.
                    put_user(&storage, &eve).await.unwrap();
                }
            }
        });
        once_waiting(&mut raw).await;
        sql(&mut raw, "COMMIT").await;
        removing.await.unwrap();
        assert_eq!(listed(&storage, &acme).await, ["kim@example.com"]);
        let again = add_suppressions(storage.as_ref(), &acme, vec![entry("eve")]).await;
        assert_eq!(again.unwrap(), 1);
        let opened = format!(
            "UPDATE suppressions SET address = 'eve@example.com' WHERE address = '{sealed}'"
        );
        sql(&mut raw, &opened).await;
    }
    raw.close().await.unwrap();
    storage.close().await;
    database.close().await;
}
