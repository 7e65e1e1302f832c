//! The dispatches whose messages this process has not acknowledged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use campanile_domain::{DispatchId, TenantId};

use crate::worker::HeldMessage;

/// The dispatches that this worker holds, and those whose rows may still name it as their holder.
#[derive(Default)]
pub(crate) struct InHand {
    messages: Mutex<HashMap<DispatchId, (TenantId, Weak<HeldMessage>)>>,
    let_go: Mutex<Vec<(TenantId, DispatchId)>>,
}

impl InHand {
    /// Begins to hold a dispatch; returns the message that holds it already, if there is one.
    pub(crate) fn take(&self, message: &Arc<HeldMessage>) -> Option<Arc<HeldMessage>> {
        let mut messages = self.messages();
        if let Some((_, there)) = messages.get(&message.dispatch)
            && let Some(there) = there.upgrade()
        {
            return Some(there);
        }
        let entry = (message.tenant.clone(), Arc::downgrade(message));
        messages.insert(message.dispatch, entry);
        None
    }

    /// Unless another message of the same dispatch has taken its place.
    pub(crate) fn release(&self, message: &HeldMessage) {
        let mut messages = self.messages();
        let there = messages.get(&message.dispatch);
        if there.is_some_and(|(_, there)| std::ptr::eq(there.as_ptr(), message)) {
            messages.remove(&message.dispatch);
        }
    }

    /// Its row may have this worker's name although the message goes to another worker.
    pub(crate) fn no_longer_held(&self, message: &HeldMessage) {
        self.waiting()
            .push((message.tenant.clone(), message.dispatch));
    }

    /// The dispatches that this worker holds now.
    pub(crate) fn list(&self) -> Vec<(TenantId, DispatchId)> {
        self.messages()
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

    fn messages(&self) -> MutexGuard<'_, HashMap<DispatchId, (TenantId, Weak<HeldMessage>)>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<(TenantId, DispatchId)>> {
        self.let_go.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
