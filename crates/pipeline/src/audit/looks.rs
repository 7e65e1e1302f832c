//! What acts change, as the audit log shows it. Each look names the fields that it shows: a secret is not among them, and a
//! field that is added later is not shown until it is named here.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{
    IngestId, IngestTarget, NotificationType, ProviderName, RetryLadder, TemplateKey, TenantId,
    TokenKeys, UserId, VariantKey,
};
use campanile_storage::{StorageError, Transaction};
use serde_json::{Value, json};

use super::entry::Look;

/// An account at a provider: the settings that may be shown, and the names of its secrets. A new secret shows as a new
/// `version`.
pub struct ProviderLook(pub ProviderName);

#[async_trait]
impl Look for ProviderLook {
    async fn look(
        &self,
        tenant: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        let all = tx.providers_of(tenant).await?;
        let one = all.into_iter().find(|one| one.name == self.0);
        Ok(one.map(|one| {
            // The half that is stored open; secrets are in the other one.
            let shown: Value = serde_json::from_str(&one.settings).unwrap_or_default();
            json!({
                "channel": one.channel.name(),
                "settings": shown["settings"],
                "secrets": shown["secrets"],
                "weight": one.weight,
                "failover_to": one.failover_to,
                "version": one.version,
            })
        }))
    }
}

/// A draft of a template.
pub struct DraftLook(pub TemplateKey);

#[async_trait]
impl Look for DraftLook {
    async fn look(
        &self,
        tenant: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        let drafts = tx.drafts_of(tenant, &self.0.notification_type).await?;
        let one = drafts.into_iter().find(|one| one.key == self.0);
        Ok(one.map(|one| json!({"revision": one.revision, "parts": one.parts})))
    }
}

/// A variant of a template.
pub struct VariantLook(pub VariantKey);

#[async_trait]
impl Look for VariantLook {
    async fn look(
        &self,
        tenant: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        let all = tx.variants_of(tenant, &self.0.notification_type).await?;
        let one = all.into_iter().find(|one| one.key == self.0);
        Ok(one.map(|one| {
            json!({"revision": one.revision, "weight": one.weight, "templates": one.templates})
        }))
    }
}

/// A type: its versions and its schema.
pub struct TypeLook(pub NotificationType);

#[async_trait]
impl Look for TypeLook {
    async fn look(
        &self,
        tenant: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        let types = tx.types_with_templates(tenant).await?;
        let one = types
            .into_iter()
            .find(|one| one.notification_type == self.0);
        Ok(one.map(|one| {
            let schema = one.schema.as_ref();
            json!({
                "current_version": one.current_version,
                "latest_version": one.latest_version,
                "schema": schema.and_then(|one| serde_json::from_str::<Value>(&one.schema).ok()),
                "schema_strict": schema.map(|one| one.strict),
            })
        }))
    }
}

/// A version of a type's templates, without its texts.
pub struct VersionLook(pub NotificationType, pub u64);

#[async_trait]
impl Look for VersionLook {
    async fn look(
        &self,
        tenant: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        let found = tx.version_of(tenant, &self.0, self.1).await?;
        Ok(found.map(|found| {
            let head = found.head;
            json!({
                "version": head.version,
                "comment": head.comment,
                "made_by": head.made_by,
                "publish_at": head.due_at,
                "published_at": head.published_at,
            })
        }))
    }
}

/// The brand.
pub struct BrandLook;

#[async_trait]
impl Look for BrandLook {
    async fn look(
        &self,
        tenant: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        let found = tx.brand_of(tenant).await?;
        Ok(found.map(|found| json!({"revision": found.revision, "brand": found.brand})))
    }
}

/// An ingest address, without its key and its secret.
pub struct IngestLook(pub IngestId);

#[async_trait]
impl Look for IngestLook {
    async fn look(
        &self,
        tenant: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        let all = tx.ingest_addresses_of(tenant).await?;
        let one = all.into_iter().find(|one| one.id == self.0);
        Ok(one.map(|one| {
            let (users, topic) = match &one.target {
                IngestTarget::Users(users) => (Some(users), None),
                IngestTarget::Topic(topic) => (None, Some(topic)),
                IngestTarget::Named => (None, None),
            };
            let settings = &one.settings;
            json!({
                "kind": one.kind.name(),
                "name": one.name,
                "recipients": users.map(Vec::len),
                "topic": topic,
                "notification_type": settings.notification_type,
                "priority": settings.priority.name(),
                "channels": settings.channels,
                "rate_limit": settings.rate,
                "notify_resolved": settings.notify_resolved,
                "mapping": settings.mapping,
                "signed": one.sealed.is_some(),
                "revoked_at": one.revoked_at,
            })
        }))
    }
}

/// The tenant's default preferences, mandatory types and rate rules.
pub struct PreferencesLook;

#[async_trait]
impl Look for PreferencesLook {
    async fn look(
        &self,
        tenant: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        // What the tenant has set is read with what some user has chosen.
        let user = UserId::parse("-").expect("a valid id");
        let people = BTreeSet::from([(tenant, &user)]);
        let choices = tx.choices(&people).await?;
        let set = choices.tenants.get(tenant);
        Ok(set.map(|set| set.to_stored()))
    }
}

/// The retention period of notifications.
pub struct RetentionLook;

#[async_trait]
impl Look for RetentionLook {
    async fn look(
        &self,
        tenant: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        let found = tx.tenant_row(tenant).await?;
        let days = found.and_then(|found| found.retention);
        Ok(Some(json!({"days": days.map(|days| days.get())})))
    }
}

/// The retention period of audit rows.
pub struct AuditDaysLook;

#[async_trait]
impl Look for AuditDaysLook {
    async fn look(
        &self,
        tenant: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        let days = tx.audit_days_of(tenant).await?;
        Ok(Some(json!({"days": days.map(|days| days.get())})))
    }
}

/// A tenant, which need not be the one whose log records the act.
pub struct TenantLook(pub TenantId);

#[async_trait]
impl Look for TenantLook {
    async fn look(
        &self,
        _log: &TenantId,
        tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        let found = tx.tenant_row(&self.0).await?;
        Ok(found.map(|tenant| {
            let ladder = tenant.retry_ladder.as_ref();
            json!({
                "status": tenant.status(),
                "retry_ladder_ms": ladder.map(RetryLadder::to_millis),
                "link_schemes": tenant.link_schemes,
                "locale": tenant.locale,
                "push_badge": tenant.push_badge,
                "track_opens": tenant.track_opens,
                "track_clicks": tenant.track_clicks,
                "max_api_keys": tenant.max_api_keys,
                "max_requests": tenant.limits.requests.map(|rate| rate.to_string()),
                "max_sends": tenant.limits.sends.map(|rate| rate.to_string()),
                "max_streams": tenant.limits.streams,
                "max_types": tenant.limits.types,
                "max_recipients": tenant.limits.recipients,
                "max_queued": tenant.limits.queued,
                "max_notifications": tenant.limits.notifications,
                "token_keys": tenant.token_keys.as_ref().map(TokenKeys::to_value),
            })
        }))
    }
}
