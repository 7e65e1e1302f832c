//! Short ways to rows, for the promises.

use std::sync::Arc;

use campanile_domain::{
    Action, AddressFate, Assigned, Attempt, Channel, DeliveryState, Fanout, FanoutId, ItemTexts,
    Lane, Link, Notification, NotificationId, NotificationType, Priority, Routes, TenantId,
    TopicKey, UserId, is_of_user,
};
use campanile_pipeline::{ReadSteps, read_step};
use chrono::{DateTime, SubsecRound, Utc};

use campanile_storage::{
    AcceptItem, AcceptOutcome, Dispatch, DispatchRef, FinishedDelivery, IdempotencyKey, Job,
    KeptAnswer, LoadedDispatch, Planned, ReadStep, Record, RelayLimits, ReleaseLimits, Storage,
    UnreadOf,
};

/// The address that [`routes`] gives every tenant.
pub const ADDRESS: &str = "https://hooks.example/";

/// Now, as precisely as every back end keeps it.
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// A tenant's name.
///
/// # Panics
/// If it is none.
pub fn tenant(name: &str) -> TenantId {
    TenantId::parse(name).expect("a tenant's name")
}

/// A user's name.
///
/// # Panics
/// If it is none.
pub fn user(name: &str) -> UserId {
    UserId::parse(name).expect("a user's name")
}

/// Creates tenants and gives their names.
///
/// # Panics
/// If the back end fails.
pub async fn tenants<const N: usize>(storage: &dyn Storage, names: [&str; N]) -> [TenantId; N] {
    for name in names {
        storage
            .create_tenant(&tenant(name), now())
            .await
            .expect("created");
    }
    names.map(tenant)
}

/// A notification with nothing but what it must have, made now.
///
/// # Panics
/// Never.
pub fn notification(tenant: &TenantId, to: &str) -> Notification {
    let now = now();
    Notification {
        id: NotificationId::at(now),
        tenant: tenant.clone(),
        user_id: user(to),
        notification_type: NotificationType::parse("message").expect("a type"),
        priority: Priority::Normal,
        title: None,
        body: None,
        content: "{}".into(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        item: Default::default(),
        correlation_id: "contract".into(),
        created_at: now,
    }
}

/// What a user sees, with every field.
///
/// # Panics
/// Never.
pub fn item_texts() -> Arc<ItemTexts> {
    let link = |text| Link::parse(text).expect("a link");
    let action = |id: &str, title: &str| Action {
        id: id.into(),
        title: title.into(),
        link: link("myapp:room/7?a='b'"),
    };
    Arc::new(ItemTexts {
        title: Some("Neue Nachricht von Zoë 🎉 'in' {Köln} \\".into()),
        body: Some("zwei\nZeilen, 日本語".into()),
        link: Some(link("https://example.com/räume/7?q=%22x%22#y")),
        actions: vec![action("a", "Ja \"gern\""), action("b", "لا")],
        version: Some(i64::MAX),
        locale: Some("zh-Hant-TW".into()),
        variants: [(Channel::Email, assigned(7, "short"))].into(),
    })
}

/// A variant that a user was given.
pub fn assigned(trial: u64, variant: &str) -> Assigned {
    Assigned {
        trial,
        variant: variant.to_owned(),
        fault: false,
    }
}

/// A send to the topic `news` with nothing but what it must have, made now.
///
/// # Panics
/// Never.
pub fn fanout(tenant: &TenantId) -> Fanout {
    let now = now();
    Fanout {
        id: FanoutId::at(now),
        tenant: tenant.clone(),
        topic: TopicKey::parse("news").expect("a topic's name"),
        notification_type: NotificationType::parse("news").expect("a type"),
        priority: Priority::Normal,
        title: None,
        body: None,
        content: "{}".into(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        link: None,
        actions: Vec::new(),
        correlation_id: "contract".into(),
        created_at: now,
    }
}

/// One request in the default lane.
///
/// # Panics
/// Without a notification.
pub fn item(notifications: Vec<Notification>) -> AcceptItem {
    let tenant = notifications.first().expect("at least one").tenant.clone();
    AcceptItem {
        tenant,
        notifications,
        lane: Lane::Default,
        idempotency: None,
        trace: None,
    }
}

/// A request with an idempotency key; `body` stands for what was asked.
pub fn keyed(notification: Notification, key: &str, body: u8) -> AcceptItem {
    AcceptItem {
        idempotency: Some(IdempotencyKey {
            key: key.into(),
            fingerprint: [body; 32],
            answer: kept(&notification),
        }),
        ..item(vec![notification])
    }
}

/// What the key of such a request keeps.
pub fn kept(notification: &Notification) -> KeptAnswer {
    KeptAnswer::Notifications(vec![notification.id])
}

/// Accepts one request without a conflict.
///
/// # Panics
/// If it is not accepted.
pub async fn accept(storage: &dyn Storage, notifications: Vec<Notification>) {
    let outcomes = storage
        .accept([item(notifications)].into())
        .await
        .expect("stored");
    assert_eq!(outcomes, [AcceptOutcome::Accepted]);
}

/// A webhook at [`ADDRESS`] for every tenant named.
pub fn routes(tenants: &[TenantId]) -> Routes {
    let mut routes = Routes::default();
    for tenant in tenants {
        routes.add(tenant.clone(), Channel::Webhook, ADDRESS.into());
    }
    routes
}

/// One turn of the relay with the usual limits.
///
/// # Panics
/// If the back end fails.
pub async fn plan(storage: &dyn Storage, tenants: &[TenantId]) -> Planned {
    plan_along(storage, &routes(tenants)).await
}

/// One turn of the relay with the usual limits, along these routes.
///
/// # Panics
/// If the back end fails.
pub async fn plan_along(storage: &dyn Storage, routes: &Routes) -> Planned {
    plan_along_at(storage, routes, now()).await
}

/// The same, at a moment.
///
/// # Panics
/// If the back end fails.
pub async fn plan_along_at(storage: &dyn Storage, routes: &Routes, now: DateTime<Utc>) -> Planned {
    campanile_pipeline::plan_turn(&storage, RelayLimits::default(), routes.clone(), now)
        .await
        .expect("planned")
}

/// One turn of the scheduler with room for all that a promise makes, and the relay's usual window.
///
/// # Panics
/// If the back end fails.
pub async fn release(storage: &dyn Storage, now: DateTime<Utc>) -> Planned {
    let limits = ReleaseLimits {
        rows: 1_000,
        window_per_tenant: RelayLimits::default().window_per_tenant,
        dispatch_size: 64,
    };
    campanile_pipeline::release(&storage, limits, now)
        .await
        .expect("released")
}

/// Accepts and plans one notification per user of a tenant; gives the one dispatch.
///
/// # Panics
/// If there is another number of dispatches than one.
pub async fn dispatched(storage: &dyn Storage, tenant: &TenantId, users: &[&str]) -> Dispatch {
    accept(
        storage,
        users
            .iter()
            .map(|user| notification(tenant, user))
            .collect(),
    )
    .await;
    one(plan(storage, std::slice::from_ref(tenant)).await.dispatches)
}

/// The only dispatch.
///
/// # Panics
/// If there is another number.
pub fn one(dispatches: Vec<Dispatch>) -> Dispatch {
    assert_eq!(dispatches.len(), 1, "{dispatches:?}");
    dispatches.into_iter().next().expect("one")
}

/// What a message for it says.
pub fn reference(dispatch: &Dispatch) -> DispatchRef {
    DispatchRef {
        tenant: dispatch.tenant.clone(),
        id: dispatch.id,
        epoch: dispatch.epoch,
    }
}

/// Loads one dispatch.
///
/// # Panics
/// If the back end fails.
pub async fn load(storage: &dyn Storage, dispatch: &Dispatch) -> Option<LoadedDispatch> {
    let mut loaded = storage.load(&[reference(dispatch)]).await.expect("loaded");
    assert_eq!(loaded.len(), 1);
    loaded.pop().expect("one")
}

/// The job of a dispatch that has one.
///
/// # Panics
/// If it has none, or several.
pub async fn only_job(storage: &dyn Storage, dispatch: &Dispatch) -> Job {
    let mut jobs = load(storage, dispatch).await.expect("there").jobs;
    assert_eq!(jobs.len(), 1);
    jobs.remove(0)
}

/// The result of one call, made now.
pub fn finished(job: &Job, state: DeliveryState) -> FinishedDelivery {
    FinishedDelivery {
        tenant: job.notification.tenant.clone(),
        notification_id: job.notification.id,
        delivery_id: job.delivery_id,
        user_id: job.notification.user_id.clone(),
        channel: job.channel,
        is_to_user: is_of_user(job.channel, &job.address),
        lane: Lane::Default,
        state,
        reason: None,
        next_attempt_at: None,
        attempt: Some(Attempt {
            number: job.attempts_made + 1,
            started_at: now(),
            duration_ms: 7,
            outcome: "delivered".into(),
            code: "200".into(),
            detail: "taken".into(),
            retry_at: None,
            provider: Some("main".into()),
            texts: None,
        }),
        unfinished_starts: 0,
        address: AddressFate::Kept,
        variant: None,
        address_as_of: None,
    }
}

/// Records results, and the dispatch as done.
///
/// # Panics
/// If the back end fails.
pub async fn record(
    storage: &dyn Storage,
    done: Option<&Dispatch>,
    results: Vec<FinishedDelivery>,
) {
    let finished = done.map(|dispatch| (dispatch.tenant.clone(), dispatch.id));
    let record = Record {
        deliveries: results,
        finished: finished.into_iter().collect(),
        at: now(),
    };
    campanile_pipeline::record(&storage, record)
        .await
        .expect("recorded");
}

/// Lets a delivery of a new notification fail, to be tried again at `due`; gives the job.
///
/// # Panics
/// If the back end fails.
pub async fn failed_once(storage: &Arc<dyn Storage>, of: Notification, due: DateTime<Utc>) -> Job {
    let tenant = of.tenant.clone();
    accept(storage.as_ref(), vec![of]).await;
    let dispatch = one(plan(storage.as_ref(), &[tenant]).await.dispatches);
    let job = load(storage.as_ref(), &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    let result = FinishedDelivery {
        next_attempt_at: Some(due),
        ..finished(&job, DeliveryState::Retrying)
    };
    record(storage.as_ref(), Some(&dispatch), vec![result]).await;
    job
}

/// Reads everything, or everything of one type, that the inbox of a user shows at `now`.
///
/// # Panics
/// If the back end fails.
pub async fn read_all(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    notification_type: Option<&NotificationType>,
    now: DateTime<Utc>,
) -> ReadStep {
    let unread = UnreadOf {
        tenant: tenant.clone(),
        user: user.clone(),
        notification_type: notification_type.cloned(),
        now,
    };
    let (mut steps, mut all) = (ReadSteps::begin(now), ReadStep::default());
    while let Some(which) = steps.next(storage, &unread).await.expect("listed") {
        let step = read_step(storage, &unread, which).await.expect("read");
        steps.done(&step);
        all.updated += step.updated;
        all.cancelled.merge(step.cancelled);
    }
    all
}
