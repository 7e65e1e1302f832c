//! Templates: drafts that a tenant's editors work on, versions that they publish, the brand and schemas.

mod announce;
mod brand;
mod check;
mod drafts;
mod error;
mod limits;
mod preview;
mod publish;
mod request_body;
mod schema;
mod test;
mod variants;
mod versions;
mod workshop;

pub use announce::Announcer;
pub use brand::save_brand;
pub use drafts::{draft, remove_draft, save_draft};
pub use error::TemplateError;
pub use preview::{
    Preview, PreviewBody, PreviewRequest, PreviewWarning, preview, preview_sources, read_preview,
};
pub use publish::{PublishRequest, RollBackRequest, publish, retire, roll_back, unschedule};
pub use request_body::{
    BrandBody, DraftBody, PublishBody, RollBackBody, TypeBody, read_brand, read_draft,
    read_publication, read_roll_back, read_type,
};
pub use schema::{remove_schema, save_schema, type_of};
pub use test::{TemplateTest, TemplateTestBody, read_test, record_test};
pub use variants::{
    PromoteBody, PromoteRequest, ShownTrial, VariantBody, VariantRequest, promote, read_promotion,
    read_variant, remove_variant, results, save_variant, variants,
};
pub use versions::{Side, VersionPage, sides, version, versions};

use campanile_domain::{Act, AuditAction, TenantId};
use campanile_pipeline::AuditEntry;
use chrono::{DateTime, Utc};

/// Who changes something, and when.
#[derive(Debug, Clone, Copy)]
pub struct Editor<'a> {
    act: &'a Act,
    name: &'a str,
    now: DateTime<Utc>,
}

impl<'a> Editor<'a> {
    /// The actor of an act: the subject of a token, or what is given at the command line.
    pub fn new(act: &'a Act) -> Self {
        Self {
            act,
            name: &act.actor.subject,
            now: act.at,
        }
    }

    /// The row of the audit log.
    fn entry(self, tenant: &TenantId, action: AuditAction, target: String) -> AuditEntry {
        AuditEntry::new(tenant, self.act, action, target)
    }
}
