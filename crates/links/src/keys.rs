//! The keys of tenants, and links that are made and read with them.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Clock, DeliveryId, NotificationId, ReactionKind, TenantId};
use campanile_sealing::{DataKey, SealError};
use campanile_storage::{Storage, StorageError};
use moka::sync::Cache;
use secrecy::{ExposeSecret, SecretSlice};

use crate::mail::{self, MailLink, MailLinks};
use crate::{PublicUrl, Unsubscribe, token};

/// For so long a key is remembered: links of a tenant whose key was forgotten are void after that.
const KNOWN: Duration = Duration::from_secs(60);
/// Keys that are remembered at a time.
const CAPACITY: u64 = 10_000;
/// What is sealed is of no other use.
const UNSUBSCRIBE: &str = "link/unsubscribe";

/// Why a link cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The database does not answer, or refuses.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The tenant's key does not work.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Makes and reads links; cheap to clone.
#[derive(Clone)]
pub struct Links {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    public_url: Option<Arc<PublicUrl>>,
    keys: Cache<TenantId, Arc<DataKey>>,
}

impl Links {
    /// Without a public address links are read, but none are made.
    pub fn new(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        public_url: Option<PublicUrl>,
    ) -> Self {
        let keys = Cache::builder().max_capacity(CAPACITY);
        Self {
            storage,
            clock,
            public_url: public_url.map(Arc::new),
            keys: keys.time_to_live(KNOWN).build(),
        }
    }

    /// Whether mails can have links to this service: those to unsubscribe by one click, and those that are counted.
    pub fn can_be_made(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.is_secure())
    }

    /// The address that unsubscribes by one click; `None` without a public https address.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn unsubscribe_url(&self, what: &Unsubscribe) -> Result<Option<String>, LinkError> {
        let Some(url) = self.public_url.as_ref().filter(|url| url.is_secure()) else {
            return Ok(None);
        };
        let key = self.key_or_new(&what.tenant).await?;
        let sealed = key.seal(UNSUBSCRIBE, what.plain().as_bytes())?;
        let token = token::write(&what.tenant, &sealed);
        Ok(Some(url.of(&format!("/unsubscribe/{token}"))))
    }

    /// Whose a token says it is, before it is opened; `None` for a text that was never one.
    pub fn tenant_of(token: &str) -> Option<TenantId> {
        token::read(token, token::MOST_OF_MAIL).map(|(tenant, _)| tenant)
    }

    /// What a token allows; `None` if it was not made here, or its tenant's key is gone.
    ///
    /// # Errors
    /// [`LinkError::Storage`].
    pub async fn open_unsubscribe(&self, token: &str) -> Result<Option<Unsubscribe>, LinkError> {
        let opened = self.open(token, token::MOST_TO_UNSUBSCRIBE, UNSUBSCRIBE);
        let opened = opened.await?;
        Ok(opened.and_then(|(tenant, plain)| Unsubscribe::of(tenant, plain.expose_secret())))
    }

    /// What makes the links of a mail; `None` without a public https address.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn of_mail(
        &self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
    ) -> Result<Option<MailLinks>, LinkError> {
        let Some(url) = self.public_url.as_ref().filter(|url| url.is_secure()) else {
            return Ok(None);
        };
        Ok(Some(MailLinks {
            key: self.key_or_new(tenant).await?,
            public_url: Arc::clone(url),
            of: MailLink {
                tenant: tenant.clone(),
                notification,
                delivery,
                made_at: self.clock.now(),
                target: None,
            },
        }))
    }

    /// What a token in a mail is about; `None` if it was not made here for this, or its tenant's key is gone.
    ///
    /// # Errors
    /// [`LinkError::Storage`].
    pub async fn open_of_mail(
        &self,
        kind: ReactionKind,
        token: &str,
    ) -> Result<Option<MailLink>, LinkError> {
        let opened = self.open(token, token::MOST_OF_MAIL, mail::purpose(kind));
        let opened = opened.await?;
        Ok(opened.and_then(|(tenant, plain)| MailLink::of(kind, tenant, plain.expose_secret())))
    }

    async fn open(
        &self,
        token: &str,
        most: usize,
        purpose: &str,
    ) -> Result<Option<(TenantId, SecretSlice<u8>)>, LinkError> {
        let Some((tenant, sealed)) = token::read(token, most) else {
            return Ok(None);
        };
        let Some(key) = self.key(&tenant).await? else {
            return Ok(None);
        };
        let plain = key.open(purpose, &sealed).ok();
        Ok(plain.map(|plain| (tenant, plain)))
    }

    async fn key(&self, tenant: &TenantId) -> Result<Option<Arc<DataKey>>, LinkError> {
        if let Some(known) = self.keys.get(tenant) {
            return Ok(Some(known));
        }
        // That there is none is not remembered: a worker may make one at any time.
        let Some(bytes) = self.storage.link_key(tenant).await? else {
            return Ok(None);
        };
        let key = Arc::new(DataKey::of_links(tenant, &bytes));
        self.keys.insert(tenant.clone(), Arc::clone(&key));
        Ok(Some(key))
    }

    async fn key_or_new(&self, tenant: &TenantId) -> Result<Arc<DataKey>, LinkError> {
        if let Some(key) = self.key(tenant).await? {
            return Ok(key);
        }
        let new = DataKey::random_bytes()?;
        // Of several processes at once, one stores the key that all use.
        let bytes = self.storage.put_link_key(tenant, &new, self.clock.now());
        let key = Arc::new(DataKey::of_links(tenant, &bytes.await?));
        self.keys.insert(tenant.clone(), Arc::clone(&key));
        Ok(key)
    }
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Links")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}
