//! What a tenant's editors have published.

mod asks;
mod compiled;
mod in_use;
mod schemas;
mod shared;
mod version;
mod versions;

pub(crate) use asks::Asks;
pub(crate) use in_use::{InUse, TypeKey};
pub(crate) use schemas::Schemas;
pub(crate) use version::{ForReader, Rendered, Version, kind};
pub(crate) use versions::Versions;
