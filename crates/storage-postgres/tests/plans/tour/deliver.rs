//! From accepted to delivered, to be tried again, dead and replayed.

use campanile_domain::{
    AddressFate, Channel, DeliveryId, DeliveryState, Device, DeviceId, DeviceKind, DeviceValue,
    Lane, MarkKey, MarkPlace, Platform, Reaction, Routes, TenantId, WorkerId,
};
use campanile_pipeline::{
    cancel_notification, purge_dead_letters, record_reaction, replay_dead_letters,
};
use campanile_storage::{
    BuriedMessage, DeadLetterFilter, Dispatch, Expedite, FinishedDelivery, Job, RelayLimits,
    ReleaseLimits,
};
use campanile_storage_contract::fixture::{
    accept, finished, keyed, notification, now, plan, record, reference, routes,
};
use campanile_storage_contract::reading::marks;
use chrono::TimeDelta;
use uuid::Uuid;

use super::Tour;

impl Tour<'_> {
    pub(super) async fn deliver(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let (dispatch, jobs) = self.planned(["a", "b", "c", "d"]).await;
        let [sent, retried, dead, gone] = jobs.try_into().ok().unwrap();
        let (named, worker) = ([(acme.clone(), dispatch.id)], WorkerId::at(now()));
        storage.hold(worker, &named).await.unwrap();
        let (id, delivery) = (sent.notification.id, sent.delivery_id);
        let look = storage.look_again(acme, id, delivery).await.unwrap();
        assert!(look.is_some());
        let began = storage.start(acme, sent.notification.id, sent.delivery_id, "main");
        began.await.unwrap();
        let due = now() - TimeDelta::seconds(1);
        let dead_id = dead.delivery_id;
        let results = vec![
            finished(&sent, DeliveryState::Sent),
            FinishedDelivery {
                next_attempt_at: Some(due),
                ..finished(&retried, DeliveryState::Retrying)
            },
            finished(&dead, DeliveryState::Dead),
            // As if it had gone to a chat of the user.
            FinishedDelivery {
                address: AddressFate::Gone,
                is_to_user: true,
                ..finished(&gone, DeliveryState::Dead)
            },
        ];
        record(storage, None, results).await;
        for reaction in Reaction::ALL {
            let done = record_reaction(storage, acme, id, delivery, reaction, now()).await;
            assert!(done.unwrap());
        }
        let seen = storage.reacted_to(acme, id, delivery).await.unwrap();
        assert!(seen.unwrap().reactions.clicked_at.is_some());
        self.redeliveries(&named, worker).await;
        record(storage, Some(&dispatch), Vec::new()).await;
        self.scheduled().await;
        self.dead(dead_id).await;
        self.cancelled().await;
        storage.expire_plan_marks(now()).await.unwrap();
    }

    /// By webhook and by push, so that addresses are looked up.
    async fn planned(&self, places: [&str; 4]) -> (Dispatch, Vec<Job>) {
        let (storage, acme) = (self.storage, &self.acme);
        let recent = RelayLimits {
            since: Some(now() - TimeDelta::minutes(10)),
            ..RelayLimits::default()
        };
        // What the tour before this one has left.
        let inbox = Routes::default();
        while campanile_pipeline::plan_turn(&storage, recent, inbox.clone(), now())
            .await
            .unwrap()
            .notifications
            > 0
        {}
        for place in &places[..2] {
            self.signs_in(place).await;
        }
        let all = places.map(|place| notification(acme, &self.someone(place)));
        accept(storage, all.to_vec()).await;
        assert!(storage.was_accepted(acme, all[0].id).await.unwrap());
        let mut routes = routes(std::slice::from_ref(acme));
        routes.add_for_users(acme.clone(), Channel::Push);
        let planned = campanile_pipeline::plan_turn(&storage, recent, routes.clone(), now())
            .await
            .unwrap();
        assert_eq!(planned.notifications, places.len());
        let (by_webhook, others): (Vec<_>, Vec<_>) = planned
            .dispatches
            .into_iter()
            .partition(|dispatch| dispatch.channel == Channel::Webhook);
        let dispatch = by_webhook.into_iter().next().unwrap();
        let loaded = storage.load(&[reference(&dispatch)]).await.unwrap();
        let loaded = loaded.into_iter().next().unwrap().unwrap();
        self.pushed(&others).await;
        let place = MarkPlace {
            tenant: acme.clone(),
            user: self.user("a"),
            key: MarkKey(Uuid::nil()),
        };
        marks(storage, acme, &[place]).await;
        let key = self.someone("key");
        // With a key, and by tenants; of the rows that were there before, some are planned too.
        let once = keyed(notification(acme, &self.someone("e")), &key, 1);
        storage.accept([once].into()).await.unwrap();
        let answer = storage.earlier_answer(acme, &key, &[1; 32], now());
        assert!(answer.await.unwrap().is_some());
        plan(storage, std::slice::from_ref(acme)).await;
        (dispatch, loaded.jobs)
    }

    async fn signs_in(&self, place: &str) {
        let device = Device {
            id: DeviceId::at(now()),
            tenant: self.acme.clone(),
            user_id: self.user(place),
            kind: DeviceKind::Token,
            value: DeviceValue::parse(&self.someone(place)).unwrap(),
            platform: Platform::Android,
            app_version: None,
            locale: None,
            timezone: None,
            created_at: now(),
            last_seen: now(),
        };
        self.storage.put_device(&device).await.unwrap();
    }

    /// Of the pushes, one is refused and one is due again: their users' other addresses are looked up.
    async fn pushed(&self, dispatches: &[Dispatch]) {
        let storage = self.storage;
        let refs: Vec<_> = dispatches.iter().map(reference).collect();
        let loaded = storage.load(&refs).await.unwrap();
        let jobs: Vec<_> = loaded
            .into_iter()
            .flatten()
            .flat_map(|one| one.jobs)
            .collect();
        let [refused, waits] = &jobs[..] else {
            panic!("two have devices: {jobs:?}");
        };
        let results = vec![
            FinishedDelivery {
                address: AddressFate::Gone,
                ..finished(refused, DeliveryState::Dead)
            },
            FinishedDelivery {
                next_attempt_at: Some(now() - TimeDelta::seconds(1)),
                ..finished(waits, DeliveryState::Retrying)
            },
        ];
        record(storage, None, results).await;
    }

    async fn redeliveries(
        &self,
        named: &[(TenantId, campanile_domain::DispatchId)],
        worker: WorkerId,
    ) {
        let storage = self.storage;
        storage.let_go(worker, named).await.unwrap();
        storage.redeliver_at(named, now()).await.unwrap();
        let alive_since = now() - TimeDelta::minutes(1);
        storage.take_due(now(), alive_since, 10).await.unwrap();
        storage.ring_all(now()).await.unwrap();
    }

    async fn scheduled(&self) {
        let limits = ReleaseLimits {
            rows: 100,
            window_per_tenant: 100_000,
            dispatch_size: 64,
        };
        let released = campanile_pipeline::release(&self.storage, limits, now())
            .await
            .unwrap();
        assert!(!released.dispatches.is_empty());
        let what = Expedite {
            tenant: &self.acme,
            channel: Channel::Webhook,
            reasons: &["breaker_open"],
            now: now(),
            within: TimeDelta::seconds(10),
            limit: 100,
        };
        self.storage.expedite(&what).await.unwrap();
    }

    async fn dead(&self, id: DeliveryId) {
        let (storage, acme) = (self.storage, &self.acme);
        let all = DeadLetterFilter::default();
        let first = storage.dead_letters(acme, &all, None, 20).await.unwrap();
        assert!(!first.items.is_empty());
        let mine = DeadLetterFilter {
            ids: Some(vec![id]),
            ..DeadLetterFilter::default()
        };
        let found = storage.dead_letters(acme, &mine, None, 20).await.unwrap();
        assert_eq!(found.items.len(), 1);
        let replayed = replay_dead_letters(storage, acme, &mine, now(), 100);
        assert_eq!(replayed.await.unwrap(), 1);
        let message = BuriedMessage {
            id: DeliveryId(Uuid::now_v7()),
            tenant: acme.clone(),
            channel: None,
            lane: Lane::Default,
            detail: String::new(),
            died_at: now(),
        };
        storage.bury_messages(&[message]).await.unwrap();
        let old = DeadLetterFilter {
            to: Some(now()),
            ..DeadLetterFilter::default()
        };
        let purged = purge_dead_letters(storage, acme, &old, 100).await;
        assert!(purged.unwrap() > 0);
    }

    async fn cancelled(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let mut later = notification(acme, &self.someone("later"));
        later.send_at = Some(later.created_at + TimeDelta::hours(1));
        let id = later.id;
        accept(storage, vec![later]).await;
        storage.recipient(acme, id).await.unwrap().unwrap();
        let outcome = cancel_notification(storage, acme, id, now());
        outcome.await.unwrap().unwrap();
    }
}
