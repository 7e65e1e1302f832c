//! A link is made, and sent or handed out.

use std::sync::Arc;

use campanile_domain::{
    Act, AuditAction, Channel, Clock, EmailAddress, Link, LinkPurpose, NotificationType, Priority,
    TenantId, UserId,
};
use campanile_intake::{Intake, SendRequest};
use campanile_links::{Links, MagicLink};
use campanile_pipeline::{AuditEntry, record_act};
use campanile_storage::Storage;
use campanile_telemetry::metrics;
use chrono::{DateTime, SubsecRound, Utc};
use serde_json::json;

use super::{LINK_LIFE, LinkTo, MagicLinkError};

/// Users with one address to whom a link is sent: a family, but not a mailing list.
const MOST_WITH_ONE_ADDRESS: u32 = 5;

/// Makes links; cheap to clone.
#[derive(Clone)]
pub struct MagicLinks {
    storage: Arc<dyn Storage>,
    intake: Intake,
    links: Links,
    clock: Arc<dyn Clock>,
}

/// A link that is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeLink {
    /// The address that opens its page.
    pub url: String,
    /// From then on it is void.
    pub expires_at: DateTime<Utc>,
}

impl MagicLinks {
    /// Makes links by `links`, and sends them through `intake`.
    pub fn new(
        storage: Arc<dyn Storage>,
        intake: Intake,
        links: Links,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            storage,
            intake,
            links,
            clock,
        }
    }

    /// Makes links by other keys, or with another public address.
    #[must_use]
    pub fn with_links(self, links: Links) -> Self {
        Self { links, ..self }
    }

    /// Sends a link by mail to the user, or to the users who have the address. Nothing tells the caller whether there is any: what goes
    /// wrong after they were looked up is logged and counted.
    ///
    /// # Errors
    /// [`MagicLinkError`], whether there is such a user or not.
    pub async fn send(
        &self,
        tenant: &TenantId,
        to: &LinkTo,
        purpose: LinkPurpose,
        request_id: &str,
    ) -> Result<(), MagicLinkError> {
        if !self.links.has_public_url() {
            return Err(MagicLinkError::NoPublicUrl);
        }
        if !self.links.can_be_made() {
            return Err(MagicLinkError::NotSecure);
        }
        // Before it is known whether there is such a user: the answer of a tenant without room would tell.
        self.intake.check_room(tenant).await?;
        let users = match to {
            LinkTo::User(user) => {
                let known = self.storage.user(tenant, user).await?;
                let reachable = known.is_some_and(|known| known.email.is_some());
                reachable.then(|| user.clone()).into_iter().collect()
            }
            LinkTo::Email(email) => self.users_with(tenant, email).await?,
        };
        if users.is_empty() {
            count(purpose, "unknown");
        }
        for user in users {
            let sent = self.send_to(tenant, user, purpose, request_id).await;
            if let Err(error) = &sent {
                // The error says nothing of the user. An answer that differs from a stranger's would.
                tracing::warn!(%tenant, request_id, %error, "a magic link was not sent");
            }
            count(purpose, sent.map_or("not_sent", |()| "sent"));
        }
        Ok(())
    }

    async fn send_to(
        &self,
        tenant: &TenantId,
        user: UserId,
        purpose: LinkPurpose,
        request_id: &str,
    ) -> Result<(), MagicLinkError> {
        let made = self.make(tenant, &user, purpose).await?;
        let request = mail(user, purpose, &made)?;
        self.intake.send(tenant, request_id, request, None).await?;
        Ok(())
    }

    /// Makes a link for whoever asks, who has the scope for it, and records that.
    ///
    /// # Errors
    /// [`MagicLinkError`].
    pub async fn hand_out(
        &self,
        tenant: &TenantId,
        to: &LinkTo,
        purpose: LinkPurpose,
        act: &Act,
    ) -> Result<MadeLink, MagicLinkError> {
        if !self.links.has_public_url() {
            return Err(MagicLinkError::NoPublicUrl);
        }
        let user = match to {
            LinkTo::User(user) => user.clone(),
            LinkTo::Email(email) => {
                let mut users = self.users_with(tenant, email).await?;
                match (users.pop(), users.is_empty()) {
                    (Some(user), true) => user,
                    _ => return Err(MagicLinkError::NotOneUser),
                }
            }
        };
        let made = self.make(tenant, &user, purpose).await?;
        let target = format!("user/{user}");
        let details = json!({"purpose": purpose.name(), "expires_at": made.expires_at});
        let entry = AuditEntry::new(tenant, act, AuditAction::MagicLinkCreate, target);
        record_act(self.storage.as_ref(), entry.with(details)).await?;
        count(purpose, "returned");
        Ok(made)
    }

    async fn users_with(
        &self,
        tenant: &TenantId,
        email: &EmailAddress,
    ) -> Result<Vec<UserId>, MagicLinkError> {
        let found = self
            .storage
            .users_by_email(tenant, email, MOST_WITH_ONE_ADDRESS);
        Ok(found.await?)
    }

    async fn make(
        &self,
        tenant: &TenantId,
        user: &UserId,
        purpose: LinkPurpose,
    ) -> Result<MadeLink, MagicLinkError> {
        let expires_at = self.clock.now().trunc_subsecs(3) + LINK_LIFE;
        let link = MagicLink {
            tenant: tenant.clone(),
            user: user.clone(),
            purpose,
            expires_at,
        };
        let url = self.links.magic_url(&link).await?;
        let url = url.ok_or(MagicLinkError::NoPublicUrl)?;
        Ok(MadeLink { url, expires_at })
    }
}

/// A mail with the link, which no switch, digest or quiet hours hold back; its words are built in, or the tenant's.
fn mail(
    user: UserId,
    purpose: LinkPurpose,
    made: &MadeLink,
) -> Result<SendRequest, MagicLinkError> {
    let of = NotificationType::parse(NotificationType::MAGIC_LINK).expect("a type");
    let content = json!({"purpose": purpose.name()}).to_string();
    let channels = vec![Channel::Email];
    Ok(SendRequest {
        priority: Priority::Critical,
        link: Some(Link::parse(&made.url).map_err(|_| MagicLinkError::NotSecure)?),
        expires_at: Some(made.expires_at),
        ..SendRequest::test(of, user, content.into(), channels, made.expires_at)
    })
}

pub(super) fn count(purpose: LinkPurpose, event: &str) {
    let counter = &metrics().magic_links_total;
    counter.with_label_values(&[purpose.name(), event]).inc();
}
