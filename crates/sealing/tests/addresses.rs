//! An address is sealed in the place of its text: found by it, read by its owner, and not to be told from its bytes.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Channel, DeviceKind, TenantId};
use campanile_sealing::{
    AddressKind, KeyFault, KeyRing, MasterKey, SealError, StoredKey, is_sealed_address,
};
use proptest::prelude::*;

const TOKEN: AddressKind = AddressKind::Device(DeviceKind::Token);

fn acme() -> TenantId {
    TenantId::parse("acme").unwrap()
}

fn master() -> Arc<MasterKey> {
    Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap())
}

fn stored(wrapped: &[u8], is_current: bool) -> StoredKey {
    StoredKey {
        wrapped: wrapped.to_vec(),
        is_current,
        age: Duration::from_secs(3_600),
    }
}

fn aged(wrapped: &[u8], is_current: bool, secs: u64) -> StoredKey {
    StoredKey {
        age: Duration::from_secs(secs),
        ..stored(wrapped, is_current)
    }
}

fn ring(master: &Arc<MasterKey>, keys: &[StoredKey]) -> KeyRing {
    let ring = KeyRing::new(Some(Arc::clone(master)), true);
    ring.learn(&acme(), keys);
    ring
}

#[test]
fn an_address_has_one_text_for_its_tenant_and_kind() {
    let master = master();
    let (key, next) = (
        master.new_data_key(&acme()).unwrap(),
        master.new_data_key(&acme()).unwrap(),
    );
    let ring_now = ring(&master, &[stored(&key, true)]);
    let seal = |kind, plain: &str| ring_now.address(&acme(), kind, plain).unwrap().into_owned();
    let text = seal(AddressKind::Email, "ada@example.com");
    assert_eq!(text, seal(AddressKind::Email, "ada@example.com"));
    assert!(is_sealed_address(&text) && !text.contains("ada"));
    for (kind, plain) in [
        (AddressKind::Email, "Ada@example.com"),
        (AddressKind::User, "ada@example.com"),
        (TOKEN, "ada@example.com"),
    ] {
        assert_ne!(text, seal(kind, plain));
        let refused = ring_now.open_address(&acme(), kind, &text);
        if kind != AddressKind::Email {
            assert_eq!(refused, Err(KeyFault::Seal(SealError::Broken)));
        }
    }
    let opened = ring_now.open_address(&acme(), AddressKind::Email, &text);
    assert_eq!(opened.unwrap(), "ada@example.com");
    // After the key was replaced, it is found in each form that it may have.
    let later = ring(&master, &[stored(&next, true), stored(&key, false)]);
    let forms = later.address_forms(&acme(), AddressKind::Email, "ada@example.com");
    let forms = forms.unwrap();
    assert_eq!(forms.len(), 3);
    assert!(forms.contains(&text) && forms.contains(&"ada@example.com".to_owned()));
    let opened = later.open_address(&acme(), AddressKind::Email, &text);
    assert_eq!(opened.unwrap(), "ada@example.com");
    let keys = later.known(&acme()).unwrap();
    assert!(!keys.is_address_of_current(&text));
    let new = later.address(&acme(), AddressKind::Email, "ada@example.com");
    assert!(keys.is_address_of_current(&new.unwrap()));
}

/// Other processes look for the forms only of the keys that they know, and learn of a new one within a minute.
#[test]
fn a_young_key_seals_no_addresses_if_there_is_an_older_one() {
    let master = master();
    let [oldest, older, new] = [(); 3].map(|()| master.new_data_key(&acme()).unwrap());
    let sealed_by = |keys: &[StoredKey]| {
        let ring = ring(&master, keys);
        let address = ring.address(&acme(), TOKEN, "abc").unwrap().into_owned();
        let all = [&oldest, &older, &new].map(|key| {
            let only = self::ring(&master, &[stored(key, true)]);
            only.address(&acme(), TOKEN, "abc").unwrap().into_owned()
        });
        // It is found by those who know the keys of before, and all are looked for.
        let forms = ring.address_forms(&acme(), TOKEN, "abc").unwrap();
        assert_eq!(forms.len(), 1 + keys.len());
        all.iter().position(|one| *one == address)
    };
    let of = |current, former| {
        [
            aged(&oldest, false, 9_000),
            aged(&older, false, former),
            aged(&new, true, current),
        ]
    };
    assert_eq!(sealed_by(&of(60, 600)), Some(1));
    assert_eq!(sealed_by(&of(121, 600)), Some(2));
    // The former one is young as well.
    assert_eq!(sealed_by(&of(30, 100)), Some(0));
    assert_eq!(sealed_by(&of(30, 100)[1..]), Some(1));
    assert_eq!(sealed_by(&[aged(&new, true, 0)]), Some(2));
}

#[test]
fn a_key_that_is_not_known_is_asked_for_and_one_that_is_lost_opens_nothing() {
    let master = master();
    let key = master.new_data_key(&acme()).unwrap();
    let text = ring(&master, &[stored(&key, true)])
        .address(&acme(), TOKEN, "abc")
        .unwrap()
        .into_owned();
    let fresh = KeyRing::new(Some(Arc::clone(&master)), false);
    let Err(KeyFault::Wanted(wanted)) = fresh.open_address(&acme(), TOKEN, &text) else {
        panic!("it is not known");
    };
    fresh.learn_wanted(&wanted, &[].into());
    let lost = fresh.open_address(&acme(), TOKEN, &text);
    assert_eq!(lost, Err(KeyFault::Seal(SealError::AnotherKey)));
    // It does not seal, and the tenant has no key: there is one form.
    assert_eq!(fresh.address(&acme(), TOKEN, "abc").unwrap(), "abc");
    assert_eq!(fresh.address_forms(&acme(), TOKEN, "abc").unwrap(), ["abc"]);
    let none = KeyRing::new(None, true);
    let lost = none.open_address(&acme(), TOKEN, &text);
    assert_eq!(lost, Err(KeyFault::Seal(SealError::AnotherKey)));
    assert_eq!(none.open_address(&acme(), TOKEN, "abc").unwrap(), "abc");
}

/// Another process may have made the first key since, and what it has sealed has another form.
#[test]
fn who_seals_does_not_look_for_an_address_without_a_key() {
    let master = master();
    let ring = ring(&master, &[]);
    let Err(KeyFault::Wanted(wanted)) = ring.address_forms(&acme(), TOKEN, "abc") else {
        panic!("that there is no key is believed");
    };
    assert_eq!(wanted.to_make().collect::<Vec<_>>(), [&acme()]);
    let made = vec![stored(&master.new_data_key(&acme()).unwrap(), true)];
    ring.learn_wanted(&wanted, &[(acme(), made)].into());
    let forms = ring.address_forms(&acme(), TOKEN, "abc").unwrap();
    assert_eq!(forms.len(), 2);
}

#[test]
fn of_a_deliverys_address_the_kind_stays_readable() {
    for (channel, address, expected) in [
        (Channel::Push, "token:a:b", Some((TOKEN, "token:", "a:b"))),
        (
            Channel::Email,
            "a:b@example.com",
            Some((AddressKind::Email, "", "a:b@example.com")),
        ),
        (
            Channel::Slack,
            "user:U1",
            Some((AddressKind::User, "user:", "U1")),
        ),
        (Channel::Webhook, "https://a.example/", None),
        (Channel::Slack, "main", None),
        (Channel::InApp, "ada", None),
    ] {
        assert_eq!(AddressKind::of_delivery(channel, address), expected);
    }
}

proptest! {
    #[test]
    fn any_change_is_noticed(plain in "[ -~]{0,120}", at in any::<prop::sample::Index>(), by in "[A-Za-z0-9_-]") {
        let master = master();
        let ring = ring(&master, &[stored(&master.new_data_key(&acme()).unwrap(), true)]);
        let text = ring.address(&acme(), TOKEN, &plain).unwrap().into_owned();
        prop_assert_eq!(ring.open_address(&acme(), TOKEN, &text).unwrap(), plain);
        let at = 1 + at.index(text.len() - 1);
        let mut changed = text.clone();
        changed.replace_range(at..=at, &by);
        if changed != text {
            let opened = ring.known(&acme()).unwrap().open_address(TOKEN, &changed).map(String::from);
            prop_assert!(opened.is_err(), "{:?}", opened);
        }
    }
}
