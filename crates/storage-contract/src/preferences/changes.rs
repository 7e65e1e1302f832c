//! What is deferred is decided again when its user changes.

use std::sync::Arc;

use campanile_domain::{Channel, DeliveryState, Preferences};
use campanile_pipeline::{erase_user, put_user};
use campanile_storage::Storage;
use chrono::TimeDelta;

use super::play::{choose, deferred, delivery, morning, night, person, reported};
use crate::fixture::{now, one, release, tenants, user};
use crate::reading::{Recipient, recipients};

/// At once, and by the new choice: still quiet, wanted no more, or free to leave.
pub async fn what_waits_is_looked_at_when_its_user_chooses_anew(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let people = ["longer", "off", "none", "same"];
    let mut sent = Vec::new();
    for of in people {
        choose(storage, &acme, of, &night(now(), None)).await;
        sent.push(deferred(storage, &acme, of).await);
    }
    assert!(release(storage, now()).await.dispatches.is_empty());
    let later = now() + TimeDelta::minutes(60);
    let longer = night(later, Some("UTC"));
    let off = Preferences {
        push_notifications: Some(false),
        ..Preferences::default()
    };
    choose(storage, &acme, "longer", &longer).await;
    choose(storage, &acme, "off", &off).await;
    choose(storage, &acme, "none", &Preferences::default()).await;
    let released = release(storage, now() + TimeDelta::seconds(1)).await;
    assert_eq!(one(released.dispatches).size, 1, "the one that is free");
    let wakes_at = Some(morning(later));
    for (one, expected) in sent.iter().zip([
        (DeliveryState::Deferred, Some("quiet_hours"), wakes_at),
        (DeliveryState::Suppressed, Some("channel_off"), None),
    ]) {
        let now = delivery(storage, one, Channel::Push).await;
        assert_eq!(reported(&now), expected);
    }
    let same = delivery(storage, &sent[3], Channel::Push).await;
    assert_eq!(
        same.deferrals.len(),
        1,
        "only this user's deliveries are read"
    );
}

/// Their quiet hours are read where they live.
pub async fn what_waits_is_looked_at_when_its_user_moves(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let mut sent = Vec::new();
    for (of, zone) in [("theirs", None), ("chosen", Some("UTC"))] {
        put_user(&storage, &person(&acme, of, "UTC"))
            .await
            .expect("stored");
        choose(storage, &acme, of, &night(now(), zone)).await;
        sent.push(deferred(storage, &acme, of).await);
        // Who stays where they are leaves everything as it is.
        put_user(&storage, &person(&acme, of, "UTC"))
            .await
            .expect("stored");
        assert!(
            release(storage, now())
                .await
                .deferred
                .iter()
                .next()
                .is_none()
        );
    }
    for of in ["theirs", "chosen"] {
        // Half a day away it is no night.
        let moved = person(&acme, of, "Pacific/Fiji");
        put_user(&storage, &moved).await.expect("stored");
    }
    let released = release(storage, now() + TimeDelta::seconds(1)).await;
    assert_eq!(one(released.dispatches).size, 1);
    let theirs = delivery(storage, &sent[0], Channel::Push).await;
    assert_eq!(theirs.deferrals.len(), 1);
    let chosen = delivery(storage, &sent[1], Channel::Push).await;
    assert_eq!(chosen.state, DeliveryState::Deferred);
}

/// Neither their choices nor their name in what waits.
pub async fn an_erased_persons_choices_go(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    choose(storage, &acme, "u", &night(now(), None)).await;
    deferred(storage, &acme, "u").await;
    assert!(
        erase_user(&storage, &acme, &user("u"), now())
            .await
            .expect("erased")
    );
    let found = recipients(storage, &acme, &[user("u")]).await;
    assert_eq!(found, [Recipient::default()]);
    release(storage, now() + TimeDelta::seconds(1)).await;
    assert_eq!(storage.depth(now()).await.expect("counted").scheduled, 0);
    choose(storage, &acme, "v", &Preferences::default()).await;
    let erased = erase_user(&storage, &acme, &user("v"), now())
        .await
        .expect("erased");
    assert!(erased, "choices are something of theirs");
}
