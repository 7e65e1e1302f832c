//! A comparison ends: a variant becomes the template itself, or is stopped because too many of its deliveries fail.

use async_trait::async_trait;
use campanile_domain::{
    BoundedLocales, CONTROL, Channel, NotificationType, ShownVersion, TemplateHead, TemplateParts,
    TemplateSnapshot, TemplateType, TemplateVersion, TenantId, VariantCount, overlaid,
};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

use super::make_current::{Types, make_current};

/// Which variant is to become the template itself.
#[derive(Debug, Clone)]
pub struct Promotion {
    /// The type.
    pub notification_type: NotificationType,
    /// The channel.
    pub channel: Channel,
    /// The variant; [`CONTROL`] keeps the template as it is.
    pub variant: String,
    /// Why, in the editor's words.
    pub comment: Option<String>,
    /// The latest version that the editor has seen, if they say so.
    pub seen: Option<u64>,
    /// Who.
    pub by: String,
    /// When.
    pub now: DateTime<Utc>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promoted {
    /// There is a new version, whose template has the words of the variant, and which compares nothing in this channel.
    Version(ShownVersion),
    /// The version in use compares nothing in this channel, or has no such variant.
    NoVariant,
    /// Another version was made since the editor looked.
    Outdated {
        /// The latest version.
        latest: u64,
    },
}

/// Makes a variant of the version in use the template itself, in a new version. The drafts take its words over, and the
/// drafts of the channel's variants are removed.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn promote<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    promotion: Promotion,
) -> Result<Promoted, StorageError> {
    let work = Promote {
        tenant: tenant.clone(),
        promotion,
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Promote {
    tenant: TenantId,
    promotion: Promotion,
}

#[async_trait]
impl Work for Promote {
    type Done = Promoted;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Promoted, StorageError> {
        let (tenant, wanted) = (&self.tenant, &self.promotion);
        let Some(mut current) = InUse::hold(tx, tenant, &wanted.notification_type).await? else {
            tx.nothing_written();
            return Ok(Promoted::NoVariant);
        };
        let latest = current.one.latest_version;
        if wanted.seen.is_some_and(|seen| seen != latest) {
            tx.nothing_written();
            return Ok(Promoted::Outdated { latest });
        }
        let mut snapshot = current.version.snapshot.clone();
        let trial = snapshot.trials.remove(&wanted.channel);
        let variant = trial.and_then(|mut trial| match wanted.variant.as_str() {
            CONTROL => Some(Default::default()),
            name => trial.variants.remove(name),
        });
        let Some(variant) = variant else {
            tx.nothing_written();
            return Ok(Promoted::NoVariant);
        };
        for (locale, parts) in &variant.templates {
            if let Some(template) = template_of(&mut snapshot, wanted.channel, locale) {
                *template = overlaid(template, parts);
            }
        }
        self.change_drafts(tx, &mut current.one, &variant.templates)
            .await?;
        let comment = wanted
            .comment
            .clone()
            .unwrap_or_else(|| format!("{} of {} is the template", wanted.variant, wanted.channel));
        let shown = current
            .replace(
                tx,
                tenant,
                snapshot,
                (comment, None),
                (&wanted.by, wanted.now),
            )
            .await?;
        Ok(Promoted::Version(shown))
    }
}

impl Promote {
    /// `one`, which is stored with the new version, gets the bytes of the drafts that are left.
    async fn change_drafts(
        &self,
        tx: &mut dyn Transaction,
        one: &mut TemplateType,
        templates: &BoundedLocales,
    ) -> Result<(), StorageError> {
        let (tenant, wanted) = (&self.tenant, &self.promotion);
        let of = &wanted.notification_type;
        let mut drafts = tx.drafts_of(tenant, of).await?;
        let own = drafts.iter_mut();
        for draft in own.filter(|draft| draft.key.channel == wanted.channel) {
            let Some(parts) = templates.get(&draft.key.locale) else {
                continue;
            };
            let changed = overlaid(&draft.parts, parts);
            if changed != draft.parts {
                draft.parts = changed;
                draft.revision += 1;
                draft.updated_at = wanted.now;
                draft.updated_by.clone_from(&wanted.by);
                tx.put_draft(tenant, draft).await?;
            }
        }
        let variants = tx.variants_of(tenant, of).await?.into_iter();
        let (gone, left): (Vec<_>, Vec<_>) =
            variants.partition(|variant| variant.key.channel == wanted.channel);
        for variant in gone {
            tx.remove_variant(tenant, &variant.key).await?;
            one.last_revision = one.last_revision.max(variant.revision);
        }
        one.draft_bytes = TemplateSnapshot::of(drafts, None)
            .with_variants(left)
            .draft_bytes();
        Ok(())
    }
}

fn template_of<'s>(
    snapshot: &'s mut TemplateSnapshot,
    channel: Channel,
    locale: &str,
) -> Option<&'s mut TemplateParts> {
    snapshot.templates.get_mut(&channel)?.get_mut(locale)
}

/// Stops the variants of a type whose deliveries certainly fail more often than those of the template itself, in a new
/// version that goes on with the others; says why each was stopped.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn stop_failing<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    of: &NotificationType,
    counts: Vec<VariantCount>,
    now: DateTime<Utc>,
) -> Result<Vec<String>, StorageError> {
    let work = StopFailing {
        tenant: tenant.clone(),
        of: of.clone(),
        counts,
        now,
    };
    transact(storage, Scope::worker_for(tenant), work).await
}

struct StopFailing {
    tenant: TenantId,
    of: NotificationType,
    counts: Vec<VariantCount>,
    now: DateTime<Utc>,
}

/// Who makes a version that no editor has made.
const BY: &str = "campanile";

#[async_trait]
impl Work for StopFailing {
    type Done = Vec<String>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Vec<String>, StorageError> {
        let Some(current) = InUse::hold(tx, &self.tenant, &self.of).await? else {
            tx.nothing_written();
            return Ok(Vec::new());
        };
        let mut snapshot = current.version.snapshot.clone();
        let mut reasons = Vec::new();
        for (channel, name, why) in snapshot.failing_variants(&self.counts) {
            let trial = snapshot.trials.get_mut(&channel);
            if let Some(variant) = trial.and_then(|trial| trial.variants.get_mut(&name)) {
                variant.stopped = true;
                reasons.push(format!("{channel}: {why}"));
            }
        }
        if reasons.is_empty() {
            tx.nothing_written();
            return Ok(reasons);
        }
        let comment = reasons.join("; ");
        // What editors have scheduled is newer all the same.
        let content = Some(current.version.head.content_version);
        current
            .replace(
                tx,
                &self.tenant,
                snapshot,
                (comment, content),
                (BY, self.now),
            )
            .await?;
        Ok(reasons)
    }
}

/// The version in use of a type, held.
struct InUse {
    types: Types,
    one: TemplateType,
    version: TemplateVersion,
}

impl InUse {
    async fn hold(
        tx: &mut dyn Transaction,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Option<Self>, StorageError> {
        let types = Types::hold(tx, tenant).await?;
        let Some(one) = types.get(of).cloned() else {
            return Ok(None);
        };
        let Some(number) = one.current_version else {
            return Ok(None);
        };
        let version = tx.version_of(tenant, of, number).await?;
        Ok(version.map(|version| Self {
            types,
            one,
            version,
        }))
    }

    /// Stores a new version and makes it current. `content` is the version whose texts it keeps; `None`: its texts are new.
    async fn replace(
        self,
        tx: &mut dyn Transaction,
        tenant: &TenantId,
        snapshot: TemplateSnapshot,
        (comment, content): (String, Option<u64>),
        (by, now): (&str, DateTime<Utc>),
    ) -> Result<ShownVersion, StorageError> {
        let name = self.one.notification_type.clone();
        let number = self.one.latest_version + 1;
        let bytes = snapshot.bytes();
        let version = TemplateVersion {
            head: TemplateHead {
                version: number,
                content_version: content.unwrap_or(number),
                shared_version: self.types.shared_for(&name),
                comment: Some(comment),
                made_by: by.to_owned(),
                made_at: now,
                due_at: None,
                published_at: Some(now),
            },
            snapshot,
        };
        tx.insert_version(tenant, &name, &version).await?;
        make_current(tx, tenant, &self.types, self.one, (number, bytes), by, now).await?;
        Ok(ShownVersion::of(version.head, Some(number)))
    }
}
