//! A version comes into use.

use campanile_domain::{
    NotificationType, TemplateHead, TemplateLimits, TemplateType, TenantId, shared_type,
};
use campanile_storage::{StorageError, Transaction};
use chrono::{DateTime, Utc};

/// The types of a tenant, as a transaction that holds them found them.
pub(super) struct Types {
    pub(super) all: Vec<TemplateType>,
}

impl Types {
    pub(super) async fn hold(
        tx: &mut dyn Transaction,
        tenant: &TenantId,
    ) -> Result<Self, StorageError> {
        tx.hold_templates(tenant).await?;
        let all = tx.types_with_templates(tenant).await?;
        Ok(Self { all })
    }

    pub(super) fn get(&self, name: &NotificationType) -> Option<&TemplateType> {
        self.all.iter().find(|one| one.notification_type == *name)
    }

    /// The version of `_shared` that a version of this type uses if it comes into use now.
    pub(super) fn shared_for(&self, name: &NotificationType) -> Option<u64> {
        let shared = shared_type();
        match *name == shared {
            true => None,
            false => self.get(&shared)?.current_version,
        }
    }
}

impl Types {
    /// How many bytes all versions in use would be, if that is more than they may be, with one of this type that has so
    /// many.
    pub(super) fn excess(&self, name: &NotificationType, bytes: usize) -> Option<u64> {
        let others = self.all.iter().filter(|one| one.notification_type != *name);
        let all = bytes as u64 + others.map(|one| one.current_bytes).sum::<u64>();
        (all > TemplateLimits::CURRENT_BYTES).then_some(all)
    }
}

/// Stores that a version, which has so many bytes, is in use. With one of `_shared` every other type in use gets a new version, which holds what its
/// last one held and uses the new layouts, partials and brand.
pub(super) async fn make_current(
    tx: &mut dyn Transaction,
    tenant: &TenantId,
    types: &Types,
    mut one: TemplateType,
    (version, bytes): (u64, usize),
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    one.current_version = Some(version);
    one.current_bytes = bytes as u64;
    one.latest_version = one.latest_version.max(version);
    tx.put_template_type(tenant, &one).await?;
    forget(tx, tenant, &one).await?;
    if one.notification_type != shared_type() {
        return Ok(());
    }
    for other in &types.all {
        let Some(from) = other
            .current_version
            .filter(|_| other.notification_type != one.notification_type)
        else {
            continue;
        };
        let mut other = other.clone();
        other.latest_version += 1;
        other.current_version = Some(other.latest_version);
        let content = tx
            .content_version(tenant, &other.notification_type, from)
            .await?;
        let head = TemplateHead {
            version: other.latest_version,
            content_version: content.unwrap_or(from),
            shared_version: Some(version),
            comment: Some(format!("version {from} with version {version} of _shared")),
            made_by: by.to_owned(),
            made_at: now,
            due_at: None,
            published_at: Some(now),
        };
        let name = &other.notification_type;
        tx.copy_version(tenant, name, from, &head).await?;
        tx.put_template_type(tenant, &other).await?;
        forget(tx, tenant, &other).await?;
    }
    Ok(())
}

async fn forget(
    tx: &mut dyn Transaction,
    tenant: &TenantId,
    one: &TemplateType,
) -> Result<(), StorageError> {
    let name = &one.notification_type;
    let sizes = tx.version_sizes(tenant, name).await?;
    let below = first_kept(&sizes, one.latest_version);
    if below > 1 {
        tx.forget_versions(tenant, name, below, one.current_version)
            .await?;
        // A comparison may have begun long before the version in use.
        let current = match one.current_version {
            Some(current) => tx.version_of(tenant, name, current).await?,
            None => None,
        };
        let trials = current.iter().flat_map(|one| one.snapshot.trials.values());
        let oldest = trials.map(|trial| trial.number).min();
        let below = oldest.map_or(below, |oldest| below.min(oldest));
        tx.forget_variant_counts(tenant, name, below).await?;
    }
    Ok(())
}

/// The oldest version that is kept: so many, and so many bytes, at most. `sizes` are those of all versions, newest first.
fn first_kept(sizes: &[(u64, u64)], latest: u64) -> u64 {
    let below = (latest + 1).saturating_sub(TemplateLimits::VERSIONS);
    let mut bytes = 0;
    let too_many = sizes.iter().find(|(_, size)| {
        bytes += size;
        bytes > TemplateLimits::VERSION_BYTES
    });
    // The newest stays, however large.
    let too_many = too_many.map_or(0, |(version, _)| version + 1);
    below.max(too_many.min(latest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_kept_by_number_and_by_bytes() {
        let small: Vec<_> = (1..=300).rev().map(|version| (version, 1_000)).collect();
        assert_eq!(first_kept(&small, 300), 101);
        assert_eq!(first_kept(&small[297..], 3), 0);
        let megabyte = 1024 * 1024;
        let large: Vec<_> = (1..=60).rev().map(|version| (version, megabyte)).collect();
        assert_eq!(first_kept(&large, 60), 29, "32 of them are kept");
        let giant = [(7, TemplateLimits::VERSION_BYTES + 1), (6, 1)];
        assert_eq!(first_kept(&giant, 7), 7);
    }
}
