//! What both commands print.

use std::time::Duration;

use campanile_app::moving::TableTotal;
use campanile_domain::TenantId;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use uuid::Uuid;

use crate::cli::Format;
use crate::wiring::print;
use crate::wiring::table::Columns;

/// A progress bar on a terminal.
pub(super) fn bar(template: &'static str, length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template(template).expect("a valid template");
    let bar = ProgressBar::new(length).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// The tables of a file.
pub(super) fn totals(format: Format, tenant: &TenantId, file: Uuid, totals: &[TableTotal]) {
    match format {
        Format::Json => print::line(json!({"tenant": tenant, "file": file, "tables": totals})),
        Format::Table => {
            let mut table = Columns::new(&["table", "rows", "sum"], 1);
            for total in totals {
                table.row([
                    total.table.clone(),
                    total.rows.to_string(),
                    total.sum.clone(),
                ]);
            }
            table.print(false);
        }
    }
}
