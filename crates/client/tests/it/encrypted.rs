//! A spool whose calls cannot be read from its disk.

use std::fs;
use std::path::Path;
use std::time::Duration;

use campanile_client::{BuildError, Client, SpoolError, SpoolKey, SpoolLimits};

use crate::service::Service;
use crate::{builder, notification, once, spooling};

const PATIENCE: Duration = Duration::from_secs(30);

fn key(byte: u8) -> SpoolKey {
    SpoolKey::new(&[byte; 32])
}

async fn encrypting(service: &Service, dir: &Path, byte: u8) -> Result<Client, BuildError> {
    let builder = builder(service)
        .retry(once())
        .spool(dir, SpoolLimits::default())
        .spool_key(key(byte));
    builder.build().await
}

async fn flushed(client: &Client) {
    tokio::time::timeout(PATIENCE, client.flush())
        .await
        .unwrap();
}

/// Everything that the files in a directory hold.
fn on_disk(dir: &Path) -> Vec<u8> {
    let files = fs::read_dir(dir).unwrap();
    files
        .flat_map(|file| fs::read(file.unwrap().path()).unwrap_or_default())
        .collect()
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn nothing_of_a_call_is_readable_on_the_disk_and_all_of_it_arrives() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let plain = spooling(&service, dir.path()).await;
    service.down();
    plain.send(&notification("u", 0)).await.unwrap();
    plain.close().await;
    let client = encrypting(&service, dir.path(), 1).await.unwrap();
    let call = notification("u-canary", 1).body("canary in the text");
    client.send(&call).await.unwrap();
    let disk = on_disk(dir.path());
    assert!(has(&disk, "number\":0"), "the plain call is there");
    assert!(!has(&disk, "canary"));
    // As after a crash.
    client.close().await;
    let client = encrypting(&service, dir.path(), 1).await.unwrap();
    service.up();
    flushed(&client).await;
    assert_eq!(service.numbers("u"), [0]);
    assert_eq!(service.numbers("u-canary"), [1]);
}

#[tokio::test]
async fn without_its_key_a_spool_is_not_opened_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let client = encrypting(&service, dir.path(), 1).await.unwrap();
    service.down();
    client.send(&notification("u", 0)).await.unwrap();
    client.close().await;
    let without = builder(&service).spool(dir.path(), SpoolLimits::default());
    let refused = without.build().await;
    assert!(
        matches!(refused, Err(BuildError::Spool(SpoolError::KeyMissing))),
        "{refused:?}"
    );
    let refused = encrypting(&service, dir.path(), 2).await;
    assert!(
        matches!(refused, Err(BuildError::Spool(SpoolError::WrongKey))),
        "{refused:?}"
    );
    service.up();
    let client = encrypting(&service, dir.path(), 1).await.unwrap();
    flushed(&client).await;
    assert_eq!(service.numbers("u"), [0]);
}

#[tokio::test]
async fn a_refused_call_is_readable_with_the_key_only() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let client = encrypting(&service, dir.path(), 1).await.unwrap();
    service.down();
    service.poison("\"number\":0}", 422);
    client.send(&notification("u-canary", 0)).await.unwrap();
    service.up();
    flushed(&client).await;
    let text = fs::read_to_string(dir.path().join("rejected.jsonl")).unwrap();
    assert!(
        !text.contains("canary") && text.contains("\"status\":422"),
        "{text}"
    );
    let line = key(1).open_rejected(text.trim()).unwrap();
    assert!(line.contains("u-canary"), "{line}");
}
