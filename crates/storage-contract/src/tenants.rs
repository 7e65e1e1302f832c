//! The operator's table.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{LinkScheme, RetryLadder};

use super::fixture::{now, tenant};
use campanile_storage::Storage;

/// The second time changes nothing; the list is by name and begins with what was there.
pub async fn a_tenant_is_created_once(storage: Arc<dyn Storage>) {
    let (made, acme) = (now(), tenant("acme"));
    assert_eq!(storage.tenant(&acme).await.expect("read"), None);
    assert!(storage.create_tenant(&acme, made).await.expect("created"));
    let later = made + chrono::TimeDelta::days(1);
    assert!(!storage.create_tenant(&acme, later).await.expect("answered"));
    let found = storage.tenant(&acme).await.expect("read").expect("there");
    assert_eq!((found.created_at, found.retry_ladder), (made, None));
    storage
        .create_tenant(&tenant("a-1"), made)
        .await
        .expect("created");
    let names: Vec<_> = storage
        .tenants()
        .await
        .expect("read")
        .into_iter()
        .map(|t| t.id)
        .collect();
    assert_eq!(names, ["a-1", "acme", "default"].map(tenant));
}

/// Those that exist are found together, each with what it has set.
pub async fn several_tenants_are_found_at_once(storage: Arc<dyn Storage>) {
    let [acme, other, unknown] = ["acme", "other", "unknown"].map(tenant);
    for id in [&acme, &other] {
        assert!(storage.create_tenant(id, now()).await.expect("created"));
    }
    let set = storage.set_locale(&other, Some("de")).await;
    assert!(set.expect("set"));
    let asked = [&acme, &other, &unknown].into();
    let mut found = storage.tenants_of(&asked).await.expect("read");
    found.sort_by(|a, b| a.id.cmp(&b.id));
    let one = async |id| storage.tenant(id).await.expect("read").expect("there");
    assert_eq!(found, [one(&acme).await, one(&other).await]);
    let none = storage.tenants_of(&[&unknown].into()).await;
    assert_eq!(none.expect("read"), []);
}

/// In one statement: there is never a tenant of that name without it.
pub async fn a_tenant_is_created_with_its_ladder(storage: Arc<dyn Storage>) {
    let acme = tenant("acme");
    let ladder = RetryLadder::new(vec![Duration::from_secs(7)]);
    let create = |ladder| storage.create_tenant_with(&acme, ladder, now());
    assert!(create(ladder.as_ref()).await.expect("created"));
    assert!(!create(None).await.expect("answered"), "it is there");
    let found = storage.tenant(&acme).await.expect("read").expect("there");
    assert_eq!(found.retry_ladder, ladder);
}

/// Milliseconds survive; an unknown tenant is said to be unknown.
pub async fn a_ladder_is_set_and_cleared(storage: Arc<dyn Storage>) {
    let acme = tenant("acme");
    storage.create_tenant(&acme, now()).await.expect("created");
    let ladder = RetryLadder::new(vec![
        Duration::from_millis(1_500),
        Duration::from_secs(86_400),
    ]);
    for wanted in [ladder.as_ref(), None] {
        assert!(storage.set_retry_ladder(&acme, wanted).await.expect("set"));
        let found = storage.tenant(&acme).await.expect("read").expect("there");
        assert_eq!(found.retry_ladder.as_ref(), wanted);
    }
    let unknown = storage
        .set_retry_ladder(&tenant("nobody"), ladder.as_ref())
        .await;
    assert!(!unknown.expect("answered"));
}

/// Schemes of links and the locale are kept for the tenant that they are set for.
pub async fn what_a_tenant_sets_about_texts_is_kept(storage: Arc<dyn Storage>) {
    let [acme, other, nobody] = ["acme", "other", "nobody"].map(tenant);
    for name in [&acme, &other] {
        storage.create_tenant(name, now()).await.expect("created");
    }
    let schemes = ["com.example.app", "tel"].map(|name| LinkScheme::parse(name).expect("one"));
    for (some, locale) in [(&schemes[..], Some("de-AT")), (&[], None)] {
        assert!(storage.set_link_schemes(&acme, some).await.expect("set"));
        assert!(storage.set_locale(&acme, locale).await.expect("set"));
        let found = storage.tenant(&acme).await.expect("read").expect("there");
        assert_eq!(found.link_schemes, some);
        assert_eq!(found.locale.as_deref(), locale);
        let is_on = locale.is_some();
        assert!(storage.set_push_badge(&acme, is_on).await.expect("set"));
        let found = storage.tenant(&acme).await.expect("read").expect("there");
        assert_eq!(found.push_badge, is_on);
        let found = storage.tenant(&other).await.expect("read").expect("there");
        assert_eq!((found.link_schemes, found.locale), (Vec::new(), None));
    }
    assert!(
        !storage
            .set_link_schemes(&nobody, &schemes)
            .await
            .expect("answered")
    );
    assert!(
        !storage
            .set_push_badge(&nobody, true)
            .await
            .expect("answered")
    );
    assert!(
        !storage
            .set_locale(&nobody, Some("de"))
            .await
            .expect("answered")
    );
}
