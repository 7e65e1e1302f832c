//! `campanile user erase`

use campanile_domain::{TenantId, UserId};
use http::Method;

use super::path::encoded;
use crate::cli::Format;
use crate::wiring::operator_api::OperatorApi;
use crate::wiring::print;
use crate::wiring::table::Columns;

/// Erases a user and prints the receipt.
pub(super) async fn run(
    api: &OperatorApi,
    tenant: &TenantId,
    user: &UserId,
    format: Format,
) -> anyhow::Result<()> {
    let path = format!("/api/v1/users/{}", encoded(user.as_str()));
    let receipt = api.call(Method::DELETE, &path, Some(tenant), None).await?;
    if format == Format::Json {
        print::line(receipt);
        return Ok(());
    }
    let text = |name: &str| receipt[name].as_str().unwrap_or("-").to_owned();
    print::line(format_args!(
        "erased at {}, receipt {}, request {}",
        text("erased_at"),
        text("receipt"),
        text("request_id")
    ));
    let mut table = Columns::new(&["kind", "removed"], 1);
    for (kind, removed) in receipt["erased"].as_object().into_iter().flatten() {
        table.row([kind.replace('_', " "), removed.to_string()]);
    }
    table.print(false);
    Ok(())
}
