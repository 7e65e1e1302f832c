//! Users, devices, and what plans and results do with them.

use std::sync::Arc;

use campanile_domain::{
    AddressFate, Channel, DeliveryState, Device, DeviceId, DeviceKind, DeviceValue, EmailAddress,
    Platform, Routes, TenantId, User,
};
use chrono::TimeDelta;

use super::fixture::{
    accept, finished, load, notification, now, one, plan_along, record, tenants, user,
};
use campanile_pipeline::{erase_user, put_user, use_link};
use campanile_storage::{
    DeadLetterFilter, FinishedDelivery, Job, KnownReader, RelayLimits, Storage,
};

pub(super) fn person(tenant: &TenantId, id: &str, email: Option<&str>) -> User {
    User {
        tenant: tenant.clone(),
        id: user(id),
        email: email.map(|text| EmailAddress::parse(text).expect("an address")),
        email_gone_at: None,
        locale: Some("de-AT".into()),
        timezone: Some("Europe/Vienna".into()),
        attributes: r#"{"plan":  "gold"}"#.into(),
        created_at: now(),
        updated_at: now(),
    }
}

pub(super) fn device(tenant: &TenantId, of: &str, value: &str) -> Device {
    let now = now();
    Device {
        id: DeviceId::at(now),
        tenant: tenant.clone(),
        user_id: user(of),
        kind: DeviceKind::Token,
        value: DeviceValue::parse(value).expect("a value"),
        platform: Platform::Android,
        app_version: Some("1.2.3".into()),
        locale: Some("de".into()),
        timezone: Some("Europe/Vienna".into()),
        created_at: now,
        last_seen: now,
    }
}

pub(super) async fn put(storage: &dyn Storage, device: &Device) -> (Device, bool) {
    storage.put_device(device).await.expect("stored")
}

async fn values(storage: &dyn Storage, tenant: &TenantId, of: &str) -> Vec<String> {
    let devices = storage.devices(tenant, &user(of)).await.expect("read");
    let values = devices.iter().map(|d| d.value.as_str().to_owned());
    values.collect()
}

/// Accepts one for a user of a tenant with push and mail, plans it, and gives its jobs.
pub(super) async fn jobs(storage: &dyn Storage, tenant: &TenantId, of: &str) -> Vec<Job> {
    let mut routes = Routes::default();
    routes.add_for_users(tenant.clone(), Channel::Push);
    routes.add_for_users(tenant.clone(), Channel::Email);
    accept(storage, vec![notification(tenant, of)]).await;
    let planned =
        campanile_pipeline::plan_turn(&storage, RelayLimits::default(), routes.clone(), now())
            .await
            .expect("planned");
    let mut jobs = Vec::new();
    for dispatch in &planned.dispatches {
        jobs.extend(load(storage, dispatch).await.expect("there").jobs);
    }
    jobs.sort_by(|a, b| a.address.cmp(&b.address));
    jobs
}

pub(super) fn addresses(jobs: &[Job]) -> Vec<(&str, &str)> {
    let pairs = jobs.iter().map(|j| (j.channel.name(), j.address.as_str()));
    pairs.collect()
}

/// The outcome of a delivery whose address is said to be gone.
pub fn gone(job: &Job, address: AddressFate) -> FinishedDelivery {
    FinishedDelivery {
        address,
        ..finished(job, DeliveryState::Dead)
    }
}

/// Everything comes back, to its tenant only; a replacement leaves nothing of the old.
pub async fn a_user_is_put_got_and_replaced(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let first = person(&acme, "u", Some("u@example.com"));
    assert!(put_user(&storage, &first).await.expect("stored"), "new");
    let found = storage.user(&acme, &first.id).await.expect("read");
    assert_eq!(found.as_ref(), Some(&first));
    assert_eq!(storage.user(&other, &first.id).await.expect("read"), None);
    let second = User {
        locale: None,
        timezone: None,
        email: None,
        attributes: "{}".into(),
        created_at: first.created_at + TimeDelta::hours(1),
        ..first.clone()
    };
    assert!(!put_user(&storage, &second).await.expect("stored"), "known");
    let found = storage.user(&acme, &first.id).await.expect("read");
    let expected = User {
        created_at: first.created_at,
        ..second
    };
    assert_eq!(found, Some(expected));
}

/// What a provider says is gone is not asked again, unless it is said once more to be the user's.
pub async fn a_mail_address_that_is_gone_is_used_again_once_it_is_named_again(
    storage: Arc<dyn Storage>,
) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let old = person(&acme, "u", Some("old@example.com"));
    put_user(&storage, &old).await.expect("stored");
    let job = jobs(storage, &acme, "u").await.remove(0);
    record(storage, None, vec![gone(&job, AddressFate::Gone)]).await;
    assert!(jobs(storage, &acme, "u").await.is_empty());
    let found = storage.user(&acme, &old.id).await.expect("read");
    assert!(found.expect("there").email_gone_at.is_some());
    put_user(&storage, &old).await.expect("the same again");
    let found = storage.user(&acme, &old.id).await.expect("read");
    assert_eq!(found.expect("there").email_gone_at, None);
    let again = jobs(storage, &acme, "u").await;
    assert_eq!(addresses(&again), [("email", "old@example.com")]);
    let new = person(&acme, "u", Some("new@example.com"));
    put_user(&storage, &new).await.expect("stored");
    let jobs = jobs(storage, &acme, "u").await;
    assert_eq!(addresses(&jobs), [("email", "new@example.com")]);
}

/// Its id stays with one user and changes with the user.
pub async fn a_device_is_refreshed_and_moves_to_another_user(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let first = device(&acme, "a", "v");
    assert_eq!(put(storage, &first).await, (first.clone(), true));
    let again = Device {
        platform: Platform::Ios,
        app_version: None,
        last_seen: first.last_seen + TimeDelta::hours(1),
        created_at: first.created_at + TimeDelta::hours(1),
        ..device(&acme, "a", "v")
    };
    let (stored, new) = put(storage, &again).await;
    let expected = Device {
        id: first.id,
        created_at: first.created_at,
        ..again
    };
    assert_eq!((stored, new), (expected, false));
    let moved = device(&acme, "b", "v");
    assert_eq!(put(storage, &moved).await, (moved.clone(), true));
    assert_eq!(values(storage, &acme, "a").await, [""; 0]);
    assert_eq!(values(storage, &acme, "b").await, ["v"]);
    let foreign = device(&other, "b", "v");
    assert!(put(storage, &foreign).await.1, "tenants share nothing");
    assert_eq!(values(storage, &acme, "b").await, ["v"]);
}

/// A user keeps no more than the bound.
pub async fn the_oldest_device_makes_way(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    for n in 0..=Device::MAX_PER_USER {
        let seen = TimeDelta::seconds(i64::try_from(n).expect("small"));
        let mut one = device(&acme, "u", &format!("v{n}"));
        one.last_seen += seen;
        put(storage, &one).await;
    }
    let values = values(storage, &acme, "u").await;
    assert_eq!(values.len(), Device::MAX_PER_USER);
    assert!(!values.contains(&"v0".to_owned()));
}

/// Another user's or tenant's id is unknown.
pub async fn a_device_is_removed_by_its_owner_only(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let (stored, _) = put(storage, &device(&acme, "u", "v")).await;
    for (tenant, of, removed) in [
        (&other, "u", false),
        (&acme, "x", false),
        (&acme, "u", true),
        (&acme, "u", false),
    ] {
        let done = storage.remove_device(tenant, &user(of), stored.id).await;
        assert_eq!(done.expect("asked"), removed, "{tenant} {of}");
    }
}

/// The inbox, the devices and the rest go; what waits finds nothing; others stay.
pub async fn an_erased_person_leaves_nothing(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    for of in ["gone", "stays"] {
        let mail = format!("{of}@example.com");
        let person = person(&acme, of, Some(&mail));
        put_user(&storage, &person).await.expect("stored");
        put(storage, &device(&acme, of, of)).await;
        accept(storage, vec![notification(&acme, of)]).await;
    }
    let of = user("gone");
    let story = notification(&acme, "gone");
    accept(storage, vec![story.clone()]).await;
    assert!(
        erase_user(&storage, &acme, &of, now())
            .await
            .expect("erased")
    );
    assert!(
        !erase_user(&storage, &acme, &of, now())
            .await
            .expect("asked")
    );
    assert_eq!(storage.user(&acme, &of).await.expect("read"), None);
    assert_eq!(values(storage, &acme, "gone").await, [""; 0]);
    let reported = storage.timeline(&acme, story.id).await.expect("read");
    assert!(reported.is_none());
    let mut routes = Routes::default();
    routes.add_for_users(acme.clone(), Channel::Push);
    let planned =
        campanile_pipeline::plan_turn(&storage, RelayLimits::default(), routes.clone(), now())
            .await;
    let dispatch = one(planned.expect("planned").dispatches);
    let jobs = load(storage, &dispatch).await.expect("there").jobs;
    assert_eq!(addresses(&jobs), [("push", "token:stays")]);
}

/// No call lists, replays or purges what died of them; what died of others stays.
pub async fn the_dead_letters_of_an_erased_person_go(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for (tenant, of) in [(&acme, "gone"), (&acme, "stays"), (&other, "gone")] {
        put(storage, &device(tenant, of, of)).await;
        let job = jobs(storage, tenant, of).await.remove(0);
        let died = finished(&job, DeliveryState::Dead);
        record(storage, None, vec![died]).await;
    }
    assert!(
        erase_user(&storage, &acme, &user("gone"), now())
            .await
            .expect("erased")
    );
    let all = DeadLetterFilter::default();
    for (tenant, left) in [(&acme, "stays"), (&other, "gone")] {
        let page = storage.dead_letters(tenant, &all, None, 10).await;
        let letters = page.expect("read").items;
        let whose: Vec<_> = letters.iter().map(|one| one.user_id.clone()).collect();
        assert_eq!(whose, [Some(user(left))], "{tenant}");
    }
}

/// Each address is a delivery of its own; nobody else's is.
pub async fn plans_go_to_the_addresses_of_users(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let person = person(&acme, "u", Some("u@example.com"));
    put_user(&storage, &person).await.expect("stored");
    put(storage, &device(&acme, "u", "a")).await;
    put(storage, &device(&acme, "u", "b")).await;
    put(storage, &device(&acme, "x", "c")).await;
    put(storage, &device(&other, "u", "d")).await;
    let jobs = jobs(storage, &acme, "u").await;
    let expected = [
        ("push", "token:a"),
        ("push", "token:b"),
        ("email", "u@example.com"),
    ];
    assert_eq!(addresses(&jobs), expected);
}

/// The user's other addresses go on; a detached one comes back with its app.
pub async fn an_address_that_is_gone_leaves_the_book(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let early = |value: &str| {
        let mut one = device(&acme, "u", value);
        one.last_seen -= TimeDelta::seconds(1);
        one
    };
    for value in ["detached", "gone", "stays"] {
        put(storage, &early(value)).await;
    }
    let first = jobs(storage, &acme, "u").await;
    let results = vec![
        gone(&first[0], AddressFate::Detached),
        gone(&first[1], AddressFate::Gone),
        gone(&first[2], AddressFate::Kept),
    ];
    record(storage, None, results).await;
    let kept = values(storage, &acme, "u").await;
    assert_eq!(kept, ["stays", "detached"]);
    let rest = jobs(storage, &acme, "u").await;
    assert_eq!(addresses(&rest), [("push", "token:stays")]);
    put(storage, &device(&acme, "u", "detached")).await;
    assert_eq!(jobs(storage, &acme, "u").await.len(), 2);
}

/// What the provider said is older than what the app says.
pub async fn an_address_refreshed_since_stays(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    put(storage, &device(&acme, "u", "v")).await;
    let job = jobs(storage, &acme, "u").await.remove(0);
    let result = gone(&job, AddressFate::Gone);
    let mut refreshed = device(&acme, "u", "v");
    refreshed.last_seen += TimeDelta::minutes(1);
    put(storage, &refreshed).await;
    record(storage, None, vec![result]).await;
    assert_eq!(values(storage, &acme, "u").await, ["v"]);
}

/// What the app runs on comes with a push, and with nothing else; values may have colons.
pub async fn a_push_tells_its_platform(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let put_one = async |tenant, kind, value, platform| {
        let device = Device {
            kind,
            platform,
            locale: (platform == Platform::Ios).then(|| "pt-BR".to_owned()),
            ..device(tenant, "u", value)
        };
        put(storage, &device).await;
    };
    let (token, fid) = (DeviceKind::Token, DeviceKind::Fid);
    put_one(&acme, token, "a:b:c", Platform::Ios).await;
    put_one(&acme, fid, "a:b:c", Platform::Web).await;
    put_one(&acme, token, "a", Platform::Android).await;
    put_one(&other, token, "a:b:c", Platform::Android).await;
    let mail = person(&acme, "u", Some("u@example.com"));
    put_user(&storage, &mail).await.expect("stored");
    let mut found: Vec<_> = jobs(storage, &acme, "u")
        .await
        .into_iter()
        .map(|job| (job.address, job.platform, job.device_locale))
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [
        ("fid:a:b:c", Some(Platform::Web), None),
        ("token:a", Some(Platform::Android), None),
        ("token:a:b:c", Some(Platform::Ios), Some("pt-BR")),
        ("u@example.com", None, None),
    ];
    let expected = expected.map(|(address, platform, locale)| {
        (address.to_owned(), platform, locale.map(str::to_owned))
    });
    assert_eq!(found, expected);
}

/// Those who have one, of those who are asked for, each of their tenant.
pub async fn how_many_read_is_known_at_once(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for (tenant, name, locale) in [
        (&acme, "a", Some("de-AT")),
        (&acme, "b", None),
        (&acme, "c", Some("ja")),
        (&other, "a", Some("fr")),
    ] {
        let known = User {
            locale: locale.map(str::to_owned),
            timezone: (name == "b").then(|| "Asia/Tokyo".to_owned()),
            attributes: match locale {
                Some(_) => r#"{"plan":"pro"}"#.into(),
                None => "{}".into(),
            },
            ..person(tenant, name, None)
        };
        put_user(storage, &known).await.expect("stored");
    }
    let names = ["a", "b", "unknown"].map(user);
    let asked = names.iter().map(|name| (&acme, name));
    let also = user("a");
    let asked = asked.chain([(&other, &also)]).collect();
    let found = storage.readers(&asked).await.expect("read");
    let known = |locale: Option<&str>, timezone: Option<&str>| KnownReader {
        locale: locale.map(str::to_owned),
        timezone: timezone.map(str::to_owned),
    };
    let expected = [
        ((acme.clone(), user("a")), known(Some("de-AT"), None)),
        ((acme.clone(), user("b")), known(None, Some("Asia/Tokyo"))),
        ((other.clone(), user("a")), known(Some("fr"), None)),
    ];
    assert_eq!(found, expected.into());
    let found = storage.attributes(&asked).await.expect("read");
    let pro = || r#"{"plan":"pro"}"#.to_owned();
    let expected = [
        ((acme.clone(), user("a")), pro()),
        ((other.clone(), user("a")), pro()),
    ];
    assert_eq!(found, expected.into(), "one without any is left out");
    assert!(storage.readers(&[].into()).await.expect("read").is_empty());
}

/// A browser's subscription is an address of another channel than an app's token, and leaves the book when it is gone.
pub async fn a_browser_is_reached_by_web_push(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let phone = device(&acme, "u1", "phone");
    let browser = Device {
        kind: DeviceKind::WebPush,
        platform: Platform::Web,
        ..device(&acme, "u1", "key:auth:https://push.example.com/1")
    };
    for one in [&phone, &browser] {
        put(storage, one).await;
    }
    let mut routes = Routes::default();
    routes.add_for_users(acme.clone(), Channel::Push);
    routes.add_for_users(acme.clone(), Channel::WebPush);
    let jobs = async || {
        accept(storage, vec![notification(&acme, "u1")]).await;
        let planned = plan_along(storage, &routes).await;
        let mut jobs = Vec::new();
        for dispatch in &planned.dispatches {
            jobs.extend(load(storage, dispatch).await.expect("there").jobs);
        }
        jobs.sort_by(|a, b| a.address.cmp(&b.address));
        jobs
    };
    let both = jobs().await;
    let expected = [
        ("push", "token:phone"),
        ("web_push", "web_push:key:auth:https://push.example.com/1"),
    ];
    assert_eq!(addresses(&both), expected);
    record(storage, None, vec![gone(&both[1], AddressFate::Gone)]).await;
    assert_eq!(values(storage, &acme, "u1").await, ["phone"]);
    assert_eq!(addresses(&jobs().await), [("push", "token:phone")]);
}

/// An app on Apple's devices has its channel, and one that registered after the moment since when Apple says it is gone stays.
pub async fn an_apple_device_is_gone_since_a_moment(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let phone = Device {
        kind: DeviceKind::Apns,
        platform: Platform::Ios,
        ..device(&acme, "u1", "production:com.example.app:00ff")
    };
    put(storage, &phone).await;
    let mut routes = Routes::default();
    routes.add_for_users(acme.clone(), Channel::Apns);
    for (since, left) in [
        (phone.last_seen - TimeDelta::seconds(1), 1),
        (phone.last_seen, 0),
    ] {
        accept(storage, vec![notification(&acme, "u1")]).await;
        let planned = plan_along(storage, &routes).await;
        let loaded = load(storage, &planned.dispatches[0]).await;
        let job = loaded.expect("there").jobs.remove(0);
        assert_eq!(
            (job.channel, &*job.address),
            (Channel::Apns, "apns:production:com.example.app:00ff")
        );
        assert_eq!(job.platform, Some(Platform::Ios));
        let result = FinishedDelivery {
            address_as_of: Some(since),
            ..gone(&job, AddressFate::Gone)
        };
        record(storage, None, vec![result]).await;
        assert_eq!(values(storage, &acme, "u1").await.len(), left);
    }
}

/// As it is written or in lower case, of its tenant only, and not more than are asked for.
pub async fn users_are_found_by_their_address(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for (tenant, id, email) in [
        (&acme, "b", Some("ada@example.com")),
        (&acme, "a", Some("Ada@example.com")),
        (&acme, "c", Some("bob@example.com")),
        (&acme, "d", None),
        (&other, "e", Some("ada@example.com")),
    ] {
        put_user(&storage, &person(tenant, id, email))
            .await
            .expect("stored");
    }
    let found = async |tenant: &TenantId, email: &str, limit| {
        let email = EmailAddress::parse(email).expect("an address");
        let found = storage.users_by_email(tenant, &email, limit).await;
        let found = found.expect("read").into_iter();
        let mut found: Vec<_> = found.map(|id| id.to_string()).collect();
        found.sort();
        found
    };
    assert_eq!(found(&acme, "Ada@example.com", 5).await, ["a", "b"]);
    assert_eq!(found(&acme, "ADA@example.com", 5).await, ["b"]);
    assert_eq!(found(&acme, "Ada@example.com", 1).await.len(), 1);
    assert_eq!(found(&other, "ada@example.com", 5).await, ["e"]);
    assert!(found(&acme, "eve@example.com", 5).await.is_empty());
}

/// Of several at once, one uses it; other links and other tenants are not concerned.
pub async fn a_link_is_used_once(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let (at, ends) = (now(), now() + TimeDelta::minutes(15));
    let mut uses = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (storage, acme) = (Arc::clone(&storage), acme.clone());
        uses.spawn(async move { use_link(&storage, &acme, "token", at, ends).await });
    }
    let used = uses.join_all().await;
    let used = used.into_iter().map(|used| used.expect("asked"));
    assert_eq!(used.filter(|used| *used).count(), 1);
    for (tenant, token) in [(&acme, "another"), (&other, "token")] {
        let used = use_link(&storage, tenant, token, at, ends).await;
        assert!(used.expect("asked"), "{token}");
    }
    let gone = storage.expire_remembered(ends).await.expect("expired");
    assert_eq!(gone, 0, "it stays known until the link is over");
    let gone = storage.expire_remembered(ends + TimeDelta::hours(1)).await;
    assert_eq!(gone.expect("expired"), 3);
}
