//! What users and tenants choose, and what becomes of deliveries by it.

mod changes;
mod play;
mod quiet_hours;
mod switches;

pub use changes::*;
pub(crate) use play::{device, night, plan};
pub use quiet_hours::*;
pub use switches::*;
