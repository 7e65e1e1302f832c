//! `campanile dlq list`

use std::fmt::Display;

use campanile_app::dead_letters::next_cursor;
use campanile_domain::TenantId;
use campanile_storage::{DeadLetterPage, Storage};

use super::choose::filter;
use super::page_json::PageJson;
use crate::cli::{Format, ListOptions};
use crate::wiring::print;
use crate::wiring::table::Columns;

/// Prints a page.
pub(super) async fn run(
    storage: &dyn Storage,
    tenant: &TenantId,
    options: ListOptions,
) -> anyhow::Result<()> {
    let filter = filter(options.filters);
    let page = storage
        .dead_letters(tenant, &filter, options.cursor, options.limit)
        .await?;
    match options.format {
        Format::Json => {
            print::line(serde_json::to_string(&PageJson::from(page))?);
        }
        Format::Table => table(&page, options.wide),
    }
    Ok(())
}

fn table(page: &DeadLetterPage, wide: bool) {
    let mut table = Columns::new(
        &[
            "id",
            "channel",
            "code",
            "died",
            "attempts",
            "user",
            "detail",
            "notification",
        ],
        4,
    );
    for letter in &page.items {
        table.row([
            letter.id.to_string(),
            or_dash(letter.channel.as_ref()),
            plain(&letter.code),
            letter.died_at.format("%Y-%m-%d %H:%MZ").to_string(),
            letter.attempts.to_string(),
            or_dash(letter.user_id.as_ref()),
            plain(&letter.detail),
            or_dash(letter.notification_id.as_ref()),
        ]);
    }
    table.print(wide);
    let (shown, total) = (page.items.len(), page.total);
    match next_cursor(page) {
        Some(cursor) => print::line(format_args!(
            "{shown} of {total}; continue with --cursor {cursor}"
        )),
        None => print::line(format_args!("{shown} of {total}")),
    }
}

/// An unreadable message has no notification, no user and perhaps no channel.
fn or_dash(value: Option<&impl Display>) -> String {
    value.map_or_else(|| "-".to_owned(), ToString::to_string)
}

/// A provider's words may hold what would move a terminal's cursor.
fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}
