//! `campanile suppression list`

use campanile_app::suppressions::next_cursor;
use campanile_domain::{Channel, NotificationType, Suppression, SuppressionKey, TenantId};
use campanile_storage::{Storage, SuppressionFilter};
use serde_json::{Value, json};

use crate::cli::Format;
use crate::wiring::table::Columns;
use crate::wiring::{channels, print};

/// Prints a page.
pub(super) async fn run(
    storage: &dyn Storage,
    tenant: &TenantId,
    channel: Option<Channel>,
    after: Option<SuppressionKey>,
    limit: u32,
    format: Format,
) -> anyhow::Result<()> {
    if let Some(channel) = channel {
        channels::known("--channel", channel)?;
    }
    let filter = SuppressionFilter {
        channel,
        address: None,
    };
    let page = storage.suppressions(tenant, &filter, after.as_ref(), limit);
    let page = page.await?;
    let cursor = next_cursor(&page);
    if format == Format::Json {
        // The names are the API's, for scripts that read both; `tests/it/same_json.rs` compares them.
        let items: Vec<_> = page.items.iter().map(item).collect();
        print::line(json!({"suppressions": items, "next_cursor": cursor}));
        return Ok(());
    }
    let mut table = Columns::new(
        &["address", "reason", "source", "type", "since", "channel"],
        2,
    );
    for one in &page.items {
        let of = one.key.notification_type.as_ref();
        table.row([
            one.key.address.as_str().to_owned(),
            one.reason.name().to_owned(),
            one.source.name().to_owned(),
            of.map_or("-", NotificationType::as_str).to_owned(),
            one.since.format("%Y-%m-%d %H:%MZ").to_string(),
            one.key.channel.name().to_owned(),
        ]);
    }
    table.print(false);
    if let Some(cursor) = cursor {
        print::line(format_args!("continue with --cursor {cursor}"));
    }
    Ok(())
}

fn item(one: &Suppression) -> Value {
    json!({
        "channel": one.key.channel,
        "address": one.key.address.as_str(),
        "notification_type": one.key.notification_type,
        "reason": one.reason.name(),
        "source": one.source.name(),
        "since": one.since,
    })
}
