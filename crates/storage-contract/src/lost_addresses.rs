//! Addresses that move to another user, leave or are replaced while something waits to go to them.

use std::sync::Arc;

use campanile_domain::{
    AddressFate, Channel, Delivery, DeliveryState, LostAddress, Notification, Routes, TenantId,
};
use chrono::TimeDelta;

use super::address_book::{device, gone, person, put};
use super::fixture::{
    accept, finished, load, notification, now, one, only_job, record, release, tenants, user,
};
use campanile_pipeline::{erase_user, put_user};
use campanile_storage::{Dispatch, FinishedDelivery, Job, RelayLimits, Storage};

/// Every way in which the addresses of `ada`, the device `phone` and `ada@example.com`, are lost.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// Another user signs in on the phone.
    DeviceMoves,
    /// She signs out on it.
    DeviceIsRemoved,
    /// FCM says that it is another project's.
    DeviceIsDetached,
    /// FCM says that it is no more.
    DeviceIsGone,
    /// She has another address.
    MailIsReplaced,
    /// She has none.
    MailIsRemoved,
    /// Her mailbox does not exist.
    MailBounces,
}

impl Change {
    const ALL: [Self; 7] = [
        Self::DeviceMoves,
        Self::DeviceIsRemoved,
        Self::DeviceIsDetached,
        Self::DeviceIsGone,
        Self::MailIsReplaced,
        Self::MailIsRemoved,
        Self::MailBounces,
    ];

    fn channel(self) -> Channel {
        match self {
            Self::DeviceMoves
            | Self::DeviceIsRemoved
            | Self::DeviceIsDetached
            | Self::DeviceIsGone => Channel::Push,
            Self::MailIsReplaced | Self::MailIsRemoved | Self::MailBounces => Channel::Email,
        }
    }

    fn lost(self) -> LostAddress {
        match self {
            Self::DeviceMoves => LostAddress::Moved,
            Self::MailBounces => LostAddress::Suppressed,
            _ => LostAddress::Gone,
        }
    }

    /// Makes it so. What a provider says, it says of the delivery `other`.
    async fn happen(self, storage: &dyn Storage, tenant: &TenantId, other: &Job) {
        let reported = |fate| gone(other, fate);
        match self {
            Self::DeviceMoves => {
                put(storage, &device(tenant, "bob", "phone")).await;
            }
            Self::DeviceIsRemoved => {
                let ada = user("ada");
                let devices = storage.devices(tenant, &ada).await.expect("read");
                let id = devices.first().expect("one").id;
                let removed = storage.remove_device(tenant, &ada, id).await;
                assert!(removed.expect("asked"));
            }
            Self::DeviceIsDetached => {
                record(storage, None, vec![reported(AddressFate::Detached)]).await;
            }
            Self::DeviceIsGone | Self::MailBounces => {
                record(storage, None, vec![reported(AddressFate::Gone)]).await;
            }
            Self::MailIsReplaced | Self::MailIsRemoved => {
                let is_replaced = matches!(self, Self::MailIsReplaced);
                let email = is_replaced.then_some("new@example.com");
                let put = put_user(&storage, &person(tenant, "ada", email)).await;
                put.expect("stored");
            }
        }
    }
}

fn routes(tenant: &TenantId) -> Routes {
    let mut routes = Routes::default();
    for channel in [Channel::Push, Channel::Email] {
        routes.add_for_users(tenant.clone(), channel);
    }
    routes
}

/// A tenant whose user `ada` has a phone and a mail address, both known for a while.
async fn ada(storage: &dyn Storage) -> TenantId {
    let [acme] = tenants(storage, ["acme"]).await;
    let mut ada = person(&acme, "ada", Some("ada@example.com"));
    ada.updated_at -= TimeDelta::seconds(1);
    put_user(&storage, &ada).await.expect("stored");
    let mut phone = device(&acme, "ada", "phone");
    phone.last_seen -= TimeDelta::seconds(1);
    put(storage, &phone).await;
    acme
}

/// The dispatch of a new notification for her, through this channel.
async fn queued(storage: &dyn Storage, tenant: &TenantId, channel: Channel) -> Dispatch {
    let asked = Notification {
        channels: Some(vec![channel]),
        ..notification(tenant, "ada")
    };
    accept(storage, vec![asked]).await;
    let routes = routes(tenant);
    let planned =
        campanile_pipeline::plan_turn(&storage, RelayLimits::default(), routes.clone(), now());
    one(planned.await.expect("planned").dispatches)
}

/// The job of a new notification for her, through this channel.
async fn job(storage: &dyn Storage, tenant: &TenantId, channel: Channel) -> Job {
    let dispatch = queued(storage, tenant, channel).await;
    let job = only_job(storage, &dispatch).await;
    assert_eq!(job.standing.lost_address, None);
    job
}

async fn standing(storage: &dyn Storage, job: &Job) -> Option<campanile_storage::Standing> {
    let of = &job.notification;
    let look = storage.look_again(&of.tenant, of.id, job.delivery_id);
    look.await.expect("looked")
}

/// Its deliveries by address.
async fn reported(storage: &dyn Storage, job: &Job) -> Vec<Delivery> {
    let of = &job.notification;
    let reported = storage.timeline(&of.tenant, of.id).await.expect("read");
    let mut deliveries = reported.expect("there").deliveries;
    deliveries.sort_by(|one, other| one.address.cmp(&other.address));
    deliveries
}

fn stands(of: &Delivery) -> (&str, DeliveryState, Option<&str>) {
    (&of.address, of.state, of.reason.as_deref())
}

/// A worker that loads it learns so, and one that loaded it before and looks again.
pub async fn what_is_in_the_queue_tells_that_its_address_is_lost(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let acme = ada(storage).await;
    for change in Change::ALL {
        let other = job(storage, &acme, change.channel()).await;
        let dispatch = queued(storage, &acme, change.channel()).await;
        change.happen(storage, &acme, &other).await;
        let job = only_job(storage, &dispatch).await;
        let expected = Some(change.lost());
        assert_eq!(job.standing.lost_address, expected, "{change:?}");
        let seen = standing(storage, &job).await.expect("open");
        assert_eq!(seen.lost_address, expected, "{change:?}");
        // What comes back is hers again.
        put(storage, &device(&acme, "ada", "phone")).await;
        let back = person(&acme, "ada", Some("ada@example.com"));
        put_user(&storage, &back).await.expect("stored");
        let seen = standing(storage, &job).await.expect("open");
        assert_eq!(seen.lost_address, None, "{change:?}");
        record(storage, None, vec![finished(&job, DeliveryState::Sent)]).await;
        assert_eq!(standing(storage, &job).await, None, "not open any more");
    }
    let last = job(storage, &acme, Channel::Push).await;
    assert!(
        erase_user(&storage, &acme, &user("ada"), now())
            .await
            .expect("erased")
    );
    assert_eq!(standing(storage, &last).await, None, "erased");
}

/// Retries and what was held back end there, and say why.
pub async fn what_falls_due_does_not_go_to_a_lost_address(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let acme = ada(storage).await;
    for change in Change::ALL {
        for state in [DeliveryState::Retrying, DeliveryState::Deferred] {
            let (other, waits) = (
                job(storage, &acme, change.channel()).await,
                job(storage, &acme, change.channel()).await,
            );
            let result = FinishedDelivery {
                next_attempt_at: Some(now()),
                reason: Some("breaker_open".into()),
                ..finished(&waits, state)
            };
            record(storage, None, vec![result]).await;
            change.happen(storage, &acme, &other).await;
            let released = release(storage, now()).await;
            assert!(released.dispatches.is_empty(), "{change:?} {state}");
            let reason = change.lost().reason();
            let counted: u64 = released
                .suppressed
                .iter()
                .filter(|(by, why, _)| (*by, *why) == (change.channel(), reason))
                .map(|(_, _, deliveries)| deliveries)
                .sum();
            assert_eq!(counted, 1, "{change:?} {state}");
            let reported = reported(storage, &waits).await;
            let lost = reported.iter().find(|one| one.id == waits.delivery_id);
            let lost = lost.expect("there");
            assert_eq!(
                stands(lost),
                (&*waits.address, DeliveryState::Suppressed, Some(reason)),
                "{change:?} {state}"
            );
            assert_eq!(lost.next_attempt_at, None);
            // As it was, for the next round; what took its place is not asked for here.
            put(storage, &device(&acme, "ada", "phone")).await;
            let back = person(&acme, "ada", Some("ada@example.com"));
            put_user(&storage, &back).await.expect("stored");
            release(storage, now()).await;
        }
    }
}

/// A mail goes to the new address, a push to the new phone; each once, and never through another
/// channel.
pub async fn other_addresses_take_the_place_of_a_lost_one(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let acme = ada(storage).await;
    for (change, old, new) in [
        (Change::DeviceMoves, "token:phone", "token:tablet"),
        (Change::MailIsReplaced, "ada@example.com", "new@example.com"),
    ] {
        let waits = job(storage, &acme, change.channel()).await;
        let result = FinishedDelivery {
            next_attempt_at: Some(now()),
            ..finished(&waits, DeliveryState::Retrying)
        };
        record(storage, None, vec![result]).await;
        change.happen(storage, &acme, &waits).await;
        // It was not there when this was planned.
        put(storage, &device(&acme, "ada", "tablet")).await;
        release(storage, now()).await;
        let lines = reported(storage, &waits).await;
        let suppressed = (old, DeliveryState::Suppressed, Some(change.lost().reason()));
        let added = (new, DeliveryState::Deferred, Some("readdressed"));
        let mut expected = [suppressed, added];
        expected.sort_by_key(|(address, ..)| *address);
        assert_eq!(lines.iter().map(stands).collect::<Vec<_>>(), expected);
        let dispatch = one(release(storage, now()).await.dispatches);
        let job = only_job(storage, &dispatch).await;
        assert_eq!((&*job.address, job.attempts_made), (new, 0));
        record(
            storage,
            Some(&dispatch),
            vec![finished(&job, DeliveryState::Sent)],
        )
        .await;
        // A worker that comes late with the same finding adds nothing.
        let lost = FinishedDelivery {
            reason: Some(change.lost().reason().into()),
            attempt: None,
            ..finished(&waits, DeliveryState::Suppressed)
        };
        record(storage, None, vec![lost]).await;
        assert!(release(storage, now()).await.dispatches.is_empty());
        assert_eq!(reported(storage, &waits).await.len(), 2);
    }
}

/// Also where a worker or a provider finds out, and not for what is not there any more.
pub async fn what_a_provider_refused_goes_to_the_users_other_addresses(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let acme = ada(storage).await;
    let refused = job(storage, &acme, Channel::Push).await;
    let suppressed = job(storage, &acme, Channel::Push).await;
    put(storage, &device(&acme, "ada", "tablet")).await;
    let results = vec![
        FinishedDelivery {
            reason: Some(LostAddress::Moved.reason().into()),
            attempt: None,
            ..finished(&suppressed, DeliveryState::Suppressed)
        },
        gone(&refused, AddressFate::Gone),
    ];
    record(storage, None, results).await;
    let released = release(storage, now()).await;
    let mut addresses = Vec::new();
    for dispatch in &released.dispatches {
        let jobs = load(storage, dispatch).await.expect("there").jobs;
        addresses.extend(
            jobs.into_iter()
                .map(|job| (job.notification.id, job.address)),
        );
    }
    addresses.sort_unstable();
    let tablet = |of: &Job| (of.notification.id, "token:tablet".to_owned());
    assert_eq!(addresses, [tablet(&refused), tablet(&suppressed)]);

    let erased = job(storage, &acme, Channel::Push).await;
    assert!(
        erase_user(&storage, &acme, &user("ada"), now())
            .await
            .expect("erased")
    );
    put(storage, &device(&acme, "ada", "again")).await;
    record(storage, None, vec![gone(&erased, AddressFate::Gone)]).await;
    assert!(release(storage, now()).await.dispatches.is_empty());
}
