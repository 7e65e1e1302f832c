//! Other processes look at the current versions again when one has changed, and at who may call.

use std::sync::Arc;

use campanile_cache::{Bus, Wake};

/// Announces that a tenant's current versions or schemas have changed, or who may call; cheap to clone.
#[derive(Clone)]
pub struct Announcer(Option<Arc<dyn Bus>>);

impl Announcer {
    /// Announces over a bus: processes use the new version at once.
    pub fn new(bus: Arc<dyn Bus>) -> Self {
        Self(Some(bus))
    }

    /// Announces nothing: processes use the new version within five seconds.
    pub const fn silent() -> Self {
        Self(None)
    }

    /// Announces. It cannot fail; what is lost is found within five seconds.
    pub(crate) fn changed(&self) {
        if let Some(bus) = &self.0 {
            bus.wake(Wake::Templates);
        }
    }

    /// Announces that a key has ended or a tenant has changed. It cannot fail; what is lost is found within five seconds.
    pub(crate) fn access_changed(&self) {
        if let Some(bus) = &self.0 {
            bus.wake(Wake::Access);
        }
    }
}
