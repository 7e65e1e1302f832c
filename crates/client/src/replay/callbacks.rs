//! The callbacks for spooled calls that are refused or expired.

use super::{Expired, Rejected};

/// Takes what came to nothing.
pub(crate) type Callback<T> = Box<dyn Fn(T) + Send + Sync>;

/// The caller's own, where there are any.
#[derive(Default)]
pub(crate) struct Callbacks {
    pub(crate) on_rejected: Option<Callback<Rejected>>,
    pub(crate) on_expired: Option<Callback<Expired>>,
}
