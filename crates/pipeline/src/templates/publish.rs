//! An editor publishes the drafts of a type, now or later.

use async_trait::async_trait;
use campanile_domain::{
    NotificationType, ShownVersion, TemplateHead, TemplateLimits, TemplateSnapshot, TemplateType,
    TemplateVersion, TenantId, shared_type,
};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

use super::make_current::{Types, make_current};

/// What is to be published.
#[derive(Debug, Clone)]
pub struct Publication {
    /// The type.
    pub notification_type: NotificationType,
    /// What the drafts held when they were checked.
    pub snapshot: TemplateSnapshot,
    /// Types in use when they were checked, with their versions: what they were checked against.
    pub in_use: Vec<(NotificationType, u64)>,
    /// When; `None` is now.
    pub at: Option<DateTime<Utc>>,
    /// Why, in the editor's words.
    pub comment: Option<String>,
    /// The latest version that the editor has seen, if they say so; 0 is none.
    pub seen: Option<u64>,
    /// Who.
    pub by: String,
    /// The time.
    pub now: DateTime<Utc>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// There is a new version.
    Version(ShownVersion),
    /// The version in use holds the same, so there is no new one.
    Unchanged(ShownVersion),
    /// Drafts or versions have changed since they were checked: check them again.
    Changed,
    /// There is no draft.
    NoDraft,
    /// Another version was made since the editor looked.
    Outdated {
        /// The latest version.
        latest: u64,
    },
    /// As many versions wait for their time as may.
    TooManyScheduled,
    /// All versions in use would be so many bytes, which is more than they may be.
    TooLarge(u64),
}

/// Publishes the drafts of a type.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn publish<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    publication: Publication,
) -> Result<Published, StorageError> {
    let work = Publish {
        tenant: tenant.clone(),
        publication,
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Publish {
    tenant: TenantId,
    publication: Publication,
}

#[async_trait]
impl Work for Publish {
    type Done = Published;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Published, StorageError> {
        let types = Types::hold(tx, &self.tenant).await?;
        let name = &self.publication.notification_type;
        let one = types.get(name).cloned();
        let one = one.unwrap_or_else(|| TemplateType::new(name.clone()));
        if let Some(refused) = self.refused(tx, &types, &one).await? {
            tx.nothing_written();
            return Ok(refused);
        }
        self.add(tx, &types, one).await.map(Published::Version)
    }
}

impl Publish {
    async fn refused(
        &self,
        tx: &mut dyn Transaction,
        types: &Types,
        one: &TemplateType,
    ) -> Result<Option<Published>, StorageError> {
        let (tenant, wanted) = (&self.tenant, &self.publication);
        let name = &wanted.notification_type;
        let latest = one.latest_version;
        if wanted.seen.is_some_and(|seen| seen != latest) {
            return Ok(Some(Published::Outdated { latest }));
        }
        let brand = match *name == shared_type() {
            true => tx.brand_of(tenant).await?.map(|stored| stored.brand),
            false => None,
        };
        let drafts = TemplateSnapshot::of(tx.drafts_of(tenant, name).await?, brand)
            .with_variants(tx.variants_of(tenant, name).await?);
        if drafts.is_empty() {
            return Ok(Some(Published::NoDraft));
        }
        let in_use = types.all.iter().filter_map(|one| {
            let version = one.current_version?;
            Some((one.notification_type.clone(), version))
        });
        if drafts != wanted.snapshot || in_use.collect::<Vec<_>>() != wanted.in_use {
            return Ok(Some(Published::Changed));
        }
        if let Some(bytes) = types.excess(name, drafts.bytes()) {
            return Ok(Some(Published::TooLarge(bytes)));
        }
        if wanted.at.is_some() {
            let scheduled = tx.scheduled_versions(tenant, name).await?;
            let is_full = scheduled >= TemplateLimits::SCHEDULED as u64;
            return Ok(is_full.then_some(Published::TooManyScheduled));
        }
        let Some(current) = one.current_version else {
            return Ok(None);
        };
        let current = tx.version_of(tenant, name, current).await?;
        let same = current.filter(|current| {
            current.snapshot.clone().unnumbered() == drafts
                && current.head.shared_version == types.shared_for(name)
        });
        Ok(same.map(|same| {
            let shown = ShownVersion::of(same.head, one.current_version);
            Published::Unchanged(shown)
        }))
    }

    async fn add(
        &self,
        tx: &mut dyn Transaction,
        types: &Types,
        mut one: TemplateType,
    ) -> Result<ShownVersion, StorageError> {
        let (tenant, wanted) = (&self.tenant, &self.publication);
        let name = &wanted.notification_type;
        one.latest_version += 1;
        let current = match one.current_version {
            Some(current) => tx.version_of(tenant, name, current).await?,
            None => None,
        };
        let current = current.as_ref().map(|current| &current.snapshot);
        let snapshot = wanted.snapshot.clone();
        let is_now = wanted.at.is_none();
        let version = TemplateVersion {
            head: TemplateHead {
                version: one.latest_version,
                content_version: one.latest_version,
                shared_version: types.shared_for(name),
                comment: wanted.comment.clone(),
                made_by: wanted.by.clone(),
                made_at: wanted.now,
                due_at: wanted.at,
                published_at: is_now.then_some(wanted.now),
            },
            snapshot: snapshot.numbered(one.latest_version, current),
        };
        tx.insert_version(tenant, name, &version).await?;
        let number = version.head.version;
        if is_now {
            let it = (number, version.snapshot.bytes());
            make_current(tx, tenant, types, one, it, &wanted.by, wanted.now).await?;
        } else {
            tx.put_template_type(tenant, &one).await?;
        }
        Ok(ShownVersion::of(version.head, is_now.then_some(number)))
    }
}
