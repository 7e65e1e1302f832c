//! Every method of every trait, passed on.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::{
    ApiKey, ApiKeyId, AuditDays, AuditHead, AuditId, AuditRow, Channel, DeliveryId, Device,
    DeviceId, DispatchId, EmailAddress, FanoutId, FanoutStatus, InboxMarks, IngestAddress,
    IngestGroup, IngestId, KeyHash, Notification, NotificationId, NotificationType, ProviderName,
    RetentionDays, Suppression, SuppressionKey, TemplateDraft, TemplateDraftHead, TemplateHead,
    TemplateType, TemplateVersion, Tenant, TenantId, TenantPreferences, TopicKey, User,
    UserAddress, UserId, VariantCount, VariantDraft, WorkerId,
};
use campanile_storage::*;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{FaultyStorage, TimeStandsStill};

/// Implements each trait by its methods' signatures, which leave out `&self` and the error; what stands in
/// `as is { … }` is taken over.
macro_rules! passed_on {
    ($($trait:ident $(as is { $($item:tt)* })? {
        $($call:ident($($arg:ident: $type:ty),*) -> $answer:ty;)*
    })*) => {
        /// The names of all methods that a test can break or count.
        pub(super) const CALLS: &[&str] = &[$($(stringify!($call),)*)*];

        $(
            #[async_trait]
            impl $trait for FaultyStorage {
                $($($item)*)?
                $(async fn $call(&self, $($arg: $type),*) -> Result<$answer, StorageError> {
                    self.before(stringify!($call)).await?;
                    let _still = TimeStandsStill::begin();
                    self.storage.$call($($arg),*).await
                })*
            }
        )*
    };
}

passed_on! {
    Accept {
        accept(batch: Arc<[AcceptItem]>) -> Vec<AcceptOutcome>;
        was_accepted(tenant: &TenantId, id: NotificationId) -> bool;
        earlier_answer(tenant: &TenantId, key: &str, fingerprint: &[u8; 32], now: DateTime<Utc>) -> Option<KeptAnswer>;
    }
    AccountPauses {
        pause_account(pause: &AccountPause) -> ();
        account_pauses(tenant: Option<&TenantId>) -> Vec<AccountPause>;
    }
    AccountTroubles {
        tell_troubles(worker: WorkerId, troubles: &[AccountTrouble]) -> ();
        troubles(tenant: Option<&TenantId>, alive_since: DateTime<Utc>) -> Vec<AccountTrouble>;
    }
    AddressBook {
        user(tenant: &TenantId, id: &UserId) -> Option<User>;
        users_by_email(tenant: &TenantId, email: &EmailAddress, limit: u32) -> Vec<UserId>;
        readers(people: &BTreeSet<(&TenantId, &UserId)>) -> HashMap<Person, KnownReader>;
        attributes(people: &BTreeSet<(&TenantId, &UserId)>) -> HashMap<Person, String>;
        put_device(device: &Device) -> (Device, bool);
        devices(tenant: &TenantId, user: &UserId) -> Vec<Device>;
        remove_device(tenant: &TenantId, user: &UserId, id: DeviceId) -> bool;
        put_user_address(address: &UserAddress) -> (UserAddress, bool);
        user_addresses(tenant: &TenantId, user: &UserId) -> Vec<UserAddress>;
        remove_user_address(tenant: &TenantId, user: &UserId, channel: Channel) -> bool;
    }
    ApiKeys {
        put_api_key(key: &ApiKey, hash: &KeyHash, most: u32, handover: Option<Handover>) -> PutApiKey;
        api_keys(tenant: &TenantId, after: Option<ApiKeyId>, limit: u32) -> Vec<ApiKey>;
        api_key(tenant: &TenantId, id: ApiKeyId) -> Option<ApiKey>;
        active_api_keys(tenant: &TenantId, now: DateTime<Utc>) -> u64;
        revoke_api_key(tenant: &TenantId, id: ApiKeyId, now: DateTime<Utc>) -> bool;
        api_keys_by_id(ids: &[ApiKeyId]) -> Vec<(ApiKey, KeyHash)>;
        note_api_keys_used(used: &[(TenantId, ApiKeyId, DateTime<Utc>)]) -> ();
    }
    AuditLog {
        audit_head(tenant: &TenantId) -> AuditHead;
        audit_page(tenant: &TenantId, filter: &AuditFilter, before: Option<AuditId>, limit: u32) -> AuditPage;
        audit_rows_after(tenant: &TenantId, after: AuditId, limit: u32) -> Vec<AuditRow>;
        audit_days(tenant: &TenantId) -> Option<AuditDays>;
    }
    DeadLetters {
        dead_letters(tenant: &TenantId, filter: &DeadLetterFilter, after: Option<DeadLetterCursor>, limit: u32) -> DeadLetterPage;
        bury_messages(messages: &[BuriedMessage]) -> u64;
    }
    Dispatches {
        load(refs: &[DispatchRef]) -> Vec<Option<LoadedDispatch>>;
        look_again(tenant: &TenantId, notification: NotificationId, delivery: DeliveryId) -> Option<Standing>;
        start(tenant: &TenantId, notification: NotificationId, delivery: DeliveryId, account: &str) -> Start;
        hold(worker: WorkerId, dispatches: &[(TenantId, DispatchId)]) -> ();
        let_go(worker: WorkerId, dispatches: &[(TenantId, DispatchId)]) -> ();
        redeliver_at(dispatches: &[(TenantId, DispatchId)], at: DateTime<Utc>) -> ();
        ring_all(now: DateTime<Utc>) -> u64;
        take_due(now: DateTime<Utc>, alive_since: DateTime<Utc>, limit: u32) -> Vec<Dispatch>;
    }
    Fanouts {
        fanout(tenant: &TenantId, id: FanoutId) -> Option<FanoutProgress>;
        fanout_page(tenant: &TenantId, status: Option<FanoutStatus>, after: Option<FanoutId>, limit: u32) -> Vec<FanoutProgress>;
        fanout_depth(now: DateTime<Utc>) -> FanoutDepth;
        count_forgettable(tenant: &TenantId, before: DateTime<Utc>) -> u64;
    }
    Inbox {
        inbox_page(tenant: &TenantId, user: &UserId, filter: &InboxFilter, start: PageStart, size: PageSize, now: DateTime<Utc>) -> InboxPage;
        inbox_count(tenant: &TenantId, user: &UserId, filter: &InboxFilter, now: DateTime<Utc>) -> InboxCount;
    }
    InboxUpdates {
        inbox_updates(wanted: &[UpdatesWanted], size: UpdatesSize, now: DateTime<Utc>) -> Vec<UpdatesFound>;
    }
    InboxWrites {
        recipient(tenant: &TenantId, id: NotificationId) -> Option<UserId>;
        marks_of(tenant: &TenantId, user: &UserId, id: NotificationId, now: DateTime<Utc>) -> Option<MarksFound>;
        replace_marks(tenant: &TenantId, user: &UserId, id: NotificationId, found: InboxMarks, marks: InboxMarks, now: DateTime<Utc>) -> bool;
    }
    IngestBook {
        ingest_address(tenant: &TenantId, key_digest: &[u8; 32]) -> Option<IngestAddress>;
        ingest_addresses(tenant: &TenantId) -> Vec<IngestAddress>;
        ingest_group(tenant: &TenantId, address: IngestId, digest: &[u8; 32]) -> Option<IngestGroup>;
        put_ingest_group(tenant: &TenantId, group: &IngestGroup) -> ();
        expire_ingest_groups(before: DateTime<Utc>) -> u64;
    }
    LinkKeys {
        link_key(tenant: &TenantId) -> Option<[u8; 32]>;
        put_link_key(tenant: &TenantId, key: &[u8; 32], now: DateTime<Utc>) -> [u8; 32];
    }
    Maintenance as is {
        async fn close(&self) {
            self.storage.close().await;
        }
    } {
        ping() -> Duration;
        depth(now: DateTime<Utc>) -> Depth;
        dead_letter_count() -> u64;
        make_partitions_ahead(now: DateTime<Utc>) -> ();
        expire_idempotency_keys(now: DateTime<Utc>) -> u64;
        analyze_grown() -> Option<String>;
    }
    Moving as is {
        fn is_shared(&self) -> bool {
            self.storage.is_shared()
        }
    } {
        count_moved(tenant: &TenantId) -> Vec<(&'static MovedTable, u64)>;
        read_moved(tenant: &TenantId, taker: &mut dyn TakeMoved) -> ();
        import_of(tenant: &TenantId) -> Option<TenantImport>;
        write_moved(tenant: &TenantId, batch: &MovedBatch, import: &TenantImport) -> ();
        put_import(tenant: &TenantId, import: &TenantImport) -> ();
    }
    Notifications {
        notification(tenant: &TenantId, user: Option<&UserId>, id: NotificationId) -> Option<NotificationRecord>;
    }
    PlanMarks {
        expire_plan_marks(now: DateTime<Utc>) -> u64;
    }
    PreferenceBook {
        tenant_preferences(tenant: &TenantId) -> TenantPreferences;
        broken_off_reschedules(before: DateTime<Utc>, limit: u32) -> Vec<TenantId>;
        put_off_reschedule(tenant: &TenantId, now: DateTime<Utc>) -> ();
    }
    Providers as is {
        fn sealing(&self) -> Sealing {
            self.storage.sealing()
        }
    } {
        tenant_keys(tenant: &TenantId) -> Vec<Vec<u8>>;
        some_tenant_keys(limit: u32) -> Vec<(TenantId, Vec<u8>)>;
        put_tenant_key(tenant: &TenantId, wrapped: &[u8], now: DateTime<Utc>) -> Vec<u8>;
        know_keys(tenant: &TenantId) -> ();
        providers(tenant: &TenantId) -> Vec<Provider>;
        provider_versions() -> Vec<(TenantId, ProviderName, Uuid)>;
        providers_with_keys(names: &[(TenantId, ProviderName)]) -> Vec<(Provider, Vec<Vec<u8>>)>;
    }
    ReadReactions {
        reacted_to(tenant: &TenantId, notification: NotificationId, delivery: DeliveryId) -> Option<ReactedTo>;
    }
    Remembering {
        expire_remembered(now: DateTime<Utc>) -> u64;
    }
    Retention as is {
        fn drops_days(&self) -> bool {
            self.storage.drops_days()
        }
    } {
        retention_terms() -> Vec<(TenantId, Option<RetentionDays>)>;
        days_before(day: NaiveDate) -> Vec<NaiveDate>;
        day_is_pending(day: NaiveDate) -> bool;
        drop_day(day: NaiveDate, default: RetentionDays) -> Option<DropDay>;
        count_before(tenant: &TenantId, before: NotificationId) -> u64;
    }
    Schedule {
        expedite(what: &Expedite<'_>) -> u64;
    }
    Suppressions {
        suppressions(tenant: &TenantId, filter: &SuppressionFilter, after: Option<&SuppressionKey>, limit: u32) -> SuppressionPage;
    }
    UserRecords {
        user_records(tenant: &TenantId, user: &UserId, after: Option<NotificationId>, limit: u32) -> Vec<UserRecord>;
        outside_inbox(tenant: &TenantId, user: &UserId, among: u32) -> Vec<Notification>;
        user_suppressions(tenant: &TenantId, user: &UserId, limit: u32) -> Vec<Suppression>;
        user_topics(tenant: &TenantId, user: &UserId, after: Option<&TopicKey>, limit: u32) -> Vec<TopicKey>;
    }
    Templates {
        template_types(tenant: &TenantId) -> Vec<TemplateType>;
        template_type(tenant: &TenantId, of: &NotificationType) -> Option<TemplateType>;
        types_in_use(types: &BTreeSet<(&TenantId, &NotificationType)>) -> Vec<TypeInUse>;
        template_drafts(tenant: &TenantId, of: Option<&NotificationType>) -> Vec<TemplateDraft>;
        template_variants(tenant: &TenantId, of: &NotificationType) -> Vec<VariantDraft>;
        variant_counts(tenant: &TenantId, of: &NotificationType, trials: &[(Channel, u64)]) -> Vec<VariantCount>;
        template_draft_heads(tenant: &TenantId) -> Vec<TemplateDraftHead>;
        brand(tenant: &TenantId) -> Option<StoredBrand>;
        template_heads(tenant: &TenantId, of: &NotificationType, before: Option<u64>, limit: u32) -> Vec<TemplateHead>;
        template_version(tenant: &TenantId, of: &NotificationType, version: u64) -> Option<TemplateVersion>;
        due_templates(now: DateTime<Utc>, limit: u32) -> Vec<DueTemplate>;
    }
    Tenants {
        add_tenant(tenant: &Tenant) -> bool;
        change_tenant(id: &TenantId, change: &TenantChange) -> Option<Tenant>;
        tenant(id: &TenantId) -> Option<Tenant>;
        tenants_of(ids: &BTreeSet<&TenantId>) -> Vec<Tenant>;
        tenants() -> Vec<Tenant>;
        tenant_page(after: Option<&TenantId>, limit: u32) -> Vec<Tenant>;
        tenant_usage(id: &TenantId, now: DateTime<Utc>) -> TenantUsage;
        queued_of(id: &TenantId, most: u32) -> u64;
        count_notifications(id: &TenantId, after: Option<NotificationId>, limit: u32) -> CountStep;
        begin_tenant_removal(id: &TenantId, now: DateTime<Utc>) -> bool;
        tenants_in_removal(since_before: DateTime<Utc>) -> Vec<Tenant>;
        remove_tenant_rows(id: &TenantId, limit: u32) -> u64;
        end_tenant_removal(id: &TenantId) -> bool;
    }
    Timeline {
        timeline(tenant: &TenantId, id: NotificationId) -> Option<TimelineRecord>;
    }
    Topics {
        subscribe(tenant: &TenantId, topic: &TopicKey, users: &[UserId], now: DateTime<Utc>) -> u64;
        unsubscribe(tenant: &TenantId, topic: &TopicKey, users: &[UserId], now: DateTime<Utc>) -> Option<u64>;
        topic(tenant: &TenantId, topic: &TopicKey) -> Option<Topic>;
        subscribers(tenant: &TenantId, topic: &TopicKey, after: Option<&UserId>, limit: u32) -> Vec<UserId>;
    }
    UnitOfWork {
        run(scope: Scope, work: Arc<dyn RunInTransaction>) -> ();
    }
    WorkerReports {
        report(worker: WorkerId, report: &WorkerReport) -> ();
        reported(alive_since: DateTime<Utc>, sent_since: DateTime<Utc>) -> Reported;
        forget_sent(before: DateTime<Utc>) -> u64;
    }
    Workers {
        heartbeat(worker: &WorkerRow) -> DateTime<Utc>;
        leave(worker: WorkerId) -> ();
        forget_silent(before: DateTime<Utc>) -> u64;
    }
}
