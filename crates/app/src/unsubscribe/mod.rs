//! Unsubscribing by a link in a mail: the page that asks, and the change.

mod page;
mod words;

use campanile_domain::{Clock, TenantId, UserId};
use campanile_links::Unsubscribe;
use campanile_storage::{Storage, StorageError};
use campanile_telemetry::metrics;
use campanile_templates::{Language, locale_chain};

pub use page::{Page, PageState};

/// Switches the mails off that a link is about, or all mails of its user.
///
/// # Errors
/// [`StorageError`]; nothing is changed.
pub async fn unsubscribe(
    storage: &dyn Storage,
    clock: &dyn Clock,
    link: &Unsubscribe,
    from_all: bool,
) -> Result<(), StorageError> {
    let of = (!from_all).then_some(&link.notification_type);
    let (tenant, user) = (&link.tenant, &link.user);
    campanile_pipeline::unsubscribe(storage, tenant, user, of, clock.now()).await?;
    let scope = if from_all { "all" } else { "type" };
    let counter = &metrics().unsubscribes_total;
    counter.with_label_values(&[scope]).inc();
    Ok(())
}

/// The page of a link, in the language of its user and in the tenant's brand.
///
/// # Errors
/// [`StorageError`].
pub async fn page(
    storage: &dyn Storage,
    link: &Unsubscribe,
    state: PageState,
) -> Result<Page, StorageError> {
    let brand = storage.brand(&link.tenant).await?;
    let language = language(storage, &link.tenant, &link.user).await?;
    let of = link.notification_type.clone();
    Ok(Page::new(
        language,
        brand.map(|stored| stored.brand),
        of,
        state,
    ))
}

async fn language(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
) -> Result<Language, StorageError> {
    let user = storage.user(tenant, user).await?;
    let tenant = storage.tenant(tenant).await?;
    let of_user = user.and_then(|user| user.locale);
    let of_tenant = tenant.and_then(|tenant| tenant.locale);
    let chain = locale_chain(None, of_user.as_deref(), of_tenant.as_deref());
    Ok(Language::of_chain(chain.iter().map(String::as_str)))
}
