//! `campanile export|import`: a tenant is moved from one database to another.

mod export;
mod import;
mod show;

pub(crate) use export::run as export;
pub(crate) use import::run as import;

/// The release in files.
const RELEASE: &str = env!("CARGO_PKG_VERSION");
