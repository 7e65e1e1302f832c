//! Chooses locale and version, and renders.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use campanile_domain::{
    Channel, ItemTexts, LinkScheme, Notification, NotificationType, TenantId, UserId,
};
use campanile_storage::{Person, Storage, StorageError};
use campanile_telemetry::metrics;
use campanile_templates::{Form, Language, Message, locale_chain};

use crate::Worded;
use crate::built_in::{built_in, level};
use crate::readers::Readers;
use crate::tenants::Tenants;

/// The locale of texts for readers of whom nothing is known.
const DEFAULT_LOCALE: &str = "en";

/// Gives words to notifications; cheap to clone.
#[derive(Clone)]
pub struct Wording {
    readers: Arc<Readers>,
    tenants: Arc<Tenants>,
}

/// Notifications that say the same to different users of a tenant.
#[derive(Debug)]
pub struct Group<'a> {
    /// What is said; its link and actions are the sender's.
    pub says: &'a Notification,
    /// To whom.
    pub users: Vec<&'a UserId>,
}

impl<'a> Group<'a> {
    /// The notifications of one request; `None` if there are none.
    pub fn of(notifications: &'a [Notification]) -> Option<Self> {
        let says = notifications.first()?;
        let users = notifications.iter().map(|one| &one.user_id).collect();
        Some(Self { says, users })
    }
}

impl Wording {
    /// With locales and settings from this storage, remembered for up to 5 s.
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            readers: Arc::new(Readers::new(Arc::clone(&storage))),
            tenants: Arc::new(Tenants::new(storage)),
        }
    }

    /// The schemes besides https that links of a tenant may have.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn link_schemes(&self, tenant: &TenantId) -> Result<Vec<LinkScheme>, StorageError> {
        Ok(self.tenants.get(tenant).await?.link_schemes.clone())
    }

    /// Whether a tenant's pushes tell apps how many notifications are unread; if the database does not answer, they do
    /// not.
    pub async fn push_badge(&self, tenant: &TenantId) -> bool {
        let set = self.tenants.get(tenant).await;
        set.is_ok_and(|set| set.push_badge)
    }

    /// The version of a tenant's templates that is published for a type. `None`: the words are built in.
    #[expect(clippy::unused_async, reason = "stored templates are looked up here")]
    pub async fn current(&self, _tenant: &TenantId, _type: &NotificationType) -> Option<i64> {
        None
    }

    /// What users see of notifications that are about to be stored: for each group, for each of its users. All locales
    /// are looked up at once.
    pub async fn items(&self, groups: &[Group<'_>]) -> Vec<Vec<Arc<ItemTexts>>> {
        let mut people = BTreeSet::new();
        for group in groups {
            people.extend(group.users.iter().map(|user| (&group.says.tenant, *user)));
        }
        let locales = self.readers.locales(&people).await;
        let mut items = Vec::with_capacity(groups.len());
        for group in groups {
            items.push(self.of_group(group, &locales).await);
        }
        items
    }

    async fn of_group(
        &self,
        group: &Group<'_>,
        locales: &HashMap<Person, Arc<str>>,
    ) -> Vec<Arc<ItemTexts>> {
        let (says, tenant) = (group.says, &group.says.tenant);
        let version = self.current(tenant, &says.notification_type).await;
        let of_tenant = self.tenants.locale(tenant).await;
        // Built-in words depend on the locale alone, so users of the same one share them.
        let mut made: HashMap<&str, Arc<ItemTexts>> = HashMap::new();
        let mut who = (tenant.clone(), says.user_id.clone());
        let mut items = Vec::with_capacity(group.users.len());
        for user in &group.users {
            who.1.clone_from(user);
            let locale = locales.get(&who).map(AsRef::as_ref);
            let locale = locale.or(of_tenant.as_deref()).unwrap_or(DEFAULT_LOCALE);
            let texts = made.entry(locale).or_insert_with(|| {
                let chain = locale_chain(None, Some(locale), of_tenant.as_deref());
                let worded = render(says, version, &chain, Channel::InApp, Form::Short);
                Arc::new(item(says, worded, locale))
            });
            items.push(Arc::clone(texts));
        }
        items
    }

    /// What a channel sends of a stored notification, in the device's locale if it has one, else in that of the
    /// notification's row.
    pub async fn message(
        &self,
        notification: &Notification,
        channel: Channel,
        device: Option<&str>,
    ) -> Worded {
        let form = match channel {
            Channel::Email => Form::Mail,
            _ => Form::Short,
        };
        let item = &notification.item;
        let of_tenant = self.tenants.locale(&notification.tenant).await;
        let chain = |device| locale_chain(device, item.locale.as_deref(), of_tenant.as_deref());
        let asked = chain(device);
        if form == Form::Short
            && item.version.is_none()
            && item.locale.is_some()
            && let Some(title) = notification.shown_title()
        {
            let language = |chain: &[String]| Language::of_chain(chain.iter().map(String::as_str));
            // What users see in the inbox is what a push says, so it need not be made again.
            if device.is_none() || language(&asked) == language(&chain(None)) {
                let text = notification.shown_body().unwrap_or_default();
                let worded = Worded {
                    message: Message {
                        title: title.to_owned(),
                        text: text.to_owned(),
                        html: None,
                    },
                    level: level(&notification.notification_type),
                    version: None,
                    locale: language(&asked).tag().to_owned(),
                };
                return counted(channel, worded);
            }
        }
        render(notification, item.version, &asked, channel, form)
    }
}

/// Renders, and counts which level it took.
fn render(
    notification: &Notification,
    _version: Option<i64>,
    chain: &[String],
    channel: Channel,
    form: Form,
) -> Worded {
    let begun = Instant::now();
    let worded = built_in(notification, form, chain);
    metrics()
        .template_render_seconds
        .with_label_values(&[channel.name()])
        .observe(begun.elapsed().as_secs_f64());
    counted(channel, worded)
}

fn counted(channel: Channel, worded: Worded) -> Worded {
    metrics()
        .template_renders_total
        .with_label_values(&[channel.name(), worded.level.name()])
        .inc();
    worded
}

/// What is stored of an item's words. Texts that are the sender's own are not stored twice.
fn item(notification: &Notification, worded: Worded, locale: &str) -> ItemTexts {
    let Message { title, text, .. } = worded.message;
    let changed =
        |made: String, given: Option<&str>| (given.unwrap_or_default() != made).then_some(made);
    let given = &notification.item;
    ItemTexts {
        title: changed(title, notification.title.as_deref()),
        body: changed(text, notification.body.as_deref()),
        link: given.link.clone(),
        actions: given.actions.clone(),
        version: worded.version,
        locale: Some(locale.to_owned()),
    }
}
