//! What belongs to the house: tenants, accounts, workers, chores, retention.

use campanile_domain::{
    Act, AuditAction, AuditDays, AuditId, Channel, EmailAddress, NotificationId, ProviderName,
    RetentionDays, SuppressedAddress, Suppression, SuppressionKey, SuppressionReason,
    SuppressionSource, SystemClock, UserId, WorkerId,
};
use campanile_pipeline::{
    AuditEntry, Audited, Reported, RetentionLook, add_reported, add_suppressions, data_key_state,
    master_key_rotation, put_provider, remove_audit_rows, remove_provider, remove_suppression,
    resume_account, rewrap_step, rotate_data_key, rotation_step_at, set_audit_days, set_retention,
    start_master_key_rotation, use_link,
};
use campanile_storage::{
    AccountPause, AccountTrouble, AuditFilter, Provider, SuppressionFilter, WorkerReport, WorkerRow,
};
use campanile_storage_contract::fixture::{now, tenant};
use chrono::TimeDelta;
use uuid::Uuid;

use super::Tour;

impl Tour<'_> {
    pub(super) async fn house(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let other = tenant(&format!("tour-{}", self.number));
        storage.create_tenant(&other, now()).await.unwrap();
        let is_new = storage.create_tenant_with(&other, None, now()).await;
        assert!(!is_new.unwrap(), "it is there");
        storage.tenant(acme).await.unwrap().unwrap();
        storage.tenants().await.unwrap();
        let both = storage.tenants_of(&[acme, &other].into()).await;
        assert_eq!(both.unwrap().len(), 2);
        storage.set_retry_ladder(&other, None).await.unwrap();
        storage.set_link_schemes(&other, &[]).await.unwrap();
        storage.set_locale(&other, None).await.unwrap();
        storage.set_push_badge(&other, true).await.unwrap();
        set_retention(storage, &other, None).await.unwrap();
        storage.retention_terms().await.unwrap();
        self.accounts().await;
        self.audit().await;
        self.suppressions().await;
        let pause = AccountPause {
            tenant: acme.clone(),
            name: self.someone("hook"),
            channel: Channel::Webhook,
            version: String::new(),
            code: "410".into(),
            paused_at: now(),
        };
        storage.pause_account(&pause).await.unwrap();
        assert!(!storage.account_pauses(Some(acme)).await.unwrap().is_empty());
        assert!(resume_account(storage, acme, &pause.name).await.unwrap());
        let id = WorkerId::at(now());
        let row = WorkerRow {
            id,
            host: "box".into(),
            heartbeat_at: now(),
        };
        storage.heartbeat(&row).await.unwrap();
        let trouble = AccountTrouble {
            tenant: acme.clone(),
            channel: Channel::Push,
            name: "a".into(),
            misconfigured: true,
            breaker_open: false,
            probing: false,
            detail: String::new(),
            since: now(),
        };
        storage.tell_troubles(id, &[trouble]).await.unwrap();
        let since = now() - TimeDelta::minutes(1);
        assert_eq!(storage.troubles(Some(acme), since).await.unwrap().len(), 1);
        storage.report(id, &WorkerReport::default()).await.unwrap();
        storage.reported(since, since).await.unwrap();
        storage.forget_sent(since).await.unwrap();
        storage.leave(id).await.unwrap();
        storage.forget_silent(since).await.unwrap();
        storage.ping().await.unwrap();
        storage.depth(now()).await.unwrap();
        storage.dead_letter_count().await.unwrap();
        storage.make_partitions_ahead(now()).await.unwrap();
        storage.expire_idempotency_keys(now()).await.unwrap();
    }

    /// After the tour has made rows of each kind.
    pub(super) async fn rotations(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let at = now();
        let begun = rotate_data_key(&storage, acme, true, at).await.unwrap();
        begun.unwrap();
        data_key_state(&storage, acme).await.unwrap();
        // A pass over some of the rows, at each table, and the last pass.
        for later in 0..8 {
            let at = at + TimeDelta::minutes(5 * later);
            for _ in 0..12 {
                let turn = rotation_step_at(&storage, at).await.unwrap();
                assert!(turn.failed.is_none(), "{turn:?}");
            }
        }
        start_master_key_rotation(&storage, acme, now())
            .await
            .unwrap();
        master_key_rotation(&storage, acme).await.unwrap();
        while rewrap_step(&storage, now())
            .await
            .unwrap()
            .stepped
            .is_some()
        {}
    }

    async fn accounts(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        // The first texts make the key.
        let first = campanile_storage_contract::fixture::notification(acme, &self.someone("first"));
        campanile_storage_contract::fixture::accept(storage, vec![first]).await;
        storage.know_keys(acme).await.unwrap();
        storage.put_tenant_key(acme, &[1], now()).await.unwrap();
        assert!(!storage.some_tenant_keys(10).await.unwrap().is_empty());
        assert!(!storage.tenant_keys(acme).await.unwrap().is_empty());
        let name = ProviderName::parse(&format!("tour{}", self.number)).unwrap();
        let provider = Provider {
            tenant: acme.clone(),
            name: name.clone(),
            channel: Channel::Push,
            settings: "{}".into(),
            sealed: vec![0],
            weight: None,
            failover_to: None,
            version: Uuid::now_v7(),
            updated_at: now(),
        };
        let others = storage.providers(acme).await.unwrap();
        let seen: Vec<Uuid> = others.iter().map(|one| one.version).collect();
        put_provider(storage, &provider, &seen).await.unwrap();
        storage.provider_versions().await.unwrap();
        let names = [(acme.clone(), name.clone())];
        assert_eq!(storage.providers_with_keys(&names).await.unwrap().len(), 1);
        remove_provider(storage, acme, &name).await.unwrap();
    }

    async fn suppressions(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let key = storage.put_link_key(acme, &[1; 32], now()).await.unwrap();
        assert_eq!(storage.link_key(acme).await.unwrap(), Some(key));
        let address = format!("{}@example.com", self.someone("listed"));
        let address = SuppressedAddress::parse(Channel::Email, &address).unwrap();
        let entry = Suppression {
            key: SuppressionKey {
                channel: Channel::Email,
                address: address.clone(),
                notification_type: None,
            },
            reason: SuppressionReason::Manual,
            source: SuppressionSource::Operator,
            since: now(),
        };
        let added = add_suppressions(storage, acme, vec![entry.clone()]).await;
        assert_eq!(added.unwrap(), 1);
        let filter = SuppressionFilter {
            channel: Some(Channel::Email),
            address: Some(address),
        };
        let page = storage.suppressions(acme, &filter, None, 10).await.unwrap();
        assert_eq!(page.items, std::slice::from_ref(&entry));
        let all = SuppressionFilter::default();
        let page = storage.suppressions(acme, &all, Some(&entry.key), 10).await;
        page.unwrap();
        let user = UserId::parse("u1").unwrap();
        let after = Some(NotificationId(Uuid::nil()));
        storage.user_records(acme, &user, after, 20).await.unwrap();
        storage.user_topics(acme, &user, None, 20).await.unwrap();
        storage.outside_inbox(acme, &user, 200).await.unwrap();
        storage.user_suppressions(acme, &user, 20).await.unwrap();
        let email = EmailAddress::parse("u1@example.com").unwrap();
        storage.users_by_email(acme, &email, 5).await.unwrap();
        let token = self.someone("link");
        let used = use_link(storage, acme, &token, now(), now());
        assert!(used.await.unwrap());
        let removed = remove_suppression(storage, acme, &entry.key, now()).await;
        assert!(removed.unwrap());
        let sent_at = now() - TimeDelta::hours(1);
        let reported = add_reported(storage, acme, &entry, sent_at).await;
        assert_eq!(reported.unwrap(), Reported::Outdated);
        storage.expire_remembered(now()).await.unwrap();
    }

    async fn audit(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let act = Act::at_command_line("ann", &SystemClock);
        let entry = AuditEntry::new(acme, &act, AuditAction::RetentionSet, "retention");
        let audited = Audited::new(storage, entry.looking(RetentionLook));
        set_retention(&audited, acme, None).await.unwrap();
        set_audit_days(storage, acme, Some(AuditDays::MIN))
            .await
            .unwrap();
        let head = storage.audit_head(acme).await.unwrap();
        assert_eq!(
            storage.audit_days(acme).await.unwrap(),
            Some(AuditDays::MIN)
        );
        let filter = AuditFilter {
            actor: Some("ann".into()),
            action: Some("retention.set".into()),
            target: Some("retention".into()),
            from: Some(now() - TimeDelta::days(1)),
            // An earlier tour has removed rows by a clock of its own, and ids follow each other.
            to: Some(now() + TimeDelta::days(1_000)),
        };
        let page = storage.audit_page(acme, &filter, None, 1).await.unwrap();
        assert_eq!(page.rows[0].id, head.id);
        let all = storage
            .audit_rows_after(acme, AuditId::floor(act.at), 10)
            .await;
        assert!(!all.unwrap().is_empty());
        let later = now() + TimeDelta::days(400);
        remove_audit_rows(storage, AuditDays::DEFAULT, later)
            .await
            .unwrap();
    }

    pub(super) async fn retention(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let today = now().date_naive();
        storage.days_before(today).await.unwrap();
        let long_ago = today - TimeDelta::days(400);
        storage.day_is_pending(long_ago).await.unwrap();
        storage
            .drop_day(long_ago, RetentionDays::DEFAULT)
            .await
            .unwrap();
        let before = NotificationId::floor(now() - TimeDelta::minutes(30));
        storage.count_before(acme, before).await.unwrap();
        let first = NotificationId::floor(chrono::DateTime::UNIX_EPOCH);
        let step = campanile_pipeline::remove_step(storage, acme, first, before);
        step.await.unwrap();
    }
}
