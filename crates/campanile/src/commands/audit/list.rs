//! `campanile audit list`

use campanile_app::audit::encode_cursor;
use campanile_domain::TenantId;
use campanile_storage::{AuditFilter, AuditPage, Storage};

use super::entry_json::PageJson;
use crate::cli::{AuditListOptions, Format};
use crate::wiring::print;
use crate::wiring::table::Columns;

/// Prints a page.
pub(super) async fn run(
    storage: &dyn Storage,
    tenant: &TenantId,
    options: AuditListOptions,
) -> anyhow::Result<()> {
    let filter = AuditFilter {
        actor: options.actor,
        action: options.action,
        target: options.target,
        from: options.from,
        to: options.to,
    };
    let page = storage.audit_page(tenant, &filter, options.cursor, options.limit);
    let page = page.await?;
    match options.format {
        Format::Json => print::line(serde_json::to_string(&PageJson::from(page))?),
        Format::Table => table(&page, options.wide),
    }
    Ok(())
}

fn table(page: &AuditPage, wide: bool) {
    let head = [
        "at", "actor", "action", "target", "address", "after", "before", "id",
    ];
    let mut table = Columns::new(&head, 4);
    for row in &page.rows {
        table.row([
            row.at.format("%Y-%m-%d %H:%M:%SZ").to_string(),
            plain(&row.actor),
            row.action.clone(),
            plain(&row.target),
            row.address.clone().unwrap_or_else(|| "-".to_owned()),
            plain(row.after.as_deref().unwrap_or("-")),
            plain(row.before.as_deref().unwrap_or("-")),
            row.id.to_string(),
        ]);
    }
    table.print(wide);
    if let Some(before) = page.next {
        let cursor = encode_cursor(before);
        print::line(format_args!("continue with --cursor {cursor}"));
    }
}

/// The name of an actor may hold what would move a terminal's cursor.
fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}
