//! What a tenant's editors have published is what its users read.

use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_cache::{Bus, InProcessBus, Wake};
use campanile_domain::{
    Brand, Channel, ContentSchema, Notification, NotificationId, NotificationType, Precondition,
    Priority, TemplateKey, TemplateSnapshot, TenantId, TextLevel, User, UserId, shared_type,
};
use campanile_pipeline::{
    DraftSaved, Publication, Published, SaveDraft, publish, put_user, save_brand, save_draft,
    save_schema,
};
use campanile_storage::Storage;
use campanile_storage_sqlite::SqliteStorage;
use campanile_wording::{ContentVerdict, Group, Wording};
use chrono::Utc;

pub struct World {
    pub storage: Arc<dyn Storage>,
    pub tenant: TenantId,
    pub of: NotificationType,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = SqliteStorage::open(&folder.path().join("w.db"))
            .await
            .unwrap();
        let tenant = TenantId::parse("acme").unwrap();
        storage_create(&storage, &tenant).await;
        Self {
            storage: Arc::new(storage),
            tenant,
            of: NotificationType::parse("order").unwrap(),
            _folder: folder,
        }
    }

    pub async fn draft(
        &self,
        of: &NotificationType,
        channel: Channel,
        locale: &str,
        parts: &[(&str, &str)],
    ) {
        let key = TemplateKey {
            notification_type: of.clone(),
            channel,
            locale: locale.to_owned(),
        };
        for seen in [Precondition::Absent, Precondition::Exists] {
            let own = |(name, source): &(&str, &str)| ((*name).to_owned(), (*source).to_owned());
            let save = SaveDraft {
                key: key.clone(),
                parts: parts.iter().map(own).collect(),
                seen,
                by: "ann".into(),
                now: Utc::now(),
            };
            let saved = save_draft(self.storage.as_ref(), &self.tenant, save)
                .await
                .unwrap();
            if matches!(saved, DraftSaved::Stored(_)) {
                return;
            }
        }
    }

    pub async fn publish(&self, of: &NotificationType) {
        let storage = self.storage.as_ref();
        let drafts = storage
            .template_drafts(&self.tenant, Some(of))
            .await
            .unwrap();
        let brand = match *of == shared_type() {
            true => storage.brand(&self.tenant).await.unwrap(),
            false => None,
        };
        let in_use = storage
            .template_types(&self.tenant)
            .await
            .unwrap()
            .into_iter();
        let in_use = in_use.filter_map(|one| Some((one.notification_type, one.current_version?)));
        let publication = Publication {
            notification_type: of.clone(),
            snapshot: TemplateSnapshot::of(drafts, brand.map(|stored| stored.brand)),
            in_use: in_use.collect(),
            at: None,
            comment: None,
            seen: None,
            by: "ann".into(),
            now: Utc::now(),
        };
        let variants = storage.template_variants(&self.tenant, of).await.unwrap();
        let publication = Publication {
            snapshot: publication.snapshot.with_variants(variants),
            ..publication
        };
        let done = publish(storage, &self.tenant, publication).await.unwrap();
        assert!(matches!(done, Published::Version(_)), "{done:?}");
    }

    /// A notification as it is stored: with the texts that its user sees.
    pub async fn accepted(&self, wording: &Wording, user: &str) -> Notification {
        let mut one = self.asked(user);
        let group = Group::of(std::slice::from_ref(&one)).unwrap();
        let items = wording.items(&[group]).await.unwrap();
        one.item = Arc::clone(&items[0][0]);
        one
    }

    /// A notification as it is asked for.
    pub fn asked(&self, user: &str) -> Notification {
        Notification {
            id: NotificationId::at(Utc::now()),
            tenant: self.tenant.clone(),
            user_id: UserId::parse(user).unwrap(),
            notification_type: self.of.clone(),
            priority: Priority::Normal,
            title: Some("Sent title".into()),
            body: None,
            content: r#"{"id": 7}"#.into(),
            item: Default::default(),
            channels: None,
            send_at: None,
            expires_at: None,
            collapse_key: None,
            correlation_id: String::new(),
            created_at: Utc::now(),
        }
    }

    pub async fn user(&self, name: &str, locale: &str) {
        self.reader(name, locale, None, "{}").await;
    }

    pub async fn reader(&self, name: &str, locale: &str, zone: Option<&str>, attributes: &str) {
        let user = User {
            tenant: self.tenant.clone(),
            id: UserId::parse(name).unwrap(),
            email: None,
            email_gone_at: None,
            locale: Some(locale.to_owned()),
            timezone: zone.map(str::to_owned),
            attributes: attributes.into(),
            created_at: Utc::now(),
            updated_at: Utc::now(),
        };
        put_user(self.storage.as_ref(), &user).await.unwrap();
    }
}

async fn storage_create(storage: &dyn Storage, tenant: &TenantId) {
    assert!(storage.create_tenant(tenant, Utc::now()).await.unwrap());
}

#[tokio::test]
async fn each_reader_gets_the_template_of_their_locale() {
    let world = World::new().await;
    world
        .draft(
            &world.of,
            Channel::InApp,
            "en",
            &[
                ("title", "Order {{ content.id }}"),
                ("body", "For {{ user.id }}"),
            ],
        )
        .await;
    world
        .draft(
            &world.of,
            Channel::InApp,
            "de",
            &[("title", "Bestellung {{ content.id }}")],
        )
        .await;
    world.publish(&world.of).await;
    world.user("anna", "de-AT").await;
    world.user("bob", "fr").await;
    let wording = Wording::new(Arc::clone(&world.storage));
    let anna = world.accepted(&wording, "anna").await;
    assert_eq!(anna.shown_title(), Some("Bestellung 7"));
    assert_eq!(anna.item.version, Some(1));
    let bob = world.accepted(&wording, "bob").await;
    assert_eq!(
        (bob.shown_title(), bob.shown_body()),
        (Some("Order 7"), Some("For bob"))
    );
}

/// All channels of a notification use the version that its row names, whatever was published since.
#[tokio::test]
async fn a_notification_stays_with_its_version() {
    let world = World::new().await;
    let words = async |word: &str| {
        world
            .draft(&world.of, Channel::InApp, "en", &[("title", word)])
            .await;
        world
            .draft(
                &world.of,
                Channel::Push,
                "en",
                &[("title", &format!("push {word}"))],
            )
            .await;
        let mail = [
            ("subject", &*format!("mail {word}")),
            ("text", "{{ title }}"),
        ];
        world.draft(&world.of, Channel::Email, "en", &mail).await;
        world.publish(&world.of).await;
    };
    words("first").await;
    let wording = Wording::new(Arc::clone(&world.storage));
    let early = world.accepted(&wording, "u").await;
    words("second").await;
    let later = Wording::new(Arc::clone(&world.storage));
    for (wording, one, word) in [
        (&wording, &early, "first"),
        (&later, &early, "first"),
        (&later, &world.accepted(&later, "u").await, "second"),
    ] {
        assert_eq!(one.shown_title(), Some(word));
        let push = wording.message(one, Channel::Push, None).await.unwrap();
        assert_eq!(
            (&*push.message.title, push.level),
            (&*format!("push {word}"), TextLevel::Stored)
        );
        let mail = wording.message(one, Channel::Email, None).await.unwrap();
        assert_eq!(
            (&*mail.message.title, &*mail.message.text),
            (&*format!("mail {word}"), "Sent title")
        );
    }
}

#[tokio::test]
async fn a_template_that_fails_costs_a_plainer_message() {
    let world = World::new().await;
    let endless =
        "{% for a in range(900) %}{% for b in range(900) %}{{ a }}{% endfor %}{% endfor %}";
    world
        .draft(
            &world.of,
            Channel::InApp,
            "en",
            &[("title", "{{ title }}"), ("body", endless)],
        )
        .await;
    world.publish(&world.of).await;
    let wording = Wording::new(Arc::clone(&world.storage));
    let one = world.accepted(&wording, "u").await;
    assert_eq!(one.shown_title(), Some("Sent title"));
    assert_eq!(one.item.version, Some(1), "other channels still use it");
    let push = wording.message(&one, Channel::Push, None).await.unwrap();
    assert_eq!(push.message.title, "Sent title");
}

#[tokio::test]
async fn a_publication_is_used_when_the_bus_says_so() {
    let world = World::new().await;
    let bus = InProcessBus::new();
    let wording = Wording::new(Arc::clone(&world.storage)).voided_by(&bus);
    let before = world.accepted(&wording, "u").await;
    assert_eq!(before.item.version, None);
    world
        .draft(&world.of, Channel::InApp, "en", &[("title", "first")])
        .await;
    world.publish(&world.of).await;
    assert_eq!(
        world.accepted(&wording, "u").await.item.version,
        None,
        "kept for seconds"
    );
    bus.wake(Wake::Templates);
    let until = Instant::now() + Duration::from_secs(4);
    while world.accepted(&wording, "u").await.item.version != Some(1) {
        assert!(Instant::now() < until, "the wake voids what is kept");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn layouts_partials_and_the_brand_are_at_hand() {
    let world = World::new().await;
    let shared = shared_type();
    world
        .draft(
            &shared,
            Channel::InApp,
            "en",
            &[("sign", "{{ brand.name }}")],
        )
        .await;
    let brand = Brand {
        name: Some("Acme".into()),
        ..Brand::default()
    };
    let (storage, none) = (world.storage.as_ref(), Precondition::None);
    save_brand(storage, &world.tenant, brand, none, "ann", Utc::now())
        .await
        .unwrap();
    world.publish(&shared).await;
    world
        .draft(
            &world.of,
            Channel::InApp,
            "de",
            &[("title", "Von {% include \"sign\" %}")],
        )
        .await;
    world.publish(&world.of).await;
    world.user("anna", "de").await;
    let wording = Wording::new(Arc::clone(&world.storage));
    let anna = world.accepted(&wording, "anna").await;
    assert_eq!(anna.shown_title(), Some("Von Acme"));
}

#[tokio::test]
async fn content_is_compared_with_the_schema_of_its_type() {
    let world = World::new().await;
    let wording = Wording::new(Arc::clone(&world.storage));
    let check = async |wording: &Wording, content: &str| {
        wording
            .check_content(&world.tenant, &world.of, content)
            .await
            .unwrap()
    };
    assert_eq!(check(&wording, "{}").await, ContentVerdict::Fits);
    for strict in [false, true] {
        let schema = ContentSchema {
            schema: r#"{"required": ["id"], "properties": {"id": {"type": "integer"}}}"#.into(),
            strict,
        };
        let seen = match strict {
            false => Precondition::None,
            true => Precondition::Exists,
        };
        let storage = world.storage.as_ref();
        save_schema(storage, &world.tenant, &world.of, Some(schema), seen)
            .await
            .unwrap();
        let wording = Wording::new(Arc::clone(&world.storage));
        assert_eq!(check(&wording, r#"{"id": 7}"#).await, ContentVerdict::Fits);
        let violations = match check(&wording, r#"{"id": "7"}"#).await {
            ContentVerdict::Refused(violations) if strict => violations,
            ContentVerdict::Warned(violations) if !strict => violations,
            other => panic!("{other:?}"),
        };
        assert_eq!(violations[0].pointer, "/id");
    }
}

#[tokio::test]
async fn a_chat_gets_its_text_alone_and_a_push_its_picture() {
    let world = World::new().await;
    let chat = [("text", "Order *{{ content.id }}*")];
    world.draft(&world.of, Channel::Slack, "en", &chat).await;
    let picture = "https://cdn.example/{{ content.id }}.png";
    let push = [("title", "Order"), ("image", picture)];
    world.draft(&world.of, Channel::Push, "en", &push).await;
    world.publish(&world.of).await;
    let wording = Wording::new(Arc::clone(&world.storage));
    let one = world.accepted(&wording, "u").await;
    let said = async |channel| wording.message(&one, channel, None).await.unwrap().message;
    let chat = said(Channel::Slack).await;
    assert_eq!((&*chat.title, &*chat.text), ("", "Order *7*"));
    let push = said(Channel::Push).await;
    assert_eq!(push.image.as_deref(), Some("https://cdn.example/7.png"));
    let other = said(Channel::Discord).await;
    assert_eq!(
        other.title, "Sent title",
        "without a template there is a title"
    );
}

/// A link that was refused under the schemes of before is not refused for good.
#[tokio::test]
async fn a_scheme_that_is_allowed_later_makes_a_template_usable() {
    let world = World::new().await;
    let mail = [
        ("subject", "Order"),
        ("html", r#"<p><a href="acme://orders">Open</a></p>"#),
    ];
    world.draft(&world.of, Channel::Email, "en", &mail).await;
    world.publish(&world.of).await;
    let bus = InProcessBus::new();
    let wording = Wording::new(Arc::clone(&world.storage)).voided_by(&bus);
    let one = world.accepted(&wording, "u").await;
    let before = wording.message(&one, Channel::Email, None).await.unwrap();
    assert_ne!(before.level, TextLevel::Stored, "the scheme is not allowed");
    let schemes = [campanile_domain::LinkScheme::parse("acme").unwrap()];
    let set = world
        .storage
        .set_link_schemes(&world.tenant, &schemes)
        .await;
    assert!(set.unwrap());
    bus.wake(Wake::Templates);
    let until = Instant::now() + Duration::from_secs(4);
    loop {
        let after = wording.message(&one, Channel::Email, None).await.unwrap();
        if after.level == TextLevel::Stored {
            break;
        }
        assert!(Instant::now() < until, "the wake voids what is kept");
        tokio::task::yield_now().await;
    }
}
