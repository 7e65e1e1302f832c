//! The audit log: an act and its row are one transaction, and the rows of a tenant are one chain.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{
    Act, Actor, AuditAction, AuditDays, AuditId, AuditRow, ChainCheck, ChainFault, RetentionDays,
    Tenant, TenantId,
};
use campanile_pipeline::{
    AuditDaysLook, AuditEntry, Audited, ChangedTenant, RetentionLook, TenantLook,
    begin_tenant_removal, change_tenant, create_tenant, put_api_key, record_act, remove_audit_rows,
    revoke_api_key, set_audit_days, set_retention,
};
use campanile_storage::{
    AUDIT_REMOVED_AT_ONCE, AuditFilter, PutApiKey, Scope, Storage, StorageError, TenantChange,
    Transaction, Work, transact,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::api_keys::api_key;
use super::fixture::{now, tenants};

fn act(by: &str, at: DateTime<Utc>) -> Act {
    Act {
        actor: Actor::token(by),
        request_id: Some("r1".into()),
        address: "2001:db8::1".parse().ok(),
        at,
    }
}

fn entry(tenant: &TenantId, by: &str, action: AuditAction, target: &str) -> AuditEntry {
    AuditEntry::new(tenant, &act(by, now()), action, target)
}

async fn rows(storage: &dyn Storage, tenant: &TenantId) -> Vec<AuditRow> {
    let first = AuditId(uuid::Uuid::nil());
    let rows = storage.audit_rows_after(tenant, first, 10_000).await;
    rows.expect("read")
}

async fn faults(storage: &dyn Storage, tenant: &TenantId) -> Vec<ChainFault> {
    let head = storage.audit_head(tenant).await.expect("read");
    let mut check = ChainCheck::new(tenant.clone(), head);
    let rows = rows(storage, tenant).await;
    rows.iter().for_each(|row| check.row(row));
    check.finish().faults
}

async fn page(storage: &dyn Storage, tenant: &TenantId, filter: AuditFilter) -> Vec<String> {
    let (mut targets, mut before) = (Vec::new(), None);
    loop {
        let page = storage.audit_page(tenant, &filter, before, 2).await;
        let page = page.expect("read");
        assert!(page.rows.len() <= 2);
        targets.extend(page.rows.into_iter().map(|row| row.target));
        before = page.next;
        if before.is_none() {
            return targets;
        }
    }
}

/// With what was there before and what is there afterwards; every field comes back. Other tenants see nothing of it.
pub async fn an_act_leaves_a_row(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let mut act = act("ann", now());
    act.actor.key_id = Some("k1".into());
    let entry = AuditEntry::new(&acme, &act, AuditAction::RetentionSet, "retention");
    let audited = Audited::new(storage, entry.looking(RetentionLook));
    for days in [Some(10), Some(20), None] {
        let days = days.and_then(RetentionDays::new);
        assert!(set_retention(&audited, &acme, days).await.expect("set"));
    }
    let rows = rows(storage, &acme).await;
    let states: Vec<_> = rows
        .iter()
        .map(|row| (row.seq, row.before.as_deref(), row.after.as_deref()))
        .collect();
    let (none, ten) = (Some(r#"{"days":null}"#), Some(r#"{"days":10}"#));
    let twenty = Some(r#"{"days":20}"#);
    assert_eq!(
        states,
        [(1, none, ten), (2, ten, twenty), (3, twenty, none)]
    );
    let row = &rows[0];
    assert_eq!(row.at, act.at);
    assert_eq!(
        (row.actor_kind, &row.actor),
        (act.actor.kind, &act.actor.subject)
    );
    assert_eq!(
        (&row.key_id, &row.request_id),
        (&act.actor.key_id, &act.request_id)
    );
    assert_eq!(row.address.as_deref(), Some("2001:db8::1"));
    assert_eq!((&*row.action, &*row.target), ("retention.set", "retention"));
    assert_eq!(faults(storage, &acme).await, []);
    assert_eq!(self::rows(storage, &other).await, []);
    assert_eq!(storage.audit_head(&other).await.expect("read").seq, 0);
}

struct Fails;

#[async_trait]
impl Work for Fails {
    type Done = ();

    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        let tenant = TenantId::parse("acme").expect("valid");
        tx.set_retention(&tenant, Some(RetentionDays::MIN)).await?;
        Err(StorageError::Refused("on purpose".into()))
    }
}

/// Neither a row without an act nor an act without a row.
pub async fn an_act_that_fails_or_changes_nothing_leaves_no_row(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let entry = entry(&acme, "ann", AuditAction::RetentionSet, "retention");
    let audited = Audited::new(storage, entry.clone());
    let failed = transact(&audited, Scope::caller(&acme), Fails).await;
    assert!(failed.is_err());
    let found = storage.tenant(&acme).await.expect("read").expect("there");
    assert_eq!(found.retention, None);
    let unpaused = campanile_pipeline::resume_account(&audited, &acme, "none").await;
    assert!(!unpaused.expect("asked"));
    assert_eq!(rows(storage, &acme).await, []);
    record_act(storage, entry.with(json!({"n": 1})))
        .await
        .expect("recorded");
    let rows = rows(storage, &acme).await;
    assert_eq!(rows[0].after.as_deref(), Some(r#"{"n":1}"#));
    assert_eq!((rows.len(), rows[0].seq), (1, 1));
}

/// Acts of a tenant wait for each other, so that each one follows exactly one other.
pub async fn acts_at_once_are_one_chain(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let tasks = (0..16).map(|number| {
        let (storage, acme) = (Arc::clone(&storage), acme.clone());
        tokio::spawn(async move {
            let by = format!("a{number}");
            let entry = entry(&acme, &by, AuditAction::RetentionSet, "retention");
            let audited = Audited::new(storage.as_ref(), entry.looking(RetentionLook));
            let days = RetentionDays::new(number + 1);
            set_retention(&audited, &acme, days).await.expect("set")
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert!(task.await.expect("no panic"));
    }
    let rows = rows(storage.as_ref(), &acme).await;
    let numbers: Vec<_> = rows.iter().map(|row| row.seq).collect();
    assert_eq!(numbers, (1..=16).collect::<Vec<_>>());
    assert_eq!(faults(storage.as_ref(), &acme).await, []);
    // What one left is what the next one found.
    assert!(rows.windows(2).all(|pair| pair[0].after == pair[1].before));
}

/// Newest first, and each filter alone.
pub async fn rows_are_listed_and_filtered(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let begin = now() - TimeDelta::hours(1);
    for (minute, by, action, target) in [
        (0, "ann", AuditAction::BrandSave, "a"),
        (1, "bob", AuditAction::BrandSave, "b"),
        (2, "ann", AuditAction::UserErase, "c"),
        (3, "bob", AuditAction::UserErase, "b"),
        (4, "ann", AuditAction::BrandSave, "d"),
    ] {
        let act = act(by, begin + TimeDelta::minutes(minute));
        let entry = AuditEntry::new(&acme, &act, action, target);
        record_act(storage, entry).await.expect("recorded");
    }
    let none = AuditFilter::default;
    let text = |text: &str| Some(text.to_owned());
    let at = |minute| Some(begin + TimeDelta::minutes(minute));
    for (filter, expected) in [
        (none(), "dbcba"),
        (
            AuditFilter {
                actor: text("ann"),
                ..none()
            },
            "dca",
        ),
        (
            AuditFilter {
                action: text("user.erase"),
                ..none()
            },
            "bc",
        ),
        (
            AuditFilter {
                target: text("b"),
                ..none()
            },
            "bb",
        ),
        (
            AuditFilter {
                from: at(1),
                to: at(4),
                ..none()
            },
            "bcb",
        ),
        (
            AuditFilter {
                actor: text("ann"),
                to: at(2),
                ..none()
            },
            "a",
        ),
        (
            AuditFilter {
                actor: text("eve"),
                ..none()
            },
            "",
        ),
    ] {
        let found = page(storage, &acme, filter.clone()).await.concat();
        assert_eq!(found, expected, "{filter:?}");
    }
}

/// The chain begins after the last row that is gone. Its last row stays, however old it is.
pub async fn what_retention_leaves_is_verifiable(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let old = now() - TimeDelta::days(100);
    let many = AUDIT_REMOVED_AT_ONCE + 2;
    for number in 0..many {
        let act = act("ann", old + TimeDelta::seconds(number.into()));
        let entry = AuditEntry::new(&acme, &act, AuditAction::BrandSave, "brand");
        record_act(storage, entry).await.expect("recorded");
    }
    let theirs = AuditEntry::new(&other, &act("bob", old), AuditAction::BrandSave, "brand");
    record_act(storage, theirs).await.expect("recorded");
    let default = AuditDays::DEFAULT;
    let removed = remove_audit_rows(storage, default, now()).await;
    assert_eq!(removed.expect("removed"), 0, "all are within the default");
    let entry = entry(&acme, "ann", AuditAction::AuditRetention, "audit_log");
    let audited = Audited::new(storage, entry.looking(AuditDaysLook));
    set_audit_days(&audited, &acme, Some(AuditDays::MIN))
        .await
        .expect("set");
    let days = storage.audit_days(&acme).await.expect("read");
    assert_eq!(days, Some(AuditDays::MIN));
    let removed = remove_audit_rows(storage, default, now()).await;
    assert_eq!(removed.expect("removed"), u64::from(many));
    // What was set, and a record of each of the two steps.
    let left = rows(storage, &acme).await;
    assert_eq!(left.len(), 3);
    assert_eq!(left[0].seq, u64::from(many) + 1);
    for row in &left[1..] {
        assert_eq!((&*row.action, &*row.actor), ("audit.remove", "retention"));
    }
    let states = (left[0].before.as_deref(), left[0].after.as_deref());
    assert_eq!(states, (Some(r#"{"days":null}"#), Some(r#"{"days":30}"#)));
    assert_eq!(faults(storage, &acme).await, []);
    assert_eq!(rows(storage, &other).await.len(), 1);
    let far = now() + TimeDelta::days(4_000);
    let removed = remove_audit_rows(storage, default, far).await;
    assert_eq!(removed.expect("removed"), 2, "the last rows stay");
    assert_eq!(faults(storage, &other).await, []);
    assert_eq!(faults(storage, &acme).await, []);
    // An anchor that was moved by hand is none that retention left.
    let mut head = storage.audit_head(&acme).await.expect("read");
    let mut left = rows(storage, &acme).await.into_iter();
    let gone = left.next().expect("the one before the last");
    (head.anchor_seq, head.anchor_hash) = (gone.seq, gone.hash);
    let mut check = ChainCheck::new(acme.clone(), head);
    left.for_each(|row| check.row(&row));
    let end = check.finish();
    assert_eq!(end.faults, [ChainFault::WrongBegin { seq: gone.seq }]);
    assert_eq!(end.removal_recorded_by, None);
}

/// API keys and tenants are acts too. The removal of a tenant is in the log of another one, since its own goes with it.
pub async fn who_may_call_is_changed_with_a_row(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [home] = tenants(storage, ["home"]).await;
    let fresh = Tenant::new(TenantId::parse("fresh").expect("valid"), now());
    let audited = |log: &TenantId, action, target: &str| {
        let look = TenantLook(fresh.id.clone());
        Audited::new(storage, entry(log, "ann", action, target).looking(look))
    };
    let create = audited(&fresh.id, AuditAction::TenantCreate, "tenant/fresh");
    assert!(create_tenant(&create, &fresh).await.expect("created"));
    assert!(!create_tenant(&create, &fresh).await.expect("asked"));
    let suspend = TenantChange {
        suspended_at: Some(Some(now())),
        ..TenantChange::default()
    };
    let change = audited(&fresh.id, AuditAction::TenantChange, "tenant/fresh");
    let changed = change_tenant(&change, &fresh.id, &suspend).await;
    assert!(matches!(changed.expect("changed"), ChangedTenant::Is(_)));
    let (key, hash) = api_key(&fresh.id, now());
    let target = format!("api_key/{}", key.id);
    let entry = entry(&fresh.id, "ann", AuditAction::ApiKeyCreate, &target);
    let audited_key = Audited::new(storage, entry.with(json!({"name": key.name})));
    for (most, expected) in [(0, PutApiKey::TooMany), (1, PutApiKey::Stored)] {
        let put = put_api_key(&audited_key, &key, &hash, most, None).await;
        assert_eq!(put.expect("answered"), expected);
    }
    let revoked = revoke_api_key(&audited_key, &fresh.id, key.id, now()).await;
    assert!(revoked.expect("revoked"));
    let status = |state: &Option<String>| {
        let state: serde_json::Value = serde_json::from_str(state.as_deref()?).expect("JSON");
        state["status"].as_str().map(str::to_owned)
    };
    let seen: Vec<_> = rows(storage, &fresh.id).await;
    let states: Vec<_> = seen
        .iter()
        .map(|row| (status(&row.before), status(&row.after)))
        .collect();
    let (active, suspended) = (Some("active".to_owned()), Some("suspended".to_owned()));
    let expected = [
        (None, active.clone()),
        (active, suspended.clone()),
        (None, None),
        (None, None),
    ];
    assert_eq!(states, expected);
    let remove = audited(&home, AuditAction::TenantDelete, "tenant/fresh");
    let removed = begin_tenant_removal(&remove, &fresh.id, &home, now()).await;
    assert!(removed.expect("begun").is_some());
    let last = rows(storage, &home).await;
    assert_eq!(last.len(), 1);
    let removing = Some("removing".to_owned());
    assert_eq!(
        (status(&last[0].before), status(&last[0].after)),
        (suspended, removing)
    );
}
