//! What is sealed can be opened by its owner, for its purpose, unchanged; and by nobody else.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use campanile_domain::TenantId;
use campanile_sealing::{DataKey, MasterKey, SealError};
use proptest::prelude::*;
use secrecy::ExposeSecret;

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
