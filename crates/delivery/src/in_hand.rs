//! The dispatches whose messages this process has not acknowledged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use campanile_domain::{DispatchId, TenantId};

use crate::worker::Bundle;

/// What is in hand, and what was and may still bear our name as its holder.
#[derive(Default)]
pub(crate) struct InHand {
    bundles: Mutex<HashMap<DispatchId, (TenantId, Weak<Bundle>)>>,
    let_go: Mutex<Vec<(TenantId, DispatchId)>>,
}

impl InHand {
    /// Takes a dispatch in hand; gives what is there already, if it is.
    pub(crate) fn take(&self, bundle: &Arc<Bundle>) -> Option<Arc<Bundle>> {
        let mut bundles = self.bundles();
        if let Some((_, there)) = bundles.get(&bundle.dispatch)
            && let Some(there) = there.upgrade()
        {
            return Some(there);
        }
        let entry = (bundle.tenant.clone(), Arc::downgrade(bundle));
        bundles.insert(bundle.dispatch, entry);
        None
    }

    /// Unless another bundle of the same dispatch has taken its place.
    pub(crate) fn release(&self, bundle: &Bundle) {
        let mut bundles = self.bundles();
        let there = bundles.get(&bundle.dispatch);
        if there.is_some_and(|(_, there)| std::ptr::eq(there.as_ptr(), bundle)) {
            bundles.remove(&bundle.dispatch);
        }
    }

    /// Its row may have this worker's name although the message goes to another worker.
    pub(crate) fn no_longer_held(&self, bundle: &Bundle) {
        self.waiting()
            .push((bundle.tenant.clone(), bundle.dispatch));
    }

    /// What is in hand now.
    pub(crate) fn list(&self) -> Vec<(TenantId, DispatchId)> {
        self.bundles()
            .iter()
            .map(|(id, (tenant, _))| (tenant.clone(), *id))
            .collect()
    }

    /// What is to be let go of in the rows; asked for once.
    pub(crate) fn take_let_go(&self) -> Vec<(TenantId, DispatchId)> {
        std::mem::take(&mut *self.waiting())
    }

    /// It could not be done; it is to be asked for again.
    pub(crate) fn put_back(&self, let_go: Vec<(TenantId, DispatchId)>) {
        self.waiting().extend(let_go);
    }

    fn bundles(&self) -> MutexGuard<'_, HashMap<DispatchId, (TenantId, Weak<Bundle>)>> {
        self.bundles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<(TenantId, DispatchId)>> {
        self.let_go.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
