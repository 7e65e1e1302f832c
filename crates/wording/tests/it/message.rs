//! What channels send of a stored notification.

use std::sync::Arc;

use campanile_domain::{
    Action, Channel, ItemTexts, Link, Notification, NotificationType, TextLevel,
};

use crate::house::House;

/// As it is stored for a user.
async fn stored(house: &House, user: &str) -> Notification {
    let mut made = house.request(user);
    made.item = house.items(&made, &[user]).await.remove(0);
    made
}

#[tokio::test]
async fn a_push_says_what_the_inbox_shows_unless_its_device_has_another_language() {
    let house = House::new().await;
    let made = stored(&house, "vienna").await;
    let german = "Ada möchte mit dir befreundet sein";
    for (device, title, locale) in [
        (None, german, "de"),
        (Some("de-CH"), german, "de"),
        (Some("tlh"), german, "de"),
        (Some("en-GB"), "Ada wants to be your friend", "en"),
    ] {
        let worded = house
            .wording
            .message(&made, Channel::Push, device)
            .await
            .unwrap();
        assert_eq!(worded.message.title, title, "{device:?}");
        assert_eq!(worded.message.html, None);
        let used = worded.used();
        assert_eq!((used.level.as_str(), used.version), ("built_in", None));
        assert_eq!(used.locale, locale, "{device:?}");
    }
}

#[tokio::test]
async fn what_an_earlier_release_accepted_is_given_words_when_it_is_sent() {
    let house = House::new().await;
    let made = house.request("vienna");
    let worded = house
        .wording
        .message(&made, Channel::Push, None)
        .await
        .unwrap();
    assert_eq!(worded.message.title, "Ada wants to be your friend");
    let of_another_type = Notification {
        notification_type: NotificationType::parse("order.shipped").unwrap(),
        ..made
    };
    let worded = house
        .wording
        .message(&of_another_type, Channel::Push, None)
        .await
        .unwrap();
    assert_eq!(worded.level, TextLevel::Generic);
    assert!(worded.message.title.contains("Order shipped"));
}

#[tokio::test]
async fn a_mail_is_in_the_users_language_with_a_button_and_links() {
    let house = House::new().await;
    let mut made = stored(&house, "vienna").await;
    let link = |text| Link::parse(text).unwrap();
    made.item = Arc::new(ItemTexts {
        link: Some(link("https://example.com/r/1?a=1&b=2")),
        actions: vec![Action {
            id: "yes".into(),
            title: "Ja & gern".into(),
            link: link("https://example.com/yes"),
        }],
        ..ItemTexts::clone(&made.item)
    });
    let worded = house
        .wording
        .message(&made, Channel::Email, Some("ja"))
        .await
        .unwrap();
    let html = worded.message.html.unwrap();
    assert!(
        html.contains(r#"lang="ja""#),
        "the caller's locale comes first"
    );
    let worded = house
        .wording
        .message(&made, Channel::Email, None)
        .await
        .unwrap();
    let html = worded.message.html.unwrap();
    assert!(html.contains(r#"<html lang="de""#), "{html}");
    assert!(
        html.contains(">Öffnen</a>") && html.contains("a=1&amp;b=2"),
        "{html}"
    );
    assert!(html.contains(">Ja &amp; gern</a>"), "{html}");
    let text = worded.message.text;
    let end = "\n\nÖffnen: https://example.com/r/1?a=1&b=2\nJa & gern: https://example.com/yes";
    assert!(text.ends_with(end), "{text}");
}
