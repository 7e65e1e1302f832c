//! What users see.

use std::sync::Arc;

use campanile_domain::{ItemTexts, Link, Notification};
use campanile_storage::Tenants;

use crate::house::House;

fn titles(items: &[Arc<ItemTexts>]) -> Vec<Option<&str>> {
    items.iter().map(|item| item.title.as_deref()).collect()
}

#[tokio::test]
async fn each_user_reads_their_own_language_else_the_tenants_else_english() {
    let house = House::new().await;
    let users = ["vienna", "tokyo", "mute", "unknown", "vienna"];
    let says = house.request("vienna");
    let items = house.items(&says, &users).await;
    let titles = titles(&items);
    assert_eq!(titles[0], Some("Ada möchte mit dir befreundet sein"));
    assert_eq!(titles[2], Some("Ada wants to be your friend"));
    assert_eq!(titles[3], titles[2]);
    assert_ne!(titles[1], titles[2]);
    assert!(Arc::ptr_eq(&items[0], &items[4]), "they are shared");
    let locales: Vec<_> = items.iter().map(|item| item.locale.as_deref()).collect();
    let expected = ["de-AT", "ja", "en", "en", "de-AT"].map(Some);
    assert_eq!(locales, expected);

    let house = House::new().await;
    assert!(
        house
            .storage
            .set_locale(&house.tenant, Some("fr-CH"))
            .await
            .unwrap()
    );
    house.put("klingon", Some("tlh")).await;
    let items = house.items(&says, &["mute", "unknown", "klingon"]).await;
    for item in &items {
        let title = item.title.as_deref().unwrap();
        assert!(
            title.starts_with("Ada ") && !title.contains("wants"),
            "{title}"
        );
    }
    assert_eq!(items[0].locale.as_deref(), Some("fr-CH"));
    assert_eq!(
        items[2].locale.as_deref(),
        Some("tlh"),
        "a template may have it later"
    );
}

#[tokio::test]
async fn what_the_sender_wrote_is_not_kept_twice() {
    let house = House::new().await;
    let link = Link::parse("https://example.com/r/1").unwrap();
    let mut says = Notification {
        title: Some("Hello".into()),
        body: Some("two\nlines".into()),
        item: Arc::new(ItemTexts {
            link: Some(link.clone()),
            ..ItemTexts::default()
        }),
        ..house.request("vienna")
    };
    let item = house.items(&says, &["vienna"]).await.remove(0);
    assert_eq!((&item.title, &item.body), (&None, &None));
    assert_eq!(item.link, Some(link));
    says.item = item;
    assert_eq!(says.shown_title(), Some("Hello"));
    assert_eq!(says.shown_body(), Some("two\nlines"));

    // What cannot be shown as it is differs, and is kept.
    says.title = Some("Hello\u{202e} there".into());
    let item = house.items(&says, &["vienna"]).await.remove(0);
    assert_eq!(item.title.as_deref(), Some("Hello there"));
}

#[tokio::test]
async fn a_user_who_is_known_is_not_looked_up_again_at_once() {
    let house = House::new().await;
    let says = house.request("vienna");
    let first = house.items(&says, &["vienna", "mute"]).await;
    house.put("vienna", Some("en")).await;
    house.put("mute", Some("de")).await;
    let again = house.items(&says, &["vienna", "mute"]).await;
    assert_eq!(titles(&first), titles(&again));
}
