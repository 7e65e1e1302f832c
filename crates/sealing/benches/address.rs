//! What sealing, opening and looking up an address cost, and how much longer its text is.
//! `cargo bench -p campanile-sealing --bench address`. The bar: 5 µs each, the median on one thread.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measures")]
#![allow(missing_docs, reason = "a program")]
#![allow(clippy::unwrap_used, reason = "a measurement")]

use std::hint::black_box;
use std::sync::Arc;

use campanile_domain::{DeviceKind, TenantId};
use campanile_sealing::{AddressKind, KeyRing, MasterKey, StoredKey};
use divan::Bencher;

fn main() {
    let (ring, tenant) = ring();
    for bytes in SIZES {
        let plain = "x".repeat(bytes);
        let sealed = ring.address(&tenant, KIND, &plain).unwrap();
        let more = sealed.len() - bytes;
        println!("an address of {bytes} bytes, {more} more when it is sealed");
    }
    divan::main();
}

/// Bytes of a mail address, of a token, and of a browser's subscription.
const SIZES: [usize; 3] = [24, 160, 600];
const KIND: AddressKind = AddressKind::Device(DeviceKind::Token);

fn ring() -> (KeyRing, TenantId) {
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    let tenant = TenantId::parse("acme").unwrap();
    let ring = KeyRing::new(Some(master), true);
    let wrapped = ring.new_key(&tenant).unwrap().unwrap();
    let stored = StoredKey {
        wrapped,
        is_current: true,
        age: std::time::Duration::ZERO,
    };
    ring.learn(&tenant, &[stored]);
    (ring, tenant)
}

#[divan::bench(args = SIZES)]
fn seal(bencher: Bencher<'_, '_>, bytes: usize) {
    let ((ring, tenant), plain) = (ring(), "x".repeat(bytes));
    bencher.bench_local(|| ring.address(&tenant, KIND, black_box(&plain)).map(drop));
}

#[divan::bench(args = SIZES)]
fn open(bencher: Bencher<'_, '_>, bytes: usize) {
    let ((ring, tenant), plain) = (ring(), "x".repeat(bytes));
    let sealed = ring.address(&tenant, KIND, &plain).unwrap();
    bencher.bench_local(|| {
        ring.open_address(&tenant, KIND, black_box(&sealed))
            .map(drop)
    });
}

#[divan::bench(args = SIZES)]
fn look_up(bencher: Bencher<'_, '_>, bytes: usize) {
    let ((ring, tenant), plain) = (ring(), "x".repeat(bytes));
    bencher.bench_local(|| ring.address_forms(&tenant, KIND, black_box(&plain)));
}
