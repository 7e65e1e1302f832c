//! Whether a mail offers to unsubscribe by one click, and by which address; and the stamp of a mail.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Channel, NotificationType, TenantId};
use campanile_links::{LinkError, Links, Unsubscribe};
use campanile_storage::{Job, Storage};
use moka::sync::Cache;

use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "making the links and stamps of mails",
    "mails are sent without them",
);

/// For so long the mandatory types of a tenant are remembered.
const KNOWN: Duration = Duration::from_secs(5);
/// Tenants that are remembered at a time.
const CAPACITY: u64 = 10_000;

/// Makes the links of mails.
pub(crate) struct Unsubscribing {
    links: Option<Links>,
    storage: Arc<dyn Storage>,
    mandatory: Cache<TenantId, Arc<BTreeSet<NotificationType>>>,
}

impl Unsubscribing {
    pub(crate) fn new(links: Option<Links>, storage: Arc<dyn Storage>) -> Self {
        let mandatory = Cache::builder().max_capacity(CAPACITY);
        Self {
            links,
            storage,
            mandatory: mandatory.time_to_live(KNOWN).build(),
        }
    }

    /// The address for a mail. `None`: it is no mail, users cannot switch its type off, or no link can be
    /// made; a mail is not held up for that.
    pub(crate) async fn url(&self, job: &Job) -> Option<String> {
        let links = self.links.as_ref().filter(|links| links.can_be_made())?;
        let one = &job.notification;
        // Nothing switches those of the service itself off.
        if job.channel != Channel::Email || one.notification_type.is_own() {
            return None;
        }
        let made = async {
            let mandatory = self.mandatory_types(&one.tenant).await?;
            if mandatory.contains(&one.notification_type) {
                return Ok(None);
            }
            let link = Unsubscribe {
                tenant: one.tenant.clone(),
                user: one.user_id.clone(),
                notification_type: one.notification_type.clone(),
            };
            links.unsubscribe_url(&link).await
        };
        made.await.unwrap_or_else(|error| failed(job, error))
    }

    /// The stamp of a mail. `None`: it is no mail, or none can be made; reports about such a mail are not believed.
    pub(crate) async fn stamp(&self, job: &Job) -> Option<String> {
        let links = self.links.as_ref()?;
        if job.channel != Channel::Email {
            return None;
        }
        let made = links.stamp(&job.notification.tenant, job.delivery_id).await;
        made.map_or_else(|error| failed(job, error), Some)
    }

    async fn mandatory_types(
        &self,
        tenant: &TenantId,
    ) -> Result<Arc<BTreeSet<NotificationType>>, LinkError> {
        if let Some(known) = self.mandatory.get(tenant) {
            return Ok(known);
        }
        let set = self.storage.tenant_preferences(tenant).await?;
        let types = Arc::new(set.mandatory_types);
        self.mandatory.insert(tenant.clone(), Arc::clone(&types));
        Ok(types)
    }
}

fn failed(job: &Job, error: LinkError) -> Option<String> {
    match error {
        LinkError::Storage(error) => TROUBLE.failed(error),
        LinkError::Seal(error) => {
            let tenant = &job.notification.tenant;
            tracing::error!(%error, tenant.id = %tenant, "the links of a mail cannot be made");
        }
    }
    None
}
