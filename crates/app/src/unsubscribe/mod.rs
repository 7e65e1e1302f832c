//! Unsubscribing by a link in a mail: the page that asks, and the change.

mod page;
mod words;

use campanile_domain::Clock;
use campanile_links::Unsubscribe;
use campanile_storage::{Storage, StorageError};
use campanile_telemetry::metrics;

use crate::pages::{Page, Reader};

use self::page::Mandatory;
pub use self::page::{PageState, invalid_page};

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
    let reader = Reader::of(storage, &link.tenant, &link.user).await?;
    let set = storage.tenant_preferences(&link.tenant).await?;
    let mandatory = Mandatory {
        this: set.mandatory_types.contains(&link.notification_type),
        any: !set.mandatory_types.is_empty(),
    };
    let of = &link.notification_type;
    Ok(page::page(reader, of, state, mandatory))
}
