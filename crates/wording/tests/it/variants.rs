//! Readers are given variants.

use std::sync::Arc;

use campanile_domain::{CONTROL, Channel, Precondition, VariantKey};
use campanile_pipeline::{SaveVariant, VariantSaved, save_variant};
use campanile_wording::Wording;
use chrono::Utc;

use crate::stored::World;

async fn variant(world: &World, channel: Channel, parts: &[(&str, &str)]) {
    let own = |(name, source): &(&str, &str)| ((*name).to_owned(), (*source).to_owned());
    let save = SaveVariant {
        key: VariantKey {
            notification_type: world.of.clone(),
            channel,
            variant: "b".into(),
        },
        weight: 50,
        templates: [("en".to_owned(), parts.iter().map(own).collect())].into(),
        seen: Precondition::Absent,
        by: "ann".into(),
        now: Utc::now(),
    };
    let saved = save_variant(world.storage.as_ref(), &world.tenant, save).await;
    assert!(matches!(saved, Ok(VariantSaved::Stored(_))), "{saved:?}");
}

async fn world(title: &str) -> (World, Wording) {
    let world = World::new().await;
    for channel in [Channel::InApp, Channel::Push] {
        let parts = [("title", "A {{ content.id }}"), ("body", "The text")];
        world.draft(&world.of, channel, "en", &parts).await;
        variant(&world, channel, &[("title", title)]).await;
    }
    let german = [("title", "Deutsch"), ("body", "Der Text")];
    world.draft(&world.of, Channel::Push, "de", &german).await;
    world.publish(&world.of).await;
    let wording = Wording::new(Arc::clone(&world.storage));
    (world, wording)
}

#[tokio::test]
async fn each_reader_has_the_words_of_their_variant_in_every_channel() {
    let (world, wording) = world("B {{ content.id }}").await;
    let (mut seen, mut differ) = ([0, 0], 0);
    for n in 0..40 {
        let one = world.accepted(&wording, &format!("u{n}")).await;
        let given = |channel: Channel| one.item.variants[&channel].variant.clone();
        let words = |variant: &str| if variant == "b" { "B 7" } else { "A 7" };
        let (inbox, push) = (given(Channel::InApp), given(Channel::Push));
        assert_eq!(one.shown_title(), Some(words(&inbox)));
        assert_eq!(one.shown_body(), Some("The text"), "a part that it lacks");
        let sent = wording.message(&one, Channel::Push, None).await.unwrap();
        assert_eq!(sent.message.title, words(&push));
        assert_eq!(sent.used().variant.as_deref(), Some(&*push));
        seen[usize::from(push == "b")] += 1;
        differ += usize::from(inbox != push);

        let german = wording
            .message(&one, Channel::Push, Some("de"))
            .await
            .unwrap();
        assert_eq!(german.message.title, "Deutsch");
        assert_eq!(german.assigned, None, "no variant has words in it");
        let again = world.accepted(&wording, &format!("u{n}")).await;
        assert_eq!(again.item.variants, one.item.variants);
    }
    assert!(
        seen[0] > 8 && seen[1] > 8 && differ > 8,
        "{seen:?} {differ}"
    );
    world.user("hans", "de").await;
    let hans = world.accepted(&wording, "hans").await;
    assert!(
        !hans.item.variants.contains_key(&Channel::Push),
        "takes no part"
    );
}

#[tokio::test]
async fn a_variant_whose_template_fails_is_known_to_have_failed() {
    let loops = "{% for a in range(999) %}{% for b in range(999) %}x{% endfor %}{% endfor %}";
    let (world, wording) = world(loops).await;
    let mut failed = 0;
    for n in 0..20 {
        let one = world.accepted(&wording, &format!("u{n}")).await;
        let inbox = &one.item.variants[&Channel::InApp];
        assert_eq!(inbox.fault, inbox.variant == "b");
        let sent = wording.message(&one, Channel::Push, None).await.unwrap();
        let assigned = sent.assigned.as_ref().unwrap();
        let is_control = assigned.variant == CONTROL;
        assert_eq!(assigned.fault, !is_control);
        failed += usize::from(!is_control);
    }
    assert!((4..16).contains(&failed), "{failed}");
}
