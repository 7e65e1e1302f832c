//! The keys of tenants, and links that are made and read with them.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Clock, DeliveryId, NotificationId, ReactionKind, TenantId};
use campanile_sealing::{DataKey, SealError};
use campanile_storage::{Storage, StorageError};
use moka::sync::Cache;
use secrecy::{ExposeSecret, SecretSlice};

use crate::mail::{self, MailLink, MailLinks};
use crate::token::Token;
use crate::{MagicLink, PageSession, PublicUrl, Unsubscribe, stamp, token};

/// For so long a key is remembered: links of a tenant whose key was forgotten are void after that.
const KNOWN: Duration = Duration::from_secs(60);
/// Keys that are remembered at a time.
const CAPACITY: u64 = 10_000;
/// What is sealed is of no other use.
const UNSUBSCRIBE: &str = "link/unsubscribe";
const MAGIC: &str = "link/magic";
const SESSION: &str = "link/session";
pub(crate) const MADE_HERE: &str = "link/made-here";
/// The tenant that every installation has: its key shows which tokens the installation has made.
const INSTALLATION: &str = "default";

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

    /// Where people reach the API, if that is known.
    pub fn public_url(&self) -> Option<&PublicUrl> {
        self.public_url.as_deref()
    }

    /// Whether links can be made.
    pub fn has_public_url(&self) -> bool {
        self.public_url.is_some()
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
        let token = self
            .token(&what.tenant, UNSUBSCRIBE, what.plain().as_bytes())
            .await?;
        Ok(Some(url.of(&format!("/unsubscribe/{token}"))))
    }

    /// The address of a link that works once; `None` without a public address.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn magic_url(&self, what: &MagicLink) -> Result<Option<String>, LinkError> {
        let Some(url) = &self.public_url else {
            return Ok(None);
        };
        let plain = what.plain();
        let token = self.token(&what.tenant, MAGIC, plain.as_bytes()).await?;
        Ok(Some(url.of(&format!("/auth/magic?token={token}"))))
    }

    /// What a link allows, whether it was used or not; `None` if it was not made here.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn open_magic(&self, token: &str) -> Result<Option<MagicLink>, LinkError> {
        let plain = self.open(token, token::MOST_CHARS, MAGIC).await?;
        Ok(plain.and_then(|(tenant, plain)| MagicLink::of(tenant, plain.expose_secret())))
    }

    /// The token of a page that a link has opened.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn session_token(&self, what: &PageSession) -> Result<String, LinkError> {
        self.token(&what.link.tenant, SESSION, &what.plain()).await
    }

    /// The page of a token; `None` if it was not made here.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn open_session(&self, token: &str) -> Result<Option<PageSession>, LinkError> {
        let plain = self.open(token, token::MOST_CHARS, SESSION).await?;
        Ok(plain.and_then(|(tenant, plain)| PageSession::of(tenant, plain.expose_secret())))
    }

    async fn token(
        &self,
        tenant: &TenantId,
        purpose: &str,
        plain: &[u8],
    ) -> Result<String, LinkError> {
        let sealed = self.key_or_new(tenant).await?.seal(purpose, plain)?;
        let own = self.own_key().await?;
        Ok(token::write(tenant, &sealed, |signed| {
            own.mac(MADE_HERE, signed)
        }))
    }

    /// A token that was made here. Nothing is looked up for a name that a forged one says.
    async fn made_here(&self, token: &str, most: usize) -> Result<Option<Token>, LinkError> {
        let Some(token) = token::read(token, most) else {
            return Ok(None);
        };
        let own = self.own_key().await?;
        Ok(own
            .is_mac(MADE_HERE, &token.signed, &token.mac)
            .then_some(token))
    }

    /// The stamp of a mail, by which reports about it are recognised.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn stamp(
        &self,
        tenant: &TenantId,
        delivery: DeliveryId,
    ) -> Result<String, LinkError> {
        Ok(stamp::write(&*self.key_or_new(tenant).await?, delivery))
    }

    /// The delivery whose stamp this is; `None` if it is none of the tenant's.
    ///
    /// # Errors
    /// [`LinkError::Storage`].
    pub async fn stamped(
        &self,
        tenant: &TenantId,
        stamp: &str,
    ) -> Result<Option<DeliveryId>, LinkError> {
        let key = self.key(tenant).await?;
        Ok(key.and_then(|key| stamp::read(&key, stamp)))
    }

    /// What a token allows; `None` if it was not made here, or its tenant's key is gone.
    ///
    /// # Errors
    /// [`LinkError`].
    pub async fn open_unsubscribe(&self, token: &str) -> Result<Option<Unsubscribe>, LinkError> {
        let plain = self.open(token, token::MOST_CHARS, UNSUBSCRIBE).await?;
        Ok(plain.and_then(|(tenant, plain)| Unsubscribe::of(tenant, plain.expose_secret())))
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
            own: self.own_key().await?,
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

    /// What was sealed for a purpose, and whose it is.
    async fn open(
        &self,
        token: &str,
        most: usize,
        purpose: &str,
    ) -> Result<Option<(TenantId, SecretSlice<u8>)>, LinkError> {
        let Some(Token { tenant, sealed, .. }) = self.made_here(token, most).await? else {
            return Ok(None);
        };
        let Some(key) = self.key(&tenant).await? else {
            return Ok(None);
        };
        let opened = key.open(purpose, &sealed).ok();
        Ok(opened.map(|plain| (tenant, plain)))
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

    async fn own_key(&self) -> Result<Arc<DataKey>, LinkError> {
        let installation = TenantId::parse(INSTALLATION).expect("a valid name");
        self.key_or_new(&installation).await
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
