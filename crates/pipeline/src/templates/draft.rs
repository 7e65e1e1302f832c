//! An editor saves or removes a draft.

use async_trait::async_trait;
use campanile_domain::{
    Precondition, PreconditionRefusal, TemplateDraft, TemplateKey, TemplateLimits, TemplateParts,
    TemplateSnapshot, TemplateType, TenantId, VariantDraft,
};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

use super::room::most_types;

/// What is to be saved; its parts are valid.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// Which template.
    pub key: TemplateKey,
    /// Its parts.
    pub parts: TemplateParts,
    /// What the editor has seen.
    pub seen: Precondition,
    /// Who.
    pub by: String,
    /// When.
    pub now: DateTime<Utc>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftSaved {
    /// It is stored.
    Stored(TemplateDraft),
    /// The draft is not the one that the editor has seen; it has this revision, if it is there.
    Refused(PreconditionRefusal, Option<u64>),
    /// The tenant has as many types with templates as it may have.
    TooManyTypes(usize),
    /// The channel has as many locales as it may have.
    TooManyLocales,
    /// The drafts of the type would be so many bytes, which is more than a version may have.
    TypeTooLarge(usize),
    /// All drafts of the tenant would be so many bytes, which is more than it may have.
    TenantTooLarge(u64),
}

/// Saves a draft.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn save_draft<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    save: SaveDraft,
) -> Result<DraftSaved, StorageError> {
    let work = Save {
        tenant: tenant.clone(),
        save,
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Save {
    tenant: TenantId,
    save: SaveDraft,
}

#[async_trait]
impl Work for Save {
    type Done = DraftSaved;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<DraftSaved, StorageError> {
        let (tenant, key) = (&self.tenant, &self.save.key);
        tx.hold_templates(tenant).await?;
        let drafts = tx.drafts_of(tenant, &key.notification_type).await?;
        let current = drafts.iter().find(|draft| draft.key == *key);
        let current = current.map(|draft| draft.revision);
        if let Err(refusal) = self.save.seen.check(current) {
            tx.nothing_written();
            return Ok(DraftSaved::Refused(refusal, current));
        }
        let types = tx.types_with_templates(tenant).await?;
        let most = most_types(tx, tenant).await?;
        let variants = tx.variants_of(tenant, &key.notification_type).await?;
        match self.room(&drafts, variants, (&types, most), current) {
            Err(full) => {
                tx.nothing_written();
                Ok(*full)
            }
            Ok((one, draft)) => {
                tx.put_template_type(tenant, &one).await?;
                tx.put_draft(tenant, &draft).await?;
                Ok(DraftSaved::Stored(draft))
            }
        }
    }
}

impl Save {
    /// The draft and its type as they are to be stored, or of what there is too much.
    fn room(
        &self,
        drafts: &[TemplateDraft],
        variants: Vec<VariantDraft>,
        (types, most): (&[TemplateType], usize),
        current: Option<u64>,
    ) -> Result<(TemplateType, TemplateDraft), Box<DraftSaved>> {
        let key = &self.save.key;
        let name = &key.notification_type;
        let found = types.iter().find(|one| one.notification_type == *name);
        let mut one = found.map_or_else(|| TemplateType::new(name.clone()), Clone::clone);
        if current.is_none() {
            let locales = drafts.iter().filter(|one| one.key.channel == key.channel);
            if locales.count() >= TemplateLimits::LOCALES {
                return Err(Box::new(DraftSaved::TooManyLocales));
            }
            if !one.has_room(types, most) {
                return Err(Box::new(DraftSaved::TooManyTypes(most)));
            }
        }
        let draft = TemplateDraft {
            key: key.clone(),
            parts: self.save.parts.clone(),
            // A draft that was removed leaves its revision behind, so that an editor who has seen it does not take the
            // new one for it.
            revision: current.unwrap_or(one.last_revision) + 1,
            updated_at: self.save.now,
            updated_by: self.save.by.clone(),
        };
        let others = drafts.iter().filter(|other| other.key != *key).cloned();
        let snapshot =
            TemplateSnapshot::of(others.chain([draft.clone()]), None).with_variants(variants);
        if let Some(bytes) = snapshot.excess() {
            return Err(Box::new(DraftSaved::TypeTooLarge(bytes)));
        }
        one.draft_bytes = snapshot.bytes() as u64;
        let others = types.iter().filter(|one| one.notification_type != *name);
        let all = one.draft_bytes + others.map(|one| one.draft_bytes).sum::<u64>();
        if all > TemplateLimits::DRAFT_BYTES {
            return Err(Box::new(DraftSaved::TenantTooLarge(all)));
        }
        Ok((one, draft))
    }
}

/// Removes a draft; `None` if there is none. The version in use stays as it is.
///
/// # Errors
/// As [`save_draft`].
pub async fn remove_draft<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    key: &TemplateKey,
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
    key: TemplateKey,
    seen: Precondition,
}

#[async_trait]
impl Work for Remove {
    type Done = Option<Result<(), PreconditionRefusal>>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        let (tenant, key) = (&self.tenant, &self.key);
        tx.hold_templates(tenant).await?;
        let drafts = tx.drafts_of(tenant, &key.notification_type).await?;
        let Some(draft) = drafts.iter().find(|draft| draft.key == *key) else {
            tx.nothing_written();
            return Ok(None);
        };
        let refused = match self.seen {
            // Nothing of a draft's text is lost that somebody has not asked to lose.
            Precondition::None => Ok(()),
            seen => seen.check(Some(draft.revision)),
        };
        if refused.is_err() {
            tx.nothing_written();
            return Ok(Some(refused));
        }
        tx.remove_draft(tenant, key).await?;
        let types = tx.types_with_templates(tenant).await?;
        let name = &key.notification_type;
        if let Some(one) = types.iter().find(|one| one.notification_type == *name) {
            let others = drafts.iter().filter(|other| other.key != *key).cloned();
            let variants = tx.variants_of(tenant, name).await?;
            let left = TemplateSnapshot::of(others, None).with_variants(variants);
            let one = TemplateType {
                draft_bytes: left.draft_bytes(),
                last_revision: one.last_revision.max(draft.revision),
                ..one.clone()
            };
            tx.put_template_type(tenant, &one).await?;
        }
        Ok(Some(Ok(())))
    }
}
