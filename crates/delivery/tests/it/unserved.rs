//! Deliveries of a channel whose recipe was removed from the configuration.

use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::{
    Channel, Clock, DeliveryId, DeliveryState, Lane, NOT_SERVED, NotificationId, PlannedDelivery,
    READDRESSED, TenantId, UserId,
};
use campanile_storage::{
    DeadLetterFilter, LostDelivery, Replacement, Scope, StorageError, Transaction, Work, transact,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::support::{CHANNEL, Fake, House};

/// A delivery through a channel that was served when it was planned, due now.
struct Left {
    tenant: TenantId,
    notification: NotificationId,
    channel: Channel,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Left {
    type Done = ();

    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        let lost = LostDelivery {
            tenant: self.tenant.clone(),
            user: UserId::parse("u0").unwrap(),
            notification: self.notification,
            // What has ended, of which a channel was served.
            delivery: DeliveryId::of(self.notification, CHANNEL, "https://example.com/"),
            channel: self.channel,
            lane: Lane::Default,
        };
        let line = PlannedDelivery {
            id: DeliveryId::of(self.notification, self.channel, "now"),
            channel: self.channel,
            address: "now".into(),
            state: DeliveryState::Deferred,
            reason: Some(READDRESSED),
            until: Some(self.now),
        };
        let line = Replacement { lost: &lost, line };
        tx.insert_replacements(&[line], self.now).await
    }
}

#[tokio::test]
async fn they_end_as_dead_letters_once_nobody_can_be_expected_to_serve_it() {
    let house = House::build(&["acme"]).await;
    let fake = Fake::of(1);
    house.use_accounts(&[("acme", "a", &fake)]);
    let delivery = house.deliver(64).await;
    let ids = house.accept("acme", 1).await;
    house
        .all(&ids, |row| row.state == DeliveryState::Sent)
        .await;
    let channel = Channel::stored("gone_since").unwrap();
    let (tenant, notification) = ids[0].clone();
    let began = house.clock.now();
    let left = Left {
        tenant: tenant.clone(),
        notification,
        channel,
        now: began,
    };
    let stored = transact(&house.storage, Scope::worker_for(&tenant), left);
    stored.await.unwrap();
    let ended = loop {
        let reported = house.storage.timeline(&tenant, notification).await.unwrap();
        let mut rows = reported.unwrap().deliveries.into_iter();
        let row = rows.find(|row| row.address == "now").unwrap();
        if row.state == DeliveryState::Dead {
            break row;
        }
        let waited = house.clock.now() - began;
        assert!(waited < TimeDelta::hours(2), "never ended: {row:?}");
        house.clock.advance(TimeDelta::seconds(5));
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(ended.reason.as_deref(), Some(NOT_SERVED));
    assert_eq!(ended.attempts, []);
    let waited = house.clock.now() - began;
    assert!(waited >= TimeDelta::minutes(15), "only {waited}");
    let all = DeadLetterFilter::default();
    let letters = house.storage.dead_letters(&tenant, &all, None, 10).await;
    let letters = letters.unwrap().items;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].code, NOT_SERVED);
    let depth = house.storage.depth(house.clock.now()).await.unwrap();
    assert_eq!(depth.dispatched, 0);
    delivery.stop().await;
}
