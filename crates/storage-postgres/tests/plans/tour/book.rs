//! What is known of people, and what they want.

use campanile_domain::{
    Channel, Debounce, Device, DeviceId, DeviceKind, DeviceValue, EmailAddress, MergeStage,
    Platform, Preferences, RateRules, TenantPreferences, TopicKey, User, UserAddress,
    UserAddressText,
};
use campanile_pipeline::reschedule_step;
use campanile_pipeline::{erase_user, put_preferences, put_tenant_preferences, put_user};
use campanile_pipeline::{forget_merges, merge_step, merge_users, user_merge};
use campanile_storage::Scope;
use campanile_storage_contract::fixture::{accept, notification, now};
use campanile_storage_contract::reading::recipients;
use chrono::TimeDelta;

use super::Tour;

impl Tour<'_> {
    pub(super) async fn book(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let (one, gone) = (self.user("book"), self.user("gone"));
        for id in [&one, &gone] {
            let person = User {
                tenant: acme.clone(),
                id: id.clone(),
                email: EmailAddress::parse("zoe@example.com").ok(),
                email_gone_at: None,
                locale: None,
                timezone: Some("Europe/Vienna".into()),
                attributes: "{}".into(),
                created_at: now(),
                updated_at: now(),
            };
            put_user(&storage, &person).await.unwrap();
            storage.user(acme, id).await.unwrap().unwrap();
            let choices = Preferences::default();
            let put = put_preferences(&storage, acme, id, &choices, now());
            put.await.unwrap();
        }
        let both = [(acme, &one), (acme, &gone)];
        storage.readers(&both.into()).await.unwrap();
        storage.attributes(&both.into()).await.unwrap();
        // The second moves it to another user.
        for id in [&one, &gone] {
            let device = Device {
                id: DeviceId::at(now()),
                tenant: acme.clone(),
                user_id: id.clone(),
                kind: DeviceKind::Token,
                value: DeviceValue::parse(&self.someone("device")).unwrap(),
                platform: Platform::Android,
                app_version: None,
                locale: None,
                timezone: None,
                created_at: now(),
                last_seen: now(),
            };
            let (device, is_new) = storage.put_device(&device).await.unwrap();
            assert!(is_new);
            assert_eq!(
                storage.devices(acme, id).await.unwrap(),
                std::slice::from_ref(&device)
            );
            if *id == gone {
                assert!(storage.remove_device(acme, id, device.id).await.unwrap());
            }
        }
        for id in [&one, &gone] {
            let chat = UserAddress {
                tenant: acme.clone(),
                user_id: id.clone(),
                channel: Channel::Pushover,
                text: UserAddressText::parse("k").unwrap(),
                created_at: now(),
                updated_at: now(),
                gone_at: None,
            };
            storage.put_user_address(&chat).await.unwrap();
            assert_eq!(storage.user_addresses(acme, id).await.unwrap().len(), 1);
            let removed = storage.remove_user_address(acme, id, Channel::Pushover);
            assert!(removed.await.unwrap());
        }
        recipients(storage, acme, &[one, gone.clone()]).await;
        self.merge().await;
        assert!(erase_user(&storage, acme, &gone, now()).await.unwrap());
        // So that plans leave marks.
        let set = TenantPreferences {
            rate_rules: RateRules {
                debounce: Debounce::new(900).ok(),
                ..RateRules::default()
            },
            ..TenantPreferences::default()
        };
        let put = put_tenant_preferences(&storage, acme, &set, now());
        put.await.unwrap();
        storage.tenant_preferences(acme).await.unwrap();
        storage.put_off_reschedule(acme, now()).await.unwrap();
        let scope = Scope::caller(acme);
        let step = reschedule_step(storage, &scope, acme, now());
        step.await.unwrap();
        let before = now() - TimeDelta::minutes(1);
        storage.broken_off_reschedules(before, 10).await.unwrap();
    }
    /// A user with some of everything becomes another one.
    async fn merge(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let (from, into) = (self.user("merged"), self.user("kept"));
        let some = [&from, &into].map(|who| notification(acme, who.as_str()));
        accept(storage, some.into()).await;
        let topic = TopicKey::parse(&self.someone("merged-topic")).unwrap();
        let who = std::slice::from_ref(&from);
        storage.subscribe(acme, &topic, who, now()).await.unwrap();
        let after = now() + TimeDelta::minutes(5);
        let begun = merge_users(&storage, acme, (&from, &into), after).await;
        begun.unwrap().unwrap();
        user_merge(&storage, acme, &from).await.unwrap().unwrap();
        while let Some(merge) = merge_step(&storage, after).await.unwrap().stepped {
            if merge.stage == MergeStage::Done {
                break;
            }
        }
        forget_merges(&storage, now() - TimeDelta::days(30))
            .await
            .unwrap();
    }
}
