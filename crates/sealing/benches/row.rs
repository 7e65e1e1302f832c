//! What sealing and opening the texts of a notification cost, and how much longer its row is.
//! `cargo bench -p campanile-sealing --bench row`. The bar: 5 µs each, the median on one thread.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measures")]
#![allow(missing_docs, reason = "a program")]
#![allow(clippy::unwrap_used, reason = "a measurement")]

use std::hint::black_box;
use std::sync::Arc;

use campanile_domain::TenantId;
use campanile_sealing::{KeyRing, MasterKey, Place, RowTexts, StoredKey};
use divan::Bencher;
use uuid::Uuid;

fn main() {
    let (ring, tenant) = ring();
    for bytes in SIZES {
        let content = content(bytes);
        let texts = texts(&content);
        let plain = [&texts.title, &texts.body, &texts.content]
            .into_iter()
            .flatten();
        let plain: usize = plain.map(|text| text.len()).sum();
        let sealed = ring.row(&tenant, PLACE, texts).unwrap().sealed.unwrap();
        println!(
            "{plain} bytes of texts, {} more when they are sealed",
            sealed.len() - plain
        );
    }
    divan::main();
}

/// Bytes of a content: of an event, and of one with a long text.
const SIZES: [usize; 2] = [200, 4_000];
const PLACE: Place =
    Place::Notification(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));

fn ring() -> (KeyRing, TenantId) {
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    let tenant = TenantId::parse("acme").unwrap();
    let ring = KeyRing::new(Some(master), true);
    let wrapped = ring.new_key(&tenant).unwrap().unwrap();
    ring.learn(
        &tenant,
        &[StoredKey {
            wrapped,
            is_current: true,
            age: std::time::Duration::ZERO,
        }],
    );
    (ring, tenant)
}

fn content(bytes: usize) -> String {
    format!("{{\"text\":\"{}\"}}", "x".repeat(bytes - 11))
}

fn texts(content: &str) -> RowTexts<'_> {
    RowTexts {
        title: Some("New message from Zoë".into()),
        body: Some("Are you coming to lunch at twelve? We meet downstairs.".into()),
        content: Some(content.into()),
        ..RowTexts::default()
    }
}

#[divan::bench(args = SIZES)]
fn seal(bencher: Bencher<'_, '_>, bytes: usize) {
    let ((ring, tenant), content) = (ring(), content(bytes));
    bencher.bench_local(|| ring.row(&tenant, PLACE, texts(black_box(&content))));
}

#[divan::bench(args = SIZES)]
fn open(bencher: Bencher<'_, '_>, bytes: usize) {
    let ((ring, tenant), content) = (ring(), content(bytes));
    let sealed = ring
        .row(&tenant, PLACE, texts(&content))
        .unwrap()
        .sealed
        .unwrap();
    bencher.bench_local(|| ring.open(&tenant, PLACE, black_box(&sealed)));
}
