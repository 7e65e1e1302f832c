//! Addresses to which programs send that speak another protocol than ours: Apprise, ntfy, Alertmanager, Grafana, and
//! webhooks of any shape.

mod address;
mod key;
mod kind;
mod mapping;

pub use address::{IngestAddress, IngestGroup, IngestSettings, IngestTarget};
pub use key::{IngestKey, InvalidIngestKey};
pub use kind::IngestKind;
pub use mapping::IngestMapping;
