//! Words are what the tenant has published, or there are none for now.

use std::sync::Arc;

use campanile_domain::{Channel, Notification, NotificationType, TenantId, TextLevel};
use campanile_wording::{Group, Wording};
use chrono::Utc;

use crate::faulty_storage::{Fault, FaultyStorage};
use crate::stored::World;

async fn world() -> (World, Arc<FaultyStorage>) {
    let world = World::new().await;
    let push = [("title", "Push {{ content.id }}")];
    let item = [("title", "Bestellung {{ content.id }}")];
    world.draft(&world.of, Channel::Push, "en", &push).await;
    world.draft(&world.of, Channel::InApp, "de", &item).await;
    world.publish(&world.of).await;
    world.user("anna", "de").await;
    let faulty = Arc::new(FaultyStorage::over(Arc::clone(&world.storage)));
    (world, faulty)
}

#[tokio::test]
async fn a_version_that_cannot_be_read_is_an_error_and_not_other_words() {
    let (world, faulty) = world().await;
    let one = world
        .accepted(&Wording::new(world.storage.clone()), "anna")
        .await;
    for call in ["template_version", "tenants_of"] {
        let wording = Wording::new(faulty.clone());
        faulty.break_call(call, Fault::Error);
        let failed = wording.message(&one, Channel::Push, None).await;
        assert!(failed.is_err(), "{call}: {failed:?}");
        faulty.recover();
    }
    let wording = Wording::new(faulty.clone());
    let worded = wording.message(&one, Channel::Push, None).await.unwrap();
    assert_eq!(
        (&*worded.message.title, worded.level),
        ("Push 7", TextLevel::Stored)
    );
    faulty.go_down();
    let worded = wording.message(&one, Channel::Push, None).await.unwrap();
    assert_eq!(worded.message.title, "Push 7", "what is known is enough");
}

#[tokio::test]
async fn nothing_is_stored_in_other_words_while_the_database_does_not_answer() {
    let (world, faulty) = world().await;
    let says = world.asked("anna");
    let group = || Group::of(std::slice::from_ref(&says)).unwrap();
    for call in ["readers", "tenants_of", "types_in_use", "template_version"] {
        let wording = Wording::new(faulty.clone());
        faulty.break_call(call, Fault::Error);
        let failed = wording.items(&[group()]).await;
        assert!(failed.is_err(), "{call}: {failed:?}");
        faulty.recover();
        let items = wording.items(&[group()]).await.unwrap();
        assert_eq!(items[0][0].title.as_deref(), Some("Bestellung 7"), "{call}");
    }
}

#[tokio::test]
async fn a_batch_of_many_tenants_is_looked_up_at_once() {
    let (world, faulty) = world().await;
    let wording = Wording::new(faulty.clone());
    let mut says = Vec::new();
    for n in 0..20 {
        let tenant = TenantId::parse(&format!("t{n}")).unwrap();
        world
            .storage
            .create_tenant(&tenant, Utc::now())
            .await
            .unwrap();
        for of in ["a", "b", "c"] {
            says.push(Notification {
                tenant: tenant.clone(),
                notification_type: NotificationType::parse(of).unwrap(),
                ..world.asked("u")
            });
        }
    }
    says.push(world.asked("anna"));
    let groups: Vec<_> = says
        .iter()
        .map(|one| Group::of(std::slice::from_ref(one)).unwrap())
        .collect();
    let items = wording.items(&groups).await.unwrap();
    assert_eq!(items.len(), 61);
    assert_eq!(
        items[60][0].title.as_deref(),
        Some("Bestellung 7"),
        "in the order of the groups"
    );
    for call in ["tenants_of", "types_in_use", "readers"] {
        assert_eq!(faulty.calls(&[call]), 1, "{call}");
    }
    assert_eq!(faulty.calls(&["tenant", "template_types"]), 0);
}

/// Requests that arrive together ask together.
#[tokio::test]
async fn many_requests_share_a_look_up() {
    let (world, faulty) = world().await;
    let wording = Wording::new(faulty.clone());
    let checks = (0..100).map(|_| {
        let (wording, tenant, of) = (wording.clone(), world.tenant.clone(), world.of.clone());
        tokio::spawn(async move { wording.check_content(&tenant, &of, "{}").await })
    });
    for check in checks.collect::<Vec<_>>() {
        check.await.unwrap().unwrap();
    }
    // Those that came while the first was under way share the second.
    assert!(faulty.calls(&["types_in_use"]) <= 2);
}
