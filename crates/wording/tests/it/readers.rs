//! What templates know of their readers.

use std::sync::Arc;

use campanile_domain::{Channel, ItemTexts, Notification, UserId};
use campanile_wording::{Group, Wording};
use chrono::DateTime;

use crate::stored::World;

const TITLE: &str = "{{ user.attributes.name|default('you') }}, {{ now|time }}";

async fn world(title: &str) -> (World, Wording) {
    let world = World::new().await;
    for channel in [Channel::InApp, Channel::Push] {
        let parts = [("title", title)];
        world.draft(&world.of, channel, "en", &parts).await;
    }
    world.publish(&world.of).await;
    let vienna = Some("Europe/Vienna");
    world
        .reader("anna", "en", vienna, r#"{"name": "Anna"}"#)
        .await;
    world
        .reader("bob", "en", Some("Asia/Tokyo"), r#"{"name": "Bob"}"#)
        .await;
    world.reader("carl", "en", vienna, "{}").await;
    let wording = Wording::new(Arc::clone(&world.storage));
    (world, wording)
}

fn at_noon(world: &World, user: &str) -> Notification {
    Notification {
        created_at: DateTime::from_timestamp(1_781_956_800, 0).unwrap(),
        ..world.asked(user)
    }
}

async fn items(world: &World, wording: &Wording, users: &[&str]) -> Vec<Arc<ItemTexts>> {
    let says = at_noon(world, "anna");
    let users: Vec<_> = users
        .iter()
        .map(|name| UserId::parse(name).unwrap())
        .collect();
    let group = Group {
        says: &says,
        users: users.iter().collect(),
    };
    wording.items(&[group]).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_template_shows_the_attributes_and_the_time_of_its_reader() {
    let (world, wording) = world(TITLE).await;
    let users = ["anna", "bob", "carl", "unknown"];
    let items = items(&world, &wording, &users).await;
    let expected = [
        "Anna, 2:00\u{202f}PM",
        "Bob, 9:00\u{202f}PM",
        "you, 2:00\u{202f}PM",
        "you, 12:00\u{202f}PM",
    ];
    for ((user, item), expected) in users.iter().zip(items).zip(expected) {
        let title = item.title.as_deref().unwrap();
        assert_eq!(
            title.replace(' ', "\u{202f}"),
            expected.replace(' ', "\u{202f}"),
            "{user}"
        );
        let one = Notification {
            item: Arc::clone(&item),
            ..at_noon(&world, user)
        };
        let push = wording.message(&one, Channel::Push, None).await.unwrap();
        assert_eq!(push.message.title, title, "{user}: a push says the same");
    }
}

#[tokio::test]
async fn readers_of_one_zone_share_what_does_not_name_them() {
    let (world, wording) = world("At {{ now|time }}").await;
    let items = items(&world, &wording, &["anna", "bob", "carl"]).await;
    assert!(Arc::ptr_eq(&items[0], &items[2]), "they are shared");
    assert_ne!(items[0].title, items[1].title);
}
