//! Mails with links that are counted, if their tenant wants that.

use std::sync::Arc;

use campanile_domain::{
    Channel, Clock, DeliveryState, EmailAddress, ItemTexts, Link, ReactionKind, TenantId, User,
    UserId,
};
use campanile_links::{Links, PublicUrl};
use campanile_pipeline::put_user;
use campanile_storage::TenantChange;
use chrono::{TimeDelta, Utc};
use url::Url;

use crate::support::{Fake, House, Row};

const TARGET: &str = "https://shop.example/order?id=7&a=b";

/// A tenant that counts this, and what makes the links of its mails.
async fn house(opens: bool, clicks: bool, public: &str) -> (House, Links) {
    let mut house = House::build(&["acme"]).await;
    let acme = TenantId::parse("acme").unwrap();
    let change = TenantChange {
        track_opens: Some(opens),
        track_clicks: Some(clicks),
        ..TenantChange::default()
    };
    house.storage.change_tenant(&acme, &change).await.unwrap();
    let clock: Arc<dyn Clock> = house.clock.clone();
    let public = PublicUrl::new(&Url::parse(public).unwrap());
    let links = Links::new(Arc::clone(&house.storage), clock, Some(public));
    house.links = Some(links.clone());
    let user = User {
        tenant: acme,
        id: UserId::parse("u0").unwrap(),
        email: EmailAddress::parse("u0@example.com").ok(),
        email_gone_at: None,
        locale: None,
        timezone: None,
        attributes: "{}".into(),
        created_at: Utc::now(),
        updated_at: Utc::now(),
    };
    put_user(house.storage.as_ref(), &user).await.unwrap();
    (house, links)
}

/// The page of a mail with one link, and its delivery.
async fn mail(house: &House) -> (String, Row) {
    let relay = Fake::through(Channel::Email, 1);
    house.use_accounts(&[("acme", "own", &relay)]);
    let ids = house
        .accept_changed("acme", 1, |one| {
            one.channels = Some(vec![Channel::Email]);
            one.item = Arc::new(ItemTexts {
                title: Some("Your order".into()),
                link: Link::parse(TARGET).ok(),
                ..ItemTexts::default()
            });
        })
        .await;
    let delivery = house.deliver_by(Channel::Email, 64).await;
    let sent = |row: &Row| row.state == DeliveryState::Sent;
    let row = house.all(&ids, sent).await.remove(0);
    delivery.stop().await;
    let rendered = relay.rendered().remove(0);
    assert!(!rendered.text.contains("/click/"), "{}", rendered.text);
    (rendered.html.unwrap(), row)
}

/// The addresses below a path of this installation in a page.
fn tokens<'h>(html: &'h str, path: &str) -> Vec<&'h str> {
    let before = format!("\"https://notify.example/{path}/");
    let rest = html.split(&before).skip(1);
    rest.map(|rest| rest.split_once('"').unwrap().0).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_of_a_mail_lead_through_this_service_and_say_which_mail_it_is() {
    let (house, links) = house(true, true, "https://notify.example").await;
    let (html, row) = mail(&house).await;
    assert!(!html.contains("shop.example"), "{html}");
    let (opens, clicks) = (tokens(&html, "open"), tokens(&html, "click"));
    assert_eq!((opens.len(), clicks.is_empty()), (1, false), "{html}");
    let picture = html.rfind("/open/").unwrap();
    assert!(picture > html.rfind("/click/").unwrap(), "it comes last");
    for (kind, token) in clicks
        .iter()
        .map(|token| (ReactionKind::Click, token))
        .chain([(ReactionKind::Open, &opens[0])])
    {
        let link = links.open_of_mail(kind, token).await.unwrap().unwrap();
        let of = (link.notification, link.delivery);
        assert_eq!(of, (row.notification_id, row.id));
        assert!(house.clock.now() - link.made_at < TimeDelta::minutes(1));
        let target = link.target.map(|target| target.to_string());
        let expected = (kind == ReactionKind::Click).then(|| TARGET.to_owned());
        assert_eq!(target, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_switch_is_of_its_own_and_nothing_is_changed_without() {
    for (opens, clicks, public) in [
        (true, false, "https://notify.example"),
        (false, true, "https://notify.example"),
        (false, false, "https://notify.example"),
        // Everybody on the way could read which links are opened.
        (true, true, "http://notify.example"),
    ] {
        let (house, _) = house(opens, clicks, public).await;
        let (html, _) = mail(&house).await;
        let can = public.starts_with("https");
        let found = (
            tokens(&html, "open").len() == 1,
            !tokens(&html, "click").is_empty(),
        );
        assert_eq!(found, (opens && can, clicks && can), "{html}");
        assert_eq!(html.contains("shop.example"), !(clicks && can), "{html}");
    }
}
