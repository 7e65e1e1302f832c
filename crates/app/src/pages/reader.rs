//! Who reads a page: in which language, and in whose brand.

use campanile_domain::{Brand, TenantId, UserId};
use campanile_storage::{Storage, StorageError};
use campanile_templates::{Language, locale_chain};

/// What a page needs to know of its reader.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pub(crate) language: Language,
    pub(crate) brand: Brand,
    /// The zone in which the user lives, if it is known.
    pub(crate) timezone: Option<String>,
}

impl Reader {
    /// Whose page is unknown is in English and in no brand.
    pub(crate) fn unknown() -> Self {
        Self {
            language: Language::English,
            brand: Brand::default(),
            timezone: None,
        }
    }

    /// # Errors
    /// [`StorageError`].
    pub(crate) async fn of(
        storage: &dyn Storage,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Self, StorageError> {
        let brand = storage.brand(tenant).await?;
        let user = storage.user(tenant, user).await?;
        let tenant = storage.tenant(tenant).await?;
        let of_tenant = tenant.and_then(|tenant| tenant.locale);
        let of_user = user.as_ref().and_then(|user| user.locale.as_deref());
        let chain = locale_chain(None, of_user, of_tenant.as_deref());
        Ok(Self {
            language: Language::of_chain(chain.iter().map(String::as_str)),
            brand: brand.map(|stored| stored.brand).unwrap_or_default(),
            timezone: user.and_then(|user| user.timezone),
        })
    }
}
