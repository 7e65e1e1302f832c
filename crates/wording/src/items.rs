//! What users see of notifications that are about to be stored.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_domain::{
    Assignments, Channel, ItemTexts, Notification, TenantId, UserId, shared_type,
};
use campanile_storage::{KnownReader, Person, StorageError};
use campanile_telemetry::metrics;
use campanile_templates::{Context, Form, Message, locale_chain};

use crate::budget::{Budget, rest_for};
use crate::count::{render_built_in, timed};
use crate::stored::TypeKey;
use crate::stored_words::{Extras, ReaderFacts, Stored};
use crate::tenants::Set;
use crate::wording::{DEFAULT_LOCALE, stored};
use crate::{Worded, Wording};

/// Processor time between two chances for other tasks.
const YIELD_AFTER: Duration = Duration::from_millis(2);

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

/// What was looked up for all groups at once.
struct Facts {
    readers: HashMap<Person, Arc<KnownReader>>,
    /// Of those who read a template that names its reader.
    attributes: HashMap<Person, Arc<str>>,
    sets: HashMap<TenantId, Arc<Set>>,
    stored: HashMap<TypeKey, Stored>,
}

impl Wording {
    /// What users see of notifications that are about to be stored: for each group, for each of its users. Everything
    /// is looked up at once for all groups, and their templates share one budget of processor time; beyond it the words
    /// are built in.
    ///
    /// # Errors
    /// The database does not answer. The texts are stored for good, so there are none rather than others.
    pub async fn items(
        &self,
        groups: &[Group<'_>],
    ) -> Result<Vec<Vec<Arc<ItemTexts>>>, StorageError> {
        let facts = self.facts(groups).await?;
        let with_templates = groups
            .iter()
            .filter(|group| facts.template(group.says).is_some())
            .map(|group| &group.says.tenant);
        let mut budget = Budget::of(with_templates.collect::<BTreeSet<_>>().len());
        let mut order: Vec<_> = groups.iter().enumerate().collect();
        order.sort_by_key(|(_, group)| &group.says.tenant);
        let mut items = vec![Vec::new(); groups.len()];
        for (at, group) in order {
            items[at] = facts.of_group(group, &mut budget).await;
        }
        Ok(items)
    }

    async fn facts(&self, groups: &[Group<'_>]) -> Result<Facts, StorageError> {
        let mut people = Vec::new();
        let (mut tenants, mut types) = (BTreeSet::new(), BTreeSet::new());
        for group in groups {
            let tenant = &group.says.tenant;
            people.extend(
                group
                    .users
                    .iter()
                    .map(|user| (tenant.clone(), UserId::clone(user))),
            );
            tenants.insert(tenant.clone());
            // What templates have in common is no message.
            if group.says.notification_type != shared_type() {
                types.insert(type_of(group.says));
            }
        }
        let (readers, sets, in_use) = tokio::join!(
            self.readers.many(people),
            self.tenants.many(tenants.into_iter().collect()),
            self.in_use.many(types.into_iter().collect()),
        );
        let (sets, in_use) = (sets?, in_use?);
        let numbered = in_use.into_iter().filter_map(|((tenant, of), one)| {
            let number = one.version?;
            Some((tenant, of, number))
        });
        let found = self.versions.many(numbered.collect()).await?;
        let none = Set::default();
        let stored = found
            .into_iter()
            .filter_map(|((tenant, of, number), version)| {
                let set = sets.get(&tenant).map_or(&none, AsRef::as_ref);
                let stored = stored(i64::try_from(number).ok()?, version, set);
                Some(((tenant, of), stored))
            });
        let mut facts = Facts {
            readers: readers?,
            attributes: HashMap::new(),
            stored: stored.collect(),
            sets,
        };
        let mut named = Vec::new();
        for group in groups {
            let template = facts.template(group.says);
            if template.is_some_and(|stored| stored.version.asks(Channel::InApp).user) {
                let users = group.users.iter();
                named.extend(users.map(|user| (group.says.tenant.clone(), UserId::clone(user))));
            }
        }
        facts.attributes = self.attributes.many(named).await?;
        Ok(facts)
    }
}

fn type_of(notification: &Notification) -> TypeKey {
    let of = &notification.notification_type;
    (notification.tenant.clone(), of.clone())
}

/// What readers of one locale have in common.
struct OfLocale<'a> {
    chain: Vec<String>,
    /// By time zone, none where no template looks at it, and by variant.
    by_kind: HashMap<Kind<'a>, OfKind>,
    built_in: Option<Arc<ItemTexts>>,
}

/// A time zone and a variant.
type Kind<'a> = (Option<&'a str>, String);

/// What readers of one locale, time zone and variant have in common.
#[derive(Default)]
struct OfKind {
    /// What templates can show, but for the reader.
    context: Option<Context>,
    /// What a template says to all of them.
    by_template: Option<Arc<ItemTexts>>,
    /// Whether the template failed, so that these are built-in words.
    is_fault: bool,
}

/// A reader, as a template sees them.
struct Who<'a> {
    user: &'a UserId,
    locale: &'a str,
    zone: Option<&'a str>,
    attributes: Option<&'a Arc<str>>,
    /// The variant for the inbox; nothing where nothing is compared.
    variant: String,
}

/// The texts of one group in the making.
struct InTheMaking<'a> {
    says: &'a Notification,
    stored: Option<&'a Stored>,
    set: Option<&'a Set>,
    by_locale: HashMap<&'a str, OfLocale<'a>>,
    cpu: Duration,
    renders: u32,
    over_budget: u64,
}

impl Facts {
    /// The version for a notification's type, if it has a template for the inbox.
    fn template(&self, says: &Notification) -> Option<&Stored> {
        let stored = self.stored.get(&type_of(says))?;
        stored.version.has(Channel::InApp).then_some(stored)
    }

    async fn of_group(&self, group: &Group<'_>, budget: &mut Budget) -> Vec<Arc<ItemTexts>> {
        let (says, tenant) = (group.says, &group.says.tenant);
        let set = self.sets.get(tenant).map(AsRef::as_ref);
        let of_tenant = set.and_then(|set| set.locale.as_deref());
        let template = self.template(says);
        let rests = template.is_some_and(|stored| stored.version.rests());
        if template.is_some() {
            budget.turn_to(tenant);
        }
        let mut texts = InTheMaking {
            says,
            stored: self.stored.get(&type_of(says)),
            set,
            by_locale: HashMap::new(),
            cpu: Duration::ZERO,
            renders: 0,
            over_budget: 0,
        };
        let mut since_yield = Duration::ZERO;
        let mut who = (tenant.clone(), says.user_id.clone());
        let mut items = Vec::with_capacity(group.users.len());
        for user in &group.users {
            who.1.clone_from(user);
            let known = self.readers.get(&who);
            let locale = known.and_then(|known| known.locale.as_deref());
            let locale = locale.or(of_tenant).unwrap_or(DEFAULT_LOCALE);
            let mut given = texts.assign(user, locale);
            let Some(stored) = template else {
                items.push(with_variants(texts.built_in(locale), given));
                continue;
            };
            if !says.in_inbox() {
                given.remove(&Channel::InApp);
            }
            let assigned = given.get(&Channel::InApp);
            let asks = stored.version.asks(Channel::InApp);
            let zone = known.and_then(|known| known.timezone.as_deref());
            let who = Who {
                user,
                locale,
                zone: zone.filter(|_| asks.zone),
                attributes: self.attributes.get(&who),
                variant: assigned.map_or_else(String::new, |one| one.variant.clone()),
            };
            if let Some((made, is_fault)) = texts.for_all(&who) {
                items.push(with_variants(made, faulty(given, is_fault)));
            } else if rests || budget.is_spent() {
                texts.over_budget += 1;
                // Neither variant is to blame.
                given.remove(&Channel::InApp);
                items.push(with_variants(texts.built_in(locale), given));
            } else {
                let (made, is_fault, cpu) = texts.by_template(stored, who);
                budget.spend(cpu);
                items.push(with_variants(made, faulty(given, is_fault)));
                since_yield += cpu;
                if since_yield > YIELD_AFTER {
                    since_yield = Duration::ZERO;
                    tokio::task::yield_now().await;
                }
            }
        }
        if let Some(stored) = template
            && texts.over_budget > 0
        {
            metrics()
                .templates_over_budget_total
                .inc_by(texts.over_budget);
            // Where other types of the tenant have used up its share, this one is not to blame.
            if texts.renders > 0 {
                let rest_for = rest_for(texts.cpu, texts.renders);
                stored
                    .version
                    .was_over_budget(texts.cpu, texts.renders, rest_for);
            }
        }
        items
    }
}

impl<'a> InTheMaking<'a> {
    fn of_locale(&mut self, locale: &'a str) -> &mut OfLocale<'a> {
        let of_tenant = self.set.and_then(|set| set.locale.as_deref());
        self.by_locale.entry(locale).or_insert_with(|| OfLocale {
            chain: locale_chain(None, Some(locale), of_tenant),
            by_kind: HashMap::new(),
            built_in: None,
        })
    }

    /// What a template says to every reader of a locale and zone, if it has said so to one.
    fn for_all(&mut self, who: &Who<'a>) -> Option<(Arc<ItemTexts>, bool)> {
        let kind = (who.zone, who.variant.clone());
        let of_kind = self.of_locale(who.locale).by_kind.get(&kind)?;
        Some((of_kind.by_template.clone()?, of_kind.is_fault))
    }

    /// The variants for a reader.
    fn assign(&mut self, user: &UserId, locale: &'a str) -> Assignments {
        match self.stored {
            Some(stored) => stored.version.assign(user, &self.of_locale(locale).chain),
            None => Assignments::new(),
        }
    }

    /// Built-in words depend on the locale alone, so users of the same one share them.
    fn built_in(&mut self, locale: &'a str) -> Arc<ItemTexts> {
        let (says, number) = (self.says, self.stored.map(|stored| stored.number));
        let of_locale = self.of_locale(locale);
        let texts = of_locale.built_in.get_or_insert_with(|| {
            let worded = render_built_in(says, &of_locale.chain, Channel::InApp, Form::Short);
            Arc::new(item(says, worded, Extras::default(), number, locale))
        });
        Arc::clone(texts)
    }

    /// What a template says to one reader, and the processor time that it took.
    fn by_template(&mut self, stored: &Stored, who: Who<'a>) -> (Arc<ItemTexts>, bool, Duration) {
        let (begun, says, locale) = (Instant::now(), self.says, who.locale);
        let of_locale = self.of_locale(locale);
        let chain = &of_locale.chain;
        let kind = (who.zone, who.variant.clone());
        let of_kind = of_locale.by_kind.entry(kind.clone()).or_default();
        let context = of_kind.context.get_or_insert_with(|| {
            let reader = ReaderFacts {
                timezone: who.zone.map(str::to_owned),
                ..ReaderFacts::default()
            };
            stored.context(says, chain, reader)
        });
        who.user.as_str().clone_into(&mut context.user.id);
        context.user.attributes = who.attributes.map(Arc::clone).unwrap_or_default();
        let made = stored.words(Channel::InApp, chain, &who.variant, context);
        let is_fault = made.words.is_none();
        let texts = match made.words {
            Some((worded, extras)) => {
                let worded = timed(Channel::InApp, begun, worded);
                Arc::new(item(says, worded, extras, Some(stored.number), locale))
            }
            None => self.built_in(locale),
        };
        if !made.names_reader {
            let of_kind = self.of_locale(locale).by_kind.entry(kind).or_default();
            of_kind.by_template = Some(Arc::clone(&texts));
            of_kind.is_fault = is_fault;
        }
        self.cpu += made.cpu;
        self.renders += 1;
        (texts, is_fault, made.cpu)
    }
}

/// Whether the template for the inbox failed for a reader is counted with their variant.
fn faulty(mut given: Assignments, is_fault: bool) -> Assignments {
    if let Some(assigned) = given.get_mut(&Channel::InApp) {
        assigned.fault = is_fault;
    }
    given
}

/// The texts of a reader who was given variants. Where nothing is compared, readers go on sharing theirs.
fn with_variants(texts: Arc<ItemTexts>, variants: Assignments) -> Arc<ItemTexts> {
    match variants.is_empty() {
        true => texts,
        false => Arc::new(ItemTexts {
            variants,
            ..ItemTexts::clone(&texts)
        }),
    }
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
        variants: Assignments::new(),
    }
}
