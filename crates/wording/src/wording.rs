//! Chooses locale and version, and renders.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use campanile_domain::{
    Channel, ItemTexts, LinkScheme, Notification, NotificationType, TenantId, TextLevel, UserId,
    shared_type,
};
use campanile_storage::{Person, Storage, StorageError};
use campanile_telemetry::metrics;
use campanile_templates::{Form, Language, Message, locale_chain};

use crate::Worded;
use crate::built_in::{built_in, level};
use crate::readers::Readers;
use crate::stored::{InUse, Schemas, Versions};
use crate::stored_words::{Extras, Stored, scheme_names};
use crate::tenants::Tenants;

/// The locale of texts for readers of whom nothing is known.
const DEFAULT_LOCALE: &str = "en";

/// Gives words to notifications; cheap to clone.
#[derive(Clone)]
pub struct Wording {
    readers: Arc<Readers>,
    tenants: Arc<Tenants>,
    pub(crate) in_use: Arc<InUse>,
    versions: Arc<Versions>,
    pub(crate) schemas: Arc<Schemas>,
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
            tenants: Arc::new(Tenants::new(Arc::clone(&storage))),
            in_use: Arc::new(InUse::new(Arc::clone(&storage))),
            versions: Arc::new(Versions::new(storage)),
            schemas: Arc::new(Schemas::new()),
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

    /// The version of a tenant's templates that is in use for a type. `None`: the words are built in.
    pub async fn current(&self, tenant: &TenantId, of: &NotificationType) -> Option<i64> {
        // What templates have in common is no message.
        if *of == shared_type() {
            return None;
        }
        let in_use = match self.in_use.of(tenant).await {
            Ok(in_use) => in_use,
            Err(error) => {
                // Of an outage the back end tells by itself.
                if !error.is_connection() {
                    tracing::warn!(tenant.id = %tenant, %error, "the templates in use cannot be read");
                }
                return None;
            }
        };
        let version = in_use.get(of)?.version?;
        i64::try_from(version).ok()
    }

    /// A version of templates, to render with; `None` if it is not there.
    async fn stored(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        number: Option<i64>,
    ) -> Option<Stored> {
        let number = number?;
        let found = self.versions.get(tenant, of, u64::try_from(number).ok()?);
        let version = match found.await {
            Ok(found) => found?,
            Err(error) => {
                if !error.is_connection() {
                    tracing::warn!(tenant.id = %tenant, r#type = %of, version = number, %error, "a template version cannot be read");
                }
                return None;
            }
        };
        let set = self.tenants.get(tenant).await.ok()?;
        Some(Stored {
            number,
            version,
            schemes: scheme_names(&set.link_schemes),
        })
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
        let of = &says.notification_type;
        let current = self.current(tenant, of).await;
        let stored = self.stored(tenant, of, current).await;
        let of_tenant = self.tenants.locale(tenant).await;
        // Built-in words depend on the locale alone, so users of the same one share them.
        let mut made: HashMap<&str, Arc<ItemTexts>> = HashMap::new();
        let mut who = (tenant.clone(), says.user_id.clone());
        let mut items = Vec::with_capacity(group.users.len());
        for user in &group.users {
            who.1.clone_from(user);
            let locale = locales.get(&who).map(AsRef::as_ref);
            let locale = locale.or(of_tenant.as_deref()).unwrap_or(DEFAULT_LOCALE);
            let chain = || locale_chain(None, Some(locale), of_tenant.as_deref());
            if let Some(stored) = &stored
                && stored.version.has(Channel::InApp)
            {
                // A template may name its reader, so each has separate texts.
                items.push(Arc::new(item_of(says, user, stored, &chain(), locale)));
                if items.len() % YIELD_EVERY == 0 {
                    tokio::task::yield_now().await;
                }
                continue;
            }
            let number = stored.as_ref().map(|stored| stored.number);
            let texts = made.entry(locale).or_insert_with(|| {
                let worded = render_built_in(says, &chain(), Channel::InApp, Form::Short);
                Arc::new(item(says, worded, Extras::default(), number, locale))
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
        let (tenant, of) = (&notification.tenant, &notification.notification_type);
        let stored = self.stored(tenant, of, item.version).await;
        if let Some(stored) = &stored {
            let begun = Instant::now();
            let context = stored.context(notification, &asked);
            if let Some((worded, _)) = stored.words(channel, &asked, &context) {
                return timed(channel, begun, worded);
            }
        }
        if form == Form::Short
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
                    level: match &stored {
                        Some(stored) if stored.version.has(Channel::InApp) => TextLevel::Stored,
                        _ => level(&notification.notification_type),
                    },
                    version: item.version,
                    locale: language(&asked).tag().to_owned(),
                };
                return counted(channel, worded);
            }
        }
        let made = stored.is_some_and(|stored| stored.version.has(Channel::InApp));
        if made && form == Form::Mail {
            return render_built_in(&as_shown(notification), &asked, channel, form);
        }
        render_built_in(notification, &asked, channel, form)
    }
}

/// So many readers are served between two chances for other tasks.
const YIELD_EVERY: usize = 32;

/// What one user sees by a stored template.
fn item_of(
    says: &Notification,
    user: &UserId,
    stored: &Stored,
    chain: &[String],
    locale: &str,
) -> ItemTexts {
    let begun = Instant::now();
    let mut context = stored.context(says, chain);
    user.as_str().clone_into(&mut context.user.id);
    let (worded, extras) = match stored.words(Channel::InApp, chain, &context) {
        Some((worded, extras)) => (timed(Channel::InApp, begun, worded), extras),
        None => {
            let built = render_built_in(says, chain, Channel::InApp, Form::Short);
            (built, Extras::default())
        }
    };
    item(says, worded, extras, Some(stored.number), locale)
}

/// With the title and text that a template gave its inbox item, so that a mail without a template says the same.
fn as_shown(notification: &Notification) -> Notification {
    Notification {
        title: notification.shown_title().map(str::to_owned),
        body: notification.shown_body().map(str::to_owned),
        ..notification.clone()
    }
}

/// Renders built-in words, and counts which level it took.
fn render_built_in(
    notification: &Notification,
    chain: &[String],
    channel: Channel,
    form: Form,
) -> Worded {
    let begun = Instant::now();
    timed(channel, begun, built_in(notification, form, chain))
}

fn timed(channel: Channel, begun: Instant, worded: Worded) -> Worded {
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
fn item(
    notification: &Notification,
    worded: Worded,
    extras: Extras,
    version: Option<i64>,
    locale: &str,
) -> ItemTexts {
    let Message { title, text, .. } = worded.message;
    let changed =
        |made: String, given: Option<&str>| (given.unwrap_or_default() != made).then_some(made);
    let given = &notification.item;
    ItemTexts {
        title: changed(title, notification.title.as_deref()),
        body: changed(text, notification.body.as_deref()),
        link: extras.link.or_else(|| given.link.clone()),
        actions: extras.actions.unwrap_or_else(|| given.actions.clone()),
        version,
        locale: Some(locale.to_owned()),
    }
}
