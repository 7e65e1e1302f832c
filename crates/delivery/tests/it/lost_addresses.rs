//! Nothing goes to an address that its user has lost: also where a worker had it in hand when that
//! happened. On a real database, by a clock that the test moves.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

#[allow(dead_code, reason = "another test uses the rest")]
use campanile_domain::{
    Channel, Clock, DeliveryState, Device, DeviceId, DeviceKind, DeviceValue, InboxChange,
    Platform, TenantId, UserId,
};
use campanile_pipeline::change_notification;
use chrono::TimeDelta;

use crate::support::{Fake, House, Row};

async fn signs_in(house: &House, user: &str, value: &str) {
    let now = house.clock.now();
    let device = Device {
        id: DeviceId::at(now),
        tenant: TenantId::parse("acme").unwrap(),
        user_id: UserId::parse(user).unwrap(),
        kind: DeviceKind::Token,
        value: DeviceValue::parse(value).unwrap(),
        platform: Platform::Android,
        app_version: None,
        locale: None,
        timezone: None,
        created_at: now,
        last_seen: now,
    };
    house.storage.put_device(&device).await.unwrap();
}

#[tokio::test]
async fn what_waits_for_a_hand_is_looked_at_again() {
    let house = House::build(&["acme"]).await;
    let busy = Fake::through(Channel::Push, 1);
    busy.hangs(true);
    house.use_accounts(&[("acme", "a", &busy)]);
    for user in ["u0", "u1", "u2", "u3"] {
        signs_in(&house, user, &format!("phone-of-{user}")).await;
    }
    let delivery = house.deliver_by(Channel::Push, 64).await;
    // One dispatch: what calls the first has the others in hand.
    let ids = house.accept("acme", 4).await;
    house.until(|| busy.calls() == 1).await;
    let first = busy.called()[0].clone();
    let waiting: Vec<_> = (0..4)
        .filter(|n| first != format!("token:phone-of-u{n}"))
        .collect();
    let [moved, read, stays] = waiting[..] else {
        panic!("three wait: {waiting:?}");
    };
    signs_in(&house, "somebody-else", &format!("phone-of-u{moved}")).await;
    let (tenant, id) = &ids[read];
    let whose = UserId::parse(&format!("u{read}")).unwrap();
    let now = house.clock.now();
    let done = InboxChange::Read;
    let change = change_notification(&*house.storage, tenant, &whose, *id, done, now);
    assert!(change.await.unwrap().is_some());

    house.clock.advance(TimeDelta::seconds(1));
    busy.hangs(false);
    let over = |row: &Row| !row.state.is_open();
    let rows = house.all(&ids, over).await;
    let reported = |n: usize| (rows[n].state, rows[n].reason.as_deref());
    let lost = (DeliveryState::Suppressed, Some("address_moved"));
    assert_eq!(reported(moved), lost);
    assert_eq!(reported(read), (DeliveryState::Cancelled, Some("read")));
    assert_eq!(reported(stays), (DeliveryState::Sent, None));
    assert_eq!(busy.called(), [first, format!("token:phone-of-u{stays}")]);
    delivery.stop().await;
}
