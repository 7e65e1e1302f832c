//! Topics, sends to them, and calling these off.

use campanile_domain::{FanoutStatus, Priority, TopicKey};
use campanile_pipeline::{
    NoWords, close_fanout, forget_fanouts, recall_step, start_fanout, step_fanout,
};
use campanile_storage::{NewFanout, StepLimits};
use campanile_storage_contract::fixture::{fanout, now};

use super::Tour;

impl Tour<'_> {
    pub(super) async fn topics(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let topic = TopicKey::parse(&self.someone("topic")).unwrap();
        let followers = ["x", "y", "z"].map(|place| self.user(place));
        let subscribed = storage.subscribe(acme, &topic, &followers, now());
        assert_eq!(subscribed.await.unwrap(), 3);
        let left = storage.unsubscribe(acme, &topic, &followers[2..], now());
        assert_eq!(left.await.unwrap(), Some(2));
        storage.topic(acme, &topic).await.unwrap().unwrap();
        let listed = storage.subscribers(acme, &topic, Some(&followers[0]), 10);
        assert_eq!(listed.await.unwrap().len(), 1);
        let mut sent = fanout(acme);
        sent.topic = topic;
        // What waits in the outbox holds all but the most urgent.
        sent.priority = Priority::Critical;
        let id = sent.id;
        let new = NewFanout {
            fanout: sent,
            idempotency: None,
        };
        start_fanout(&storage, new.into()).await.unwrap();
        let turn = step_fanout(
            &storage,
            NoWords::shared(),
            StepLimits::default(),
            None,
            now(),
        );
        assert_eq!(turn.await.unwrap().step.unwrap().id, id);
        storage.fanout_depth(now()).await.unwrap();
        storage.fanout(acme, id).await.unwrap().unwrap();
        for status in [None, Some(FanoutStatus::Done), Some(FanoutStatus::Running)] {
            let page = storage.fanout_page(acme, status, None, 20);
            page.await.unwrap();
        }
        close_fanout(&storage, acme, id, now()).await.unwrap();
        while recall_step(&storage, None, now())
            .await
            .unwrap()
            .step
            .is_some()
        {}
        let before = now() - chrono::TimeDelta::days(100);
        storage.count_forgettable(acme, before).await.unwrap();
        forget_fanouts(&storage, acme, before).await.unwrap();
    }
}
