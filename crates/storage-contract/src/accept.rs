//! Accepting: all fields, all rows or none, and for whom.

use std::sync::Arc;

use campanile_domain::{Channel, Lane, NotificationId, Priority};
use chrono::TimeDelta;

use super::fixture::{accept, item, item_texts, notification, now, plan, tenants};
use campanile_storage::{OUTBOX_ROW_IDS, RelayLimits, Storage};

/// What is read back is what was accepted, text by text.
pub async fn every_field_comes_back(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut full = notification(&acme, "zoë \"x\" 🎉");
    full.priority = Priority::Critical;
    full.title = Some("Title with 'quotes', \\ and {braces}".into());
    full.body = Some("two\nlines, 日本語".into());
    // Kept as written: order, spaces and numbers beyond 2^53 included.
    full.content = r#"{"b": 1, "a":  [12345678901234567890, null], "a": "\u00e9"}"#.into();
    full.channels = Some(vec![Channel::InApp, Channel::Webhook]);
    full.send_at = Some(full.created_at - TimeDelta::seconds(1));
    full.expires_at = Some(full.created_at + TimeDelta::days(3));
    full.collapse_key = Some("k,{}\"".into());
    full.correlation_id = "corr-1".into();
    full.item = item_texts();
    let bare = notification(&acme, "u");
    accept(storage.as_ref(), vec![full.clone(), bare.clone()]).await;
    for expected in [full, bare] {
        let found = storage
            .timeline(&acme, expected.id)
            .await
            .expect("read")
            .expect("there");
        assert_eq!(found.notification, expected);
    }
}

/// One refused row leaves nothing of the whole batch, of any tenant.
pub async fn a_batch_is_all_or_nothing(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let kept = notification(&acme, "u");
    accept(storage.as_ref(), vec![kept.clone()]).await;
    let neighbour = notification(&other, "u");
    // The same id again: the database must refuse it.
    let batch = vec![item(vec![neighbour.clone()]), item(vec![kept.clone()])];
    storage
        .accept(batch.into())
        .await
        .expect_err("a row that is there already");
    assert!(
        !storage
            .was_accepted(&other, neighbour.id)
            .await
            .expect("read")
    );
    assert_eq!(
        plan(storage.as_ref(), &[]).await.notifications,
        1,
        "only the first is to be planned"
    );
}

/// A fan-out costs one outbox row per [`OUTBOX_ROW_IDS`] recipients, not one each.
pub async fn many_recipients_share_outbox_rows(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let users = 2 * OUTBOX_ROW_IDS + 1;
    let all: Vec<_> = (0..users)
        .map(|n| notification(&acme, &format!("u{n}")))
        .collect();
    accept(storage.as_ref(), all).await;
    assert_eq!(
        storage.depth(now()).await.expect("counted").outbox,
        users as u64
    );
    let limits = RelayLimits {
        rows: 3,
        rows_per_tenant: 3,
        ..RelayLimits::default()
    };
    let planned =
        campanile_pipeline::plan_turn(&storage, limits, super::fixture::routes(&[]), now()).await;
    assert_eq!(
        planned.expect("planned").notifications,
        users,
        "three rows hold them all"
    );
}

/// Nothing in, nothing out.
pub async fn an_empty_batch_is_nothing(storage: Arc<dyn Storage>) {
    assert_eq!(storage.accept([].into()).await.expect("no work"), []);
}

/// A commit whose answer was lost is settled by asking; another tenant learns nothing.
pub async fn what_was_accepted_is_known_to_its_tenant_only(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let mut urgent = item(vec![notification(&acme, "u")]);
    urgent.lane = Lane::Critical;
    let id = urgent.notifications[0].id;
    storage.accept([urgent].into()).await.expect("stored");
    assert!(storage.was_accepted(&acme, id).await.expect("read"));
    assert!(!storage.was_accepted(&other, id).await.expect("read"));
    assert!(
        !storage
            .was_accepted(&acme, NotificationId::at(now()))
            .await
            .expect("read")
    );
}
