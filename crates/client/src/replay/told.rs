//! The callbacks for spooled calls that are refused or expired.

use super::{Expired, Rejected};

/// Takes what came to nothing.
pub(crate) type Tell<T> = Box<dyn Fn(T) + Send + Sync>;

/// The caller's own, where there are any.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) on_rejected: Option<Tell<Rejected>>,
    pub(crate) on_expired: Option<Tell<Expired>>,
}
