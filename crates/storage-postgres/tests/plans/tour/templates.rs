//! Templates.

use campanile_domain::{
    Brand, Channel, ContentSchema, NotificationType, Precondition, TemplateKey, TemplateSnapshot,
};
use campanile_pipeline::{
    DuePublished, Publication, Published, RollBack, SaveDraft, publish, publish_due, put_off_due,
    remove_draft, retire, roll_back, save_brand, save_draft, save_schema, unschedule,
};
use campanile_storage_contract::fixture::now;
use chrono::{DateTime, TimeDelta, Utc};

use super::Tour;

impl Tour<'_> {
    pub(super) async fn templates(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let of = NotificationType::parse(&self.someone("type")).unwrap();
        let key = TemplateKey {
            notification_type: of.clone(),
            channel: Channel::Push,
            locale: "en".into(),
        };
        let draft = SaveDraft {
            key: key.clone(),
            parts: [("title".to_owned(), "Hi".to_owned())].into(),
            seen: Precondition::None,
            by: "ann".into(),
            now: now(),
        };
        save_draft(storage, acme, draft).await.unwrap();
        let (brand, none) = (Brand::default(), Precondition::None);
        save_brand(storage, acme, brand, none, "ann", now())
            .await
            .unwrap();
        storage.brand(acme).await.unwrap();
        let schema = ContentSchema {
            schema: "{}".into(),
            strict: true,
        };
        save_schema(storage, acme, &of, Some(schema), none)
            .await
            .unwrap();
        self.publish(&of, None).await;
        let to = RollBack {
            notification_type: of.clone(),
            version: 1,
            comment: None,
            seen: None,
            by: "ann".into(),
            now: now(),
        };
        roll_back(storage, acme, to).await.unwrap();
        let later = now() + TimeDelta::hours(1);
        self.publish(&of, Some(later)).await;
        self.publish(&of, Some(later)).await;
        unschedule(storage, acme, &of, 4).await.unwrap();
        let due = storage.due_templates(later, 10).await.unwrap();
        put_off_due(storage, &due[0], now()).await.unwrap();
        let done = publish_due(storage, &due[0], later).await;
        assert_eq!(done.unwrap(), DuePublished::Current);
        let heads = storage.template_heads(acme, &of, None, 10).await.unwrap();
        assert_eq!(heads.len(), 3);
        storage
            .template_version(acme, &of, 3)
            .await
            .unwrap()
            .unwrap();
        storage.template_draft_heads(acme).await.unwrap();
        storage.template_type(acme, &of).await.unwrap().unwrap();
        let in_use = storage.types_in_use(&[(acme, &of)].into()).await.unwrap();
        assert_eq!(in_use[0].version, Some(3));
        remove_draft(storage, acme, &key, none).await.unwrap();
        assert!(retire(storage, acme, &of).await.unwrap());
    }

    async fn publish(&self, of: &NotificationType, at: Option<DateTime<Utc>>) {
        let (storage, acme) = (self.storage, &self.acme);
        let drafts = storage.template_drafts(acme, Some(of)).await.unwrap();
        let in_use = storage.template_types(acme).await.unwrap().into_iter();
        let in_use = in_use.filter_map(|one| Some((one.notification_type, one.current_version?)));
        let publication = Publication {
            notification_type: of.clone(),
            snapshot: TemplateSnapshot::of(drafts, None),
            in_use: in_use.collect(),
            at,
            comment: None,
            seen: None,
            by: "ann".into(),
            now: now(),
        };
        let done = publish(storage, acme, publication).await.unwrap();
        assert!(matches!(done, Published::Version(_)), "{done:?}");
    }
}
