//! Types: their schemas, and what is in use of them.

use std::sync::Arc;

use campanile_domain::{
    ContentSchema, NotificationType, Precondition, PreconditionRefusal, TenantId,
};
use campanile_pipeline::{SchemaSaved, save_schema};
use campanile_storage::{Storage, TypeInUse};

use super::{draft, kind, published};
use crate::fixture::tenants;

/// A type's schema is kept with its revision, beside its versions.
pub async fn a_schema_is_set_and_removed(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let (of, none) = (kind("order"), Precondition::None);
    let schema = ContentSchema {
        schema: r#"{"type":  "object"}"#.into(),
        strict: true,
    };
    let set = async |tenant: &TenantId, schema: Option<ContentSchema>, seen| {
        let saved = save_schema(storage, tenant, &of, schema, seen).await;
        saved.expect("asked")
    };
    assert_eq!(set(&acme, None, none).await, SchemaSaved::Absent);
    let SchemaSaved::Stored(one) = set(&acme, Some(schema.clone()), none).await else {
        panic!("not stored");
    };
    assert_eq!(
        (one.schema_revision, &one.schema),
        (1, &Some(schema.clone()))
    );
    let required = SchemaSaved::Refused(PreconditionRefusal::Required, Some(1));
    assert_eq!(set(&acme, Some(schema.clone()), none).await, required);
    draft(storage, &acme, &of, "first").await;
    published(storage, &acme, &of).await;
    let types = storage.template_types(&acme).await.expect("read");
    assert_eq!((types.len(), &types[0].schema), (1, &Some(schema)));
    assert_eq!(set(&other, None, none).await, SchemaSaved::Absent);
    assert!(matches!(
        set(&acme, None, none).await,
        SchemaSaved::Stored(_)
    ));
    let types = storage.template_types(&acme).await.expect("read");
    assert_eq!(
        (&types[0].schema, types[0].current_version),
        (&None, Some(1))
    );
}

/// Of each type and tenant what is its own: a version, a schema, both, or nothing.
pub async fn what_is_in_use_is_found_for_many_tenants_at_once(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let (order, news) = (kind("order"), kind("news"));
    draft(storage, &acme, &order, "first").await;
    published(storage, &acme, &order).await;
    let schema = ContentSchema {
        schema: "{}".into(),
        strict: true,
    };
    for (tenant, of) in [(&acme, &order), (&other, &news)] {
        let saved = save_schema(
            storage,
            tenant,
            of,
            Some(schema.clone()),
            Precondition::None,
        );
        assert!(matches!(saved.await, Ok(SchemaSaved::Stored(_))));
    }
    let removed = save_schema(storage, &other, &news, None, Precondition::None).await;
    assert!(matches!(removed, Ok(SchemaSaved::Stored(_))));
    draft(storage, &other, &order, "never published").await;
    let asked = [
        (&acme, &order),
        (&acme, &news),
        (&other, &order),
        (&other, &news),
    ];
    let mut found = storage.types_in_use(&asked.into()).await.expect("read");
    found.sort_by(|a, b| (&a.tenant, &a.notification_type).cmp(&(&b.tenant, &b.notification_type)));
    let nothing = |of: &NotificationType| TypeInUse {
        tenant: other.clone(),
        notification_type: of.clone(),
        version: None,
        schema_revision: None,
        schema_is_strict: false,
    };
    let both = TypeInUse {
        tenant: acme.clone(),
        notification_type: order.clone(),
        version: Some(1),
        schema_revision: Some(1),
        schema_is_strict: true,
    };
    assert_eq!(found, [both, nothing(&news), nothing(&order)]);
    let one = storage.template_type(&acme, &order).await.expect("read");
    let all = storage.template_types(&acme).await.expect("read");
    assert_eq!(one, all.first().cloned());
    assert_eq!(
        storage.template_type(&acme, &news).await.expect("read"),
        None
    );
}
