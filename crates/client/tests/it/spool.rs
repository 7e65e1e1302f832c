//! What is on disk: bounds, owners, restarts, damage.

use std::fs;
use std::path::Path;
use std::time::Duration;

use campanile_client::{BuildError, Client, Error, Outcome, SpoolError, SpoolLimits};

use crate::service::Service;
use crate::{builder, notification, once, spooling};

const PATIENCE: Duration = Duration::from_secs(30);

async fn limited(service: &Service, dir: &Path, limits: SpoolLimits) -> Client {
    let builder = builder(service).retry(once()).spool(dir, limits);
    builder.build().await.unwrap()
}

fn files(dir: &Path, extension: &str) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_full_spool_says_so_and_keeps_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    service.down();
    let client = limited(&service, dir.path(), SpoolLimits::new(1 << 20, 3)).await;
    for number in 0..3 {
        client.send(&notification("u", number)).await.unwrap();
    }
    let refused = client.send(&notification("u", 3)).await;
    let full = matches!(
        refused,
        Err(Error::Spool {
            source: SpoolError::Full { entries: 3, .. },
            ..
        })
    );
    assert!(full, "{refused:?}");
    let tight = tempfile::tempdir().unwrap();
    let small = limited(&service, tight.path(), SpoolLimits::new(600, 100)).await;
    small.send(&notification("v", 0)).await.unwrap();
    let large = notification("v", 1).body("x".repeat(600));
    assert!(matches!(
        small.send(&large).await,
        Err(Error::Spool {
            source: SpoolError::Full { .. },
            ..
        })
    ));
    let huge = notification("u", 4).body("x".repeat(2 << 20));
    assert!(matches!(
        client.send(&huge).await,
        Err(Error::Spool {
            source: SpoolError::TooLarge { .. },
            ..
        })
    ));
    service.up();
    tokio::time::timeout(PATIENCE, client.flush())
        .await
        .unwrap();
    assert_eq!(service.numbers("u"), [0, 1, 2]);
    client.send(&notification("u", 3)).await.unwrap();
}

#[tokio::test]
async fn one_client_has_the_directory_until_it_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    service.down();
    let client = spooling(&service, dir.path()).await;
    client.send(&notification("u", 0)).await.unwrap();
    let second = builder(&service).spool(dir.path(), SpoolLimits::default());
    let second = second.build().await;
    assert!(
        matches!(second, Err(BuildError::Spool(SpoolError::InUse(_)))),
        "{second:?}"
    );
    client.close().await;
    let late = client.send(&notification("u", 1)).await;
    assert!(
        matches!(
            late,
            Err(Error::Spool {
                source: SpoolError::Closed,
                ..
            })
        ),
        "{late:?}"
    );
    drop(client);
    let client = spooling(&service, dir.path()).await;
    assert_eq!(client.spooled(), 1);
    client.send(&notification("u", 2)).await.unwrap();
    service.up();
    tokio::time::timeout(PATIENCE, client.flush())
        .await
        .unwrap();
    assert_eq!(service.numbers("u"), [0, 2]);
}

#[tokio::test]
async fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    service.down();
    let path = dir.path().join("new/spool");
    let client = spooling(&service, &path).await;
    client.send(&notification("u", 0)).await.unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o700
    );
    for file in fs::read_dir(&path).unwrap() {
        let file = file.unwrap();
        assert_eq!(
            file.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{file:?}"
        );
    }
}

#[tokio::test]
async fn a_lost_cursor_repeats_calls_under_their_keys() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let client = spooling(&service, dir.path()).await;
    service.down();
    for number in 0..5 {
        client.send(&notification("u", number)).await.unwrap();
    }
    let segments = files(dir.path(), "segment");
    let kept = fs::read(&segments[0]).unwrap();
    service.up();
    tokio::time::timeout(PATIENCE, client.flush())
        .await
        .unwrap();
    client.close().await;
    // As a disk would have it that lost its latest writes.
    fs::write(&segments[0], kept).unwrap();
    fs::remove_file(dir.path().join("cursor")).unwrap();
    let client = spooling(&service, dir.path()).await;
    tokio::time::timeout(PATIENCE, client.flush())
        .await
        .unwrap();
    assert_eq!(client.spool_status().replayed, 5);
    assert_eq!(service.numbers("u"), [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn damage_costs_what_it_hits_and_is_kept_to_be_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let client = spooling(&service, dir.path()).await;
    service.down();
    for number in 0..3 {
        client.send(&notification("u", number)).await.unwrap();
    }
    client.close().await;
    drop(client);
    let segment = &files(dir.path(), "segment")[0];
    let mut bytes = fs::read(segment).unwrap();
    let hit = bytes
        .windows(10)
        .position(|part| part == b"\"number\":1")
        .unwrap();
    bytes[hit] ^= 1;
    // And half a frame at the end, as a kill in the middle of a write leaves it.
    bytes.extend_from_slice(&[9, 0, 0, 0, 1, 2]);
    fs::write(segment, bytes).unwrap();
    let client = spooling(&service, dir.path()).await;
    assert_eq!(client.spooled(), 3);
    client.send(&notification("u", 3)).await.unwrap();
    service.up();
    tokio::time::timeout(PATIENCE, client.flush())
        .await
        .unwrap();
    assert_eq!(service.numbers("u"), [0, 2, 3]);
    assert_eq!(client.spool_status().damaged, 1);
    assert_eq!(files(dir.path(), "damaged").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn replayed_segments_are_given_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let client = spooling(&service, dir.path()).await;
    service.down();
    let text = "x".repeat(100_000);
    for number in 0..40 {
        let outcome = client
            .send(&notification("u", number).body(&text))
            .await
            .unwrap();
        assert!(matches!(outcome, Outcome::Spooled { .. }));
    }
    assert!(files(dir.path(), "segment").len() >= 4);
    service.up();
    tokio::time::timeout(PATIENCE, client.flush())
        .await
        .unwrap();
    assert_eq!(service.numbers("u"), (0..40).collect::<Vec<_>>());
    client.close().await;
    let left: u64 = files(dir.path(), "segment")
        .iter()
        .map(|f| f.metadata().unwrap().len())
        .sum();
    assert!(left <= 2 << 20, "{left}");
    drop(client);
    let client = spooling(&service, dir.path()).await;
    assert_eq!(client.spooled(), 0);
    assert_eq!(files(dir.path(), "segment").len(), 0);
}
