//! What was published.

use campanile_app::templates;
use campanile_domain::{NotificationType, TenantId};
use campanile_storage::Storage;
use comfy_table::Table;

use super::explained;
use super::json::VersionsJson;
use crate::cli::Format;
use crate::wiring::print;

pub(super) async fn versions(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
    limit: u32,
    format: Format,
) -> anyhow::Result<()> {
    let page = templates::versions(storage, tenant, of, None, limit).await;
    let page = page.map_err(explained)?;
    if let Format::Json = format {
        print::line(serde_json::to_string(&VersionsJson::from(page))?);
        return Ok(());
    }
    let mut table = Table::new();
    table.set_header(["version", "state", "made", "by", "comment"]);
    for shown in page.versions {
        let head = shown.head;
        table.add_row([
            head.version.to_string(),
            shown.state.name().to_owned(),
            head.made_at.format("%Y-%m-%d %H:%M:%SZ").to_string(),
            head.made_by,
            head.comment.unwrap_or_default(),
        ]);
    }
    print::line(table);
    Ok(())
}
