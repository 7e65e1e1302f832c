//! What a tenant's editors have published.

mod in_use;
mod schemas;
mod version;
mod versions;

pub(crate) use in_use::InUse;
pub(crate) use schemas::Schemas;
pub(crate) use version::{Rendered, Version, kind};
pub(crate) use versions::Versions;
