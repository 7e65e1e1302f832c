//! Keys are rotated by the installation's operator.

use std::sync::Arc;

use campanile_api::{Draining, RequestLimits};
use campanile_domain::TenantId;
use campanile_pipeline::{rewrap_step, rotation_step};
use campanile_sealing::{KeyRing, MasterKey};
use campanile_storage::{AuditFilter, Storage};
use campanile_storage_contract::fixture::{now, tenants};
use campanile_storage_sqlite::SqliteStorage;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Answer, Folder, TestApi, healthy, over, send_json, shared_secret, token};

const PATH: &str = "/api/v1/admin/tenants/acme/encryption";
const MASTER: &str = "/api/v1/admin/master-key";

fn master() -> MasterKey {
    MasterKey::parse(&MasterKey::generate().unwrap()).unwrap()
}

/// An API whose storage has these keys, and the storage.
async fn with_keys(ring: KeyRing) -> (TestApi, Arc<dyn Storage>, Folder) {
    let folder = Folder::new();
    let file = SqliteStorage::open(&folder.0.join("keys.db"))
        .await
        .unwrap();
    let storage: Arc<dyn Storage> = Arc::new(file.with_keys(Arc::new(ring)));
    tenants(storage.as_ref(), ["acme", "other"]).await;
    let mut api = TestApi::new().await;
    let (limits, draining) = (RequestLimits::default(), Draining::default());
    api.router = over(
        Arc::clone(&storage),
        shared_secret(),
        limits,
        healthy(),
        draining,
    );
    (api, storage, folder)
}

async fn call(api: &TestApi, method: &str, path: &str) -> Answer {
    let platform = token("other", "root", "platform");
    api.call(send_json(method, path, &platform, "")).await
}

#[tokio::test]
async fn a_data_key_is_rotated_and_the_progress_is_shown() {
    let (api, storage, _folder) = with_keys(KeyRing::new(Some(Arc::new(master())), true)).await;
    let missing = call(&api, "POST", &format!("{PATH}/rotate-key")).await;
    missing.is_problem(409, "no_data_key");
    let unknown = call(&api, "GET", &PATH.replace("acme", "nobody")).await;
    unknown.is_problem(404, "tenant_not_found");
    let before = call(&api, "GET", PATH).await.json();
    assert_eq!(
        (&before["key_created_at"], &before["rotation"]),
        (&Value::Null, &Value::Null)
    );
    let body = json!({"notification_type": "t", "recipients": ["u"], "content": {}, "title": "x"});
    assert_eq!(api.post(body.to_string()).await.status, 202);

    let begun = call(&api, "POST", &format!("{PATH}/rotate-key")).await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    let state = begun.json();
    assert_eq!(
        (&state["former_keys"], &state["encrypts_texts"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(
        (&state["rotation"]["kind"], &state["rotation"]["stage"]),
        (&json!("rotate"), &json!("encrypting"))
    );
    let again = call(&api, "POST", &format!("{PATH}/rotate-key"))
        .await
        .json();
    assert_eq!(
        again["rotation"]["started_at"],
        state["rotation"]["started_at"]
    );
    // It encrypts what lies in the open as well.
    let other = call(&api, "POST", PATH).await.json();
    assert_eq!(other["rotation"]["kind"], json!("rotate"));

    while rotation_step(&storage, now())
        .await
        .unwrap()
        .stepped
        .is_some()
    {}
    let state = call(&api, "GET", PATH).await.json();
    assert_eq!(
        (
            &state["rotation"]["stage"],
            &state["rotation"]["reencrypted"]
        ),
        (&json!("waiting"), &json!(1))
    );
    for later in [5, 6] {
        let late = now() + TimeDelta::minutes(later);
        while rotation_step(&storage, late)
            .await
            .unwrap()
            .stepped
            .is_some()
        {}
    }
    let state = call(&api, "GET", PATH).await.json();
    assert_eq!(
        (&state["rotation"]["stage"], &state["former_keys"]),
        (&json!("done"), &json!(0))
    );

    let begun = call(&api, "POST", PATH).await;
    assert_eq!(
        (begun.status.as_u16(), &begun.json()["rotation"]["kind"]),
        (202, &json!("encrypt"))
    );
    let acme = TenantId::parse("acme").unwrap();
    let log = storage
        .audit_page(&acme, &AuditFilter::default(), None, 10)
        .await
        .unwrap();
    let actions: Vec<_> = log.rows.iter().map(|row| &*row.action).collect();
    assert_eq!(actions, ["texts.encrypt", "data_key.rotate"]);
}

#[tokio::test]
async fn what_is_not_set_up_is_said() {
    let (api, _storage, _folder) = with_keys(KeyRing::new(None, false)).await;
    for path in [
        PATH,
        &format!("{PATH}/rotate-key"),
        &format!("{MASTER}/rotate"),
    ] {
        let refused = call(&api, "POST", path).await;
        refused.is_problem(409, "not_configured");
        assert!(
            refused.text.contains("CAMPANILE_MASTER_KEY"),
            "{}",
            refused.text
        );
    }
    let (api, _storage, _folder) = with_keys(KeyRing::new(Some(Arc::new(master())), false)).await;
    let refused = call(&api, "POST", PATH).await;
    assert!(
        refused.text.contains("CAMPANILE_SEAL_TEXTS"),
        "{}",
        refused.text
    );
    let refused = call(&api, "POST", &format!("{MASTER}/rotate")).await;
    assert!(
        refused.text.contains("CAMPANILE_MASTER_KEY_PREVIOUS"),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn the_master_key_is_rotated_and_the_progress_is_shown() {
    let keys = master().and_previous(master());
    let (api, storage, _folder) = with_keys(KeyRing::new(Some(Arc::new(keys)), true)).await;
    let before = call(&api, "GET", MASTER).await.json();
    assert_eq!(
        before,
        json!({"configured": true, "previous_configured": true, "rotation": null})
    );
    let begun = call(&api, "POST", &format!("{MASTER}/rotate")).await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    assert_eq!(begun.json()["rotation"]["ended_at"], Value::Null);
    while rewrap_step(&storage, now())
        .await
        .unwrap()
        .stepped
        .is_some()
    {}
    let done = call(&api, "GET", MASTER).await.json();
    assert!(done["rotation"]["ended_at"].is_string(), "{done}");
    let other = TenantId::parse("other").unwrap();
    let log = storage
        .audit_page(&other, &AuditFilter::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(
        (&*log.rows[0].action, &*log.rows[0].target),
        ("master_key.rotate", "master_key")
    );
}
