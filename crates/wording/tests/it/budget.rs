//! What templates for the inbox may cost when there are many readers.

use std::time::{Duration, Instant};

use campanile_domain::{Channel, NotificationType, UserId};
use campanile_wording::{Group, Wording};

use crate::stored::World;

/// Takes some milliseconds for a reader: dates are the slowest of all filters.
const SLOW: &str = r#"{% for n in range(100) %}{{ "2026-03-01T09:30:00Z"|datetime }} {% endfor %}"#;

fn users(count: usize) -> Vec<UserId> {
    (0..count)
        .map(|n| UserId::parse(&format!("u{n}")).unwrap())
        .collect()
}

/// How many of the items have each title.
fn titled(items: &[std::sync::Arc<campanile_domain::ItemTexts>], title: &str) -> usize {
    let same = |item: &&std::sync::Arc<campanile_domain::ItemTexts>| {
        item.title
            .as_deref()
            .is_some_and(|one| one.starts_with(title))
    };
    items.iter().filter(same).count()
}

#[tokio::test]
async fn readers_whom_a_template_does_not_name_share_one_text() {
    let world = World::new().await;
    let slow = [("title", "Order {{ content.id }}"), ("body", SLOW)];
    world.draft(&world.of, Channel::InApp, "en", &slow).await;
    world
        .draft(&world.of, Channel::InApp, "de", &[("title", "Bestellung")])
        .await;
    world.publish(&world.of).await;
    world.user("u7", "de").await;
    let wording = Wording::new(world.storage.clone());
    let (says, users) = (world.asked("u0"), users(1_000));
    let group = Group {
        says: &says,
        users: users.iter().collect(),
    };
    let items = wording.items(&[group]).await.unwrap().remove(0);
    assert_eq!(titled(&items, "Order 7"), 999);
    assert_eq!(items[7].title.as_deref(), Some("Bestellung"));
    assert!(std::sync::Arc::ptr_eq(&items[0], &items[999]));
}

#[tokio::test]
async fn a_slow_template_takes_no_more_than_its_share_and_then_rests() {
    let world = World::new().await;
    let slow = [("title", "For {{ user.id }}"), ("body", SLOW)];
    world.draft(&world.of, Channel::InApp, "en", &slow).await;
    let other = NotificationType::parse("other").unwrap();
    let quick = [("title", "Other {{ user.id }}")];
    world.draft(&other, Channel::InApp, "en", &quick).await;
    world.publish(&world.of).await;
    world.publish(&other).await;
    let wording = Wording::new(world.storage.clone());
    let (says, users) = (world.asked("u0"), users(1_000));
    let group = || Group {
        says: &says,
        users: users.iter().collect(),
    };
    let begun = Instant::now();
    let items = wording.items(&[group()]).await.unwrap().remove(0);
    // Without a budget it takes several seconds; a busy machine may make even this last.
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    let made = titled(&items, "For u");
    assert!((1..900).contains(&made), "{made}");
    assert_eq!(
        titled(&items, "Sent title") + made,
        made,
        "the sender's own title is not stored"
    );
    assert!(
        items.iter().all(|item| item.version == Some(1)),
        "other channels use it"
    );

    let again = wording.items(&[group()]).await.unwrap().remove(0);
    assert_eq!(titled(&again, "For u"), 0, "it rests");
    let mut says_other = world.asked("u0");
    says_other.notification_type = other;
    let of_other = Group {
        says: &says_other,
        users: users.iter().collect(),
    };
    let items = wording.items(&[of_other]).await.unwrap().remove(0);
    assert_eq!(titled(&items, "Other u"), 1_000, "others do not");
}
