//! Which accounts are not called.

use std::sync::Arc;

use campanile_domain::{Channel, TenantId};

use super::fixture::{now, tenants};
use campanile_pipeline::resume_account;
use campanile_storage::{AccountPause, Storage};

fn pause(tenant: &TenantId, name: &str, channel: Channel) -> AccountPause {
    AccountPause {
        tenant: tenant.clone(),
        name: name.into(),
        channel,
        version: "1".into(),
        code: "410".into(),
        paused_at: now(),
    }
}

/// Pauses are listed by tenant or all together; a later pause takes the place of one of its name.
pub async fn what_is_paused_is_reported_until_it_is_resumed(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let reported = async |tenant| storage.account_pauses(tenant).await.expect("read");
    assert_eq!(reported(None).await, []);
    let (hook, theirs) = (
        pause(&acme, "hook", Channel::Webhook),
        pause(&other, "hook", Channel::Webhook),
    );
    for one in [&theirs, &hook] {
        storage.pause_account(one).await.expect("paused");
    }
    assert_eq!(reported(None).await, [hook.clone(), theirs.clone()]);
    assert_eq!(reported(Some(&other)).await, std::slice::from_ref(&theirs));
    let newer = AccountPause {
        version: "2".into(),
        ..hook
    };
    storage.pause_account(&newer).await.expect("paused");
    assert_eq!(reported(Some(&acme)).await, [newer]);
    let resume = async |name| {
        resume_account(storage.as_ref(), &acme, name)
            .await
            .expect("resumed")
    };
    assert!(!resume("another").await);
    assert!(resume("hook").await);
    assert!(!resume("hook").await, "it is not paused any more");
    assert_eq!(reported(None).await, [theirs]);
}

/// The accounts of the operator's settings have one name, a channel each.
pub async fn a_name_is_resumed_for_every_channel(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let both = [Channel::Push, Channel::Webhook].map(|channel| pause(&acme, "settings", channel));
    for one in &both {
        storage.pause_account(one).await.expect("paused");
    }
    assert_eq!(storage.account_pauses(None).await.expect("read"), both);
    let resumed = resume_account(storage.as_ref(), &acme, "settings").await;
    assert!(resumed.expect("resumed"));
    assert_eq!(storage.account_pauses(None).await.expect("read"), []);
}
