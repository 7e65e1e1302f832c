//! What is sealed can be opened by its owner, for its purpose, unchanged; and by nobody else.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use campanile_domain::TenantId;
use std::collections::BTreeMap;
use std::sync::Arc;

use campanile_sealing::{
    DataKey, KeyFault, KeyRing, MasterKey, Place, RowTexts, SealError, StoredKey, TenantKeys,
};
use proptest::prelude::*;
use secrecy::ExposeSecret;
use uuid::Uuid;

fn tenant(name: &str) -> TenantId {
    TenantId::parse(name).unwrap()
}

fn master() -> MasterKey {
    MasterKey::parse(&MasterKey::generate().unwrap()).unwrap()
}

fn key(master: &MasterKey, name: &str) -> (DataKey, Vec<u8>) {
    let wrapped = master.new_data_key(&tenant(name)).unwrap();
    (master.unwrap(&tenant(name), &wrapped).unwrap(), wrapped)
}

#[test]
fn only_its_owner_opens_it_and_only_for_its_purpose() {
    let master = master();
    let (acme, wrapped) = key(&master, "acme");
    let (other, _) = key(&master, "other");
    let sealed = acme.seal("provider/main", b"secret").unwrap();
    assert!(!sealed.windows(6).any(|part| part == b"secret"));
    let opened = acme.open("provider/main", &sealed).unwrap();
    assert_eq!(opened.expose_secret(), b"secret");
    assert_ne!(sealed, acme.seal("provider/main", b"secret").unwrap());
    let refused = |key: &DataKey, purpose| key.open(purpose, &sealed).unwrap_err();
    assert_eq!(refused(&acme, "provider/else"), SealError::Broken);
    assert_eq!(refused(&other, "provider/main"), SealError::AnotherKey);
    // The same key under another name is another tenant's.
    let moved = master.unwrap(&tenant("other"), &wrapped);
    assert_eq!(moved.err(), Some(SealError::Broken));
    let stranger = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
    let foreign = stranger.unwrap(&tenant("acme"), &wrapped);
    assert_eq!(foreign.err(), Some(SealError::AnotherKey));
}

#[test]
fn a_master_key_is_32_bytes_in_base64() {
    for bad in ["", "short", "!!!!", &"A".repeat(43), &"A".repeat(64)] {
        assert!(MasterKey::parse(&bad.to_owned().into()).is_err(), "{bad}");
    }
}

fn stored(wrapped: &[u8], is_current: bool) -> StoredKey {
    StoredKey {
        wrapped: wrapped.to_vec(),
        is_current,
        age: std::time::Duration::ZERO,
    }
}

#[test]
fn a_previous_master_key_opens_and_does_not_seal() {
    let texts = [(), ()].map(|()| MasterKey::generate().unwrap());
    let key = |at: usize| MasterKey::parse(&texts[at]).unwrap();
    let (old, both, new) = (key(0), key(1).and_previous(key(0)), key(1));
    let acme = tenant("acme");
    let wrapped = old.new_data_key(&acme).unwrap();
    let sealed = old
        .unwrap(&acme, &wrapped)
        .unwrap()
        .seal("p", b"text")
        .unwrap();
    assert!(both.knows(&wrapped) && !new.knows(&wrapped));
    let again = both
        .rewrap(&acme, &wrapped)
        .unwrap()
        .expect("of the previous");
    assert_eq!(both.rewrap(&acme, &again), Ok(None));
    assert!(old.unwrap(&acme, &again).is_err());
    let opened = new
        .unwrap(&acme, &again)
        .unwrap()
        .open("p", &sealed)
        .unwrap();
    assert_eq!(opened.expose_secret(), b"text");
    assert!(again.starts_with(&new.mark()));
    assert!(new.knows(&both.new_data_key(&acme).unwrap()));
    assert_eq!(new.rewrap(&acme, &wrapped), Err(SealError::AnotherKey));
}

#[test]
fn a_former_key_opens_and_the_current_one_seals() {
    let master = master();
    let ((old, former), (_, current)) = (key(&master, "acme"), key(&master, "acme"));
    let sealed = old.seal("p", b"text").unwrap();
    let both = [stored(&current, true), stored(&former, false)];
    let keys = TenantKeys::unwrapped(&master, &tenant("acme"), &both);
    assert!(!sealed.starts_with(&keys.mark().unwrap()));
    let again = keys.reseal("p", &sealed).unwrap();
    assert!(again.starts_with(&keys.mark().unwrap()));
    assert!(keys.is_of_current(&again) && !keys.is_of_current(&sealed));
    assert_eq!(keys.open("p", &again).unwrap().expose_secret(), b"text");
    let without = TenantKeys::unwrapped(&master, &tenant("acme"), &both[..1]);
    assert_eq!(
        without.reseal("p", &sealed).err(),
        Some(SealError::AnotherKey)
    );
}

/// Rows of a tenant, each sealed with a different data key.
fn lost_rows(count: u128) -> Vec<(Place, Vec<u8>)> {
    let rows = (0..count).map(|number| {
        let (lost, acme) = (Arc::new(master()), tenant("acme"));
        let wrapped = lost.new_data_key(&acme).unwrap();
        let keys = TenantKeys::unwrapped(&lost, &acme, &[stored(&wrapped, true)]);
        let place = Place::Notification(Uuid::from_u128(number));
        let row = keys.row(place, &RowTexts::default()).unwrap();
        (place, row.sealed.unwrap())
    });
    rows.collect()
}

#[test]
fn a_page_with_several_lost_keys_asks_for_each_once() {
    let (ring, acme) = (KeyRing::new(Some(Arc::new(master())), true), tenant("acme"));
    let rows = lost_rows(3);
    // One after the other, as a page is read again from its beginning after each look.
    let mut looks = 0;
    let faults: Vec<_> = 'again: loop {
        let mut faults = Vec::new();
        for (place, sealed) in &rows {
            match ring.open(&acme, *place, sealed) {
                Err(KeyFault::Wanted(wanted)) => {
                    looks += 1;
                    assert!(looks <= rows.len(), "a key is looked for again");
                    ring.learn_wanted(&wanted, &BTreeMap::new());
                    continue 'again;
                }
                Err(KeyFault::Seal(error)) => faults.push(error),
                Ok(_) => panic!("a lost key opens"),
            }
        }
        break faults;
    };
    assert_eq!(looks, 3);
    assert_eq!(faults, [SealError::AnotherKey; 3]);
}

#[test]
fn two_lost_keys_are_asked_for_together() {
    let (ring, acme) = (KeyRing::new(Some(Arc::new(master())), true), tenant("acme"));
    let rows = lost_rows(2);
    let all = || rows.iter().map(|(_, sealed)| (&acme, sealed.as_slice()));
    let Err(KeyFault::Wanted(wanted)) = ring.need_to_open(all()) else {
        panic!("both are wanted");
    };
    assert_eq!(wanted.tenants().collect::<Vec<_>>(), [&acme]);
    ring.learn_wanted(&wanted, &BTreeMap::new());
    assert_eq!(ring.need_to_open(all()), Ok(()));
    // A key that is there by now is found beside those that are not.
    let master = Arc::clone(ring.master().unwrap());
    let (own, wrapped) = key(&master, "acme");
    let sealed = own.seal("notifications/x", b"x").unwrap();
    let Err(KeyFault::Wanted(wanted)) = ring.need_to_open([(&acme, sealed.as_slice())]) else {
        panic!("it is wanted");
    };
    let found = BTreeMap::from([(acme.clone(), vec![stored(&wrapped, true)])]);
    ring.learn_wanted(&wanted, &found);
    assert_eq!(ring.need_to_open([(&acme, sealed.as_slice())]), Ok(()));
    assert_eq!(ring.need_to_open(all()), Ok(()));
}

#[test]
fn a_key_that_is_announced_opens_for_those_who_do_not_know_it() {
    let (ring, acme) = (KeyRing::new(Some(Arc::new(master())), true), tenant("acme"));
    let before = ring.new_key(&acme).unwrap().unwrap();
    let keys = ring.learn(&acme, &[stored(&before, true)]);
    let new = ring.new_key(&acme).unwrap().unwrap();
    let place = Place::Notification(Uuid::from_u128(7));
    let row = ring.unwrap(&acme, &[stored(&new, true)]);
    let row = row.row(place, &RowTexts::default()).unwrap();
    let sealed = row.sealed.unwrap();
    let open = || ring.open_with(&keys, &acme, place, &sealed);
    assert_eq!(open(), Err(SealError::AnotherKey));
    ring.announce(&acme, &new);
    assert_eq!(open(), Ok(RowTexts::default()));
}

proptest! {
    #[test]
    fn any_change_is_noticed(text in proptest::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let master = master();
        let (key, _) = key(&master, "acme");
        let sealed = key.seal("p", &text).unwrap();
        let opened = key.open("p", &sealed).unwrap();
        prop_assert_eq!(opened.expose_secret(), &text[..]);
        let mut changed = sealed.clone();
        let at = at.index(changed.len());
        changed[at] ^= flip;
        prop_assert!(key.open("p", &changed).is_err());
        prop_assert!(key.open("p", &sealed[..at]).is_err());
    }
}
