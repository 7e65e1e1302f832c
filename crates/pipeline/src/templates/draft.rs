//! An editor saves or removes a draft.

use async_trait::async_trait;
use campanile_domain::{
    Precondition, PreconditionRefusal, TemplateDraft, TemplateKey, TemplateLimits, TemplateParts,
    TemplateType, TenantId,
};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

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
    TooManyTypes,
    /// The channel has as many locales as it may have.
    TooManyLocales,
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
        if current.is_none() {
            let locales = drafts.iter().filter(|one| one.key.channel == key.channel);
            if locales.count() >= TemplateLimits::LOCALES {
                tx.nothing_written();
                return Ok(DraftSaved::TooManyLocales);
            }
            let types = tx.types_with_templates(tenant).await?;
            let mut names = types.iter().map(|one| &one.notification_type);
            if !names.any(|name| *name == key.notification_type) {
                if types.len() >= TemplateLimits::TYPES {
                    tx.nothing_written();
                    return Ok(DraftSaved::TooManyTypes);
                }
                let new = TemplateType::new(key.notification_type.clone());
                tx.put_template_type(tenant, &new).await?;
            }
        }
        let draft = TemplateDraft {
            key: key.clone(),
            parts: self.save.parts.clone(),
            revision: current.unwrap_or(0) + 1,
            updated_at: self.save.now,
            updated_by: self.save.by.clone(),
        };
        tx.put_draft(tenant, &draft).await?;
        Ok(DraftSaved::Stored(draft))
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
        match refused {
            Ok(()) => tx.remove_draft(tenant, key).await?,
            Err(_) => tx.nothing_written(),
        }
        Ok(Some(refused))
    }
}
