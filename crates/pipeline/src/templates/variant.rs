//! An editor saves or removes a variant of a type's templates.

use async_trait::async_trait;
use campanile_domain::{
    BoundedLocales, Precondition, PreconditionRefusal, TemplateLimits, TemplateSnapshot,
    TemplateType, TenantId, VariantDraft, VariantKey,
};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

/// What is to be saved; its templates are valid.
#[derive(Debug, Clone)]
pub struct SaveVariant {
    /// Which variant.
    pub key: VariantKey,
    /// Its share of readers in percent.
    pub weight: u8,
    /// What differs, by locale.
    pub templates: BoundedLocales,
    /// What the editor has seen.
    pub seen: Precondition,
    /// Who.
    pub by: String,
    /// When.
    pub now: DateTime<Utc>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariantSaved {
    /// It is stored.
    Stored(VariantDraft),
    /// The variant is not the one that the editor has seen; it has this revision, if it is there.
    Refused(PreconditionRefusal, Option<u64>),
    /// The type has no draft of this channel in this locale, so there is nothing to compare with.
    NoTemplate(String),
    /// The channel has as many variants as it may have.
    TooMany,
    /// The variants would have so many percent of readers, which leaves none for the template itself.
    TooHeavy(u32),
    /// The drafts of the type would be so many bytes, which is more than a version may have.
    TypeTooLarge(usize),
    /// All drafts of the tenant would be so many bytes, which is more than it may have.
    TenantTooLarge(u64),
}

/// Saves a variant. Messages use it when its type is published next.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn save_variant<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    save: SaveVariant,
) -> Result<VariantSaved, StorageError> {
    let work = Save {
        tenant: tenant.clone(),
        save,
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Save {
    tenant: TenantId,
    save: SaveVariant,
}

#[async_trait]
impl Work for Save {
    type Done = VariantSaved;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<VariantSaved, StorageError> {
        let (tenant, save) = (&self.tenant, &self.save);
        let (key, of) = (&save.key, &save.key.notification_type);
        tx.hold_templates(tenant).await?;
        let all = tx.variants_of(tenant, of).await?;
        let current = all.iter().find(|one| one.key == *key);
        let revision = current.map(|one| one.revision);
        if let Err(refusal) = save.seen.check(revision) {
            tx.nothing_written();
            return Ok(VariantSaved::Refused(refusal, revision));
        }
        let others: Vec<_> = all.into_iter().filter(|one| one.key != *key).collect();
        let types = tx.types_with_templates(tenant).await?;
        let last = types.iter().find(|one| one.notification_type == *of);
        let last = last.map_or(0, |one| one.last_revision);
        let draft = VariantDraft {
            key: key.clone(),
            weight: save.weight,
            templates: save.templates.clone(),
            // As of drafts: one that was removed leaves its revision behind.
            revision: revision.unwrap_or(last) + 1,
            updated_at: save.now,
            updated_by: save.by.clone(),
        };
        if let Some(refused) = self.store(tx, &draft, others, types).await? {
            tx.nothing_written();
            return Ok(refused);
        }
        Ok(VariantSaved::Stored(draft))
    }
}

impl Save {
    /// Stores it, or says why not.
    async fn store(
        &self,
        tx: &mut dyn Transaction,
        draft: &VariantDraft,
        others: Vec<VariantDraft>,
        types: Vec<TemplateType>,
    ) -> Result<Option<VariantSaved>, StorageError> {
        let (tenant, key) = (&self.tenant, &draft.key);
        let of_channel = || others.iter().filter(|one| one.key.channel == key.channel);
        if of_channel().count() >= TemplateLimits::VARIANTS {
            return Ok(Some(VariantSaved::TooMany));
        }
        let weights = of_channel().map(|one| u32::from(one.weight));
        let weight = weights.sum::<u32>() + u32::from(draft.weight);
        if weight > 99 {
            return Ok(Some(VariantSaved::TooHeavy(weight)));
        }
        let drafts = tx.drafts_of(tenant, &key.notification_type).await?;
        let has = |locale: &str| {
            let mut own = drafts.iter().map(|one| &one.key);
            own.any(|one| one.channel == key.channel && one.locale == locale)
        };
        if let Some(locale) = draft.templates.keys().find(|locale| !has(locale)) {
            return Ok(Some(VariantSaved::NoTemplate(locale.clone())));
        }
        let variants = others.into_iter().chain([draft.clone()]);
        let snapshot = TemplateSnapshot::of(drafts, None).with_variants(variants);
        if let Some(bytes) = snapshot.excess() {
            return Ok(Some(VariantSaved::TypeTooLarge(bytes)));
        }
        let name = &key.notification_type;
        let (own, rest): (Vec<_>, Vec<_>) = types
            .into_iter()
            .partition(|one| one.notification_type == *name);
        // It has a draft, so it is there.
        let Some(mut one) = own.into_iter().next() else {
            return Ok(Some(VariantSaved::NoTemplate(String::new())));
        };
        one.draft_bytes = snapshot.bytes() as u64;
        let bytes = one.draft_bytes + rest.iter().map(|one| one.draft_bytes).sum::<u64>();
        if bytes > TemplateLimits::DRAFT_BYTES {
            return Ok(Some(VariantSaved::TenantTooLarge(bytes)));
        }
        tx.put_template_type(tenant, &one).await?;
        tx.put_variant(tenant, draft).await?;
        Ok(None)
    }
}

/// Removes a variant; `None` if there is none. The version in use stays as it is.
///
/// # Errors
/// As [`save_variant`].
pub async fn remove_variant<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    key: &VariantKey,
    seen: Precondition,
) -> Result<Option<Result<(), PreconditionRefusal>>, StorageError> {
    let work = Remove {
        tenant: tenant.clone(),
        key: key.clone(),
        seen,
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Remove {
    tenant: TenantId,
    key: VariantKey,
    seen: Precondition,
}

#[async_trait]
impl Work for Remove {
    type Done = Option<Result<(), PreconditionRefusal>>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        let (tenant, key) = (&self.tenant, &self.key);
        tx.hold_templates(tenant).await?;
        let all = tx.variants_of(tenant, &key.notification_type).await?;
        let Some(current) = all.iter().find(|one| one.key == *key) else {
            tx.nothing_written();
            return Ok(None);
        };
        let refused = match self.seen {
            // A removal without `If-Match` is accepted: the caller names the variant.
            Precondition::None => Ok(()),
            seen => seen.check(Some(current.revision)),
        };
        if refused.is_err() {
            tx.nothing_written();
            return Ok(Some(refused));
        }
        tx.remove_variant(tenant, key).await?;
        let name = &key.notification_type;
        let drafts = tx.drafts_of(tenant, name).await?;
        let types = tx.types_with_templates(tenant).await?;
        let found = types.into_iter().find(|one| one.notification_type == *name);
        if let Some(mut one) = found {
            one.last_revision = one.last_revision.max(current.revision);
            let left = all.iter().filter(|one| one.key != *key).cloned();
            one.draft_bytes = TemplateSnapshot::of(drafts, None)
                .with_variants(left)
                .draft_bytes();
            tx.put_template_type(tenant, &one).await?;
        }
        Ok(Some(refused))
    }
}
