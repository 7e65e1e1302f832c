//! Everything that happened to one notification.

use std::sync::Arc;

use campanile_domain::{Channel, NotificationId};

use super::fixture::{ADDRESS, accept, notification, now, plan, tenants};
use campanile_storage::Storage;

/// The notification and every delivery with its address; nothing for another tenant.
pub async fn it_tells_everything_and_only_to_its_tenant(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let sent = notification(&acme, "u");
    accept(storage.as_ref(), vec![sent.clone()]).await;
    let before = storage
        .timeline(&acme, sent.id)
        .await
        .expect("read")
        .expect("there");
    assert!(before.deliveries.is_empty(), "not planned yet");
    plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    let reported = storage
        .timeline(&acme, sent.id)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(reported.notification, sent);
    let [delivery] = reported.deliveries.as_slice() else {
        panic!("one delivery: {reported:?}")
    };
    assert_eq!(
        (delivery.notification_id, delivery.channel),
        (sent.id, Channel::Webhook)
    );
    assert_eq!(delivery.address, ADDRESS);
    assert!(delivery.attempts.is_empty());
    assert_eq!(storage.timeline(&other, sent.id).await.expect("read"), None);
    let absent = storage.timeline(&acme, NotificationId::at(now())).await;
    assert_eq!(absent.expect("read"), None);
}
