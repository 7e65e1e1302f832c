//! Templates.

use campanile_domain::{
    Brand, Channel, ContentSchema, InboxChange, ItemTexts, Notification, NotificationType,
    Precondition, TemplateKey, TemplateSnapshot, VariantKey,
};
use campanile_pipeline::{
    DuePublished, Promoted, Promotion, Publication, Published, RollBack, SaveDraft, SaveVariant,
    VariantSaved, change_notification, promote, publish, publish_due, put_off_due, remove_draft,
    remove_variant, retire, roll_back, save_brand, save_draft, save_schema, save_variant,
    stop_failing, unschedule,
};
use campanile_storage_contract::fixture::{accept, assigned, notification, now, plan};
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
        self.variants().await;
        remove_draft(storage, acme, &key, none).await.unwrap();
        assert!(retire(storage, acme, &of).await.unwrap());
    }

    /// Variants of another type.
    async fn variants(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let of = NotificationType::parse(&self.someone("compared")).unwrap();
        let draft = SaveDraft {
            key: TemplateKey {
                notification_type: of.clone(),
                channel: Channel::Push,
                locale: "en".into(),
            },
            parts: [("title".to_owned(), "Hi".to_owned())].into(),
            seen: Precondition::None,
            by: "ann".into(),
            now: now(),
        };
        save_draft(storage, acme, draft).await.unwrap();
        let key = VariantKey {
            notification_type: of.clone(),
            channel: Channel::Push,
            variant: "short".into(),
        };
        let save = SaveVariant {
            key: key.clone(),
            weight: 50,
            templates: [(
                "en".to_owned(),
                [("title".to_owned(), "Ho".to_owned())].into(),
            )]
            .into(),
            seen: Precondition::None,
            by: "ann".into(),
            now: now(),
        };
        let saved = save_variant(storage, acme, save).await.unwrap();
        assert!(matches!(saved, VariantSaved::Stored(_)), "{saved:?}");
        self.publish(&of, None).await;
        let variants = [(Channel::InApp, assigned(1, "short"))].into();
        let item = std::sync::Arc::new(ItemTexts {
            variants,
            ..ItemTexts::default()
        });
        let one = Notification {
            notification_type: of.clone(),
            item,
            ..notification(acme, &self.someone("reader"))
        };
        let (user, id) = (one.user_id.clone(), one.id);
        accept(storage, vec![one]).await;
        plan(storage, std::slice::from_ref(acme)).await;
        for change in [InboxChange::Read, InboxChange::Unread] {
            let changed = change_notification(storage, acme, &user, id, change, now()).await;
            changed.unwrap().unwrap();
        }
        let counts = storage
            .variant_counts(acme, &of, &[(Channel::InApp, 1)])
            .await
            .unwrap();
        assert_eq!(counts.len(), 1);
        let stopped = stop_failing(storage, acme, &of, counts, now()).await;
        assert!(stopped.unwrap().is_empty());
        remove_variant(storage, acme, &key, Precondition::None)
            .await
            .unwrap();
        let promotion = Promotion {
            notification_type: of.clone(),
            channel: Channel::Push,
            variant: "short".into(),
            comment: None,
            seen: None,
            by: "ann".into(),
            now: now(),
        };
        let done = promote(storage, acme, promotion).await.unwrap();
        assert!(matches!(done, Promoted::Version(_)), "{done:?}");
    }

    async fn publish(&self, of: &NotificationType, at: Option<DateTime<Utc>>) {
        let (storage, acme) = (self.storage, &self.acme);
        let drafts = storage.template_drafts(acme, Some(of)).await.unwrap();
        let variants = storage.template_variants(acme, of).await.unwrap();
        let in_use = storage.template_types(acme).await.unwrap().into_iter();
        let in_use = in_use.filter_map(|one| Some((one.notification_type, one.current_version?)));
        let publication = Publication {
            notification_type: of.clone(),
            snapshot: TemplateSnapshot::of(drafts, None).with_variants(variants),
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
