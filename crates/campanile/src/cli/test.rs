//! Options of `test`.

use campanile_domain::{Channel, Level, TenantId, UserId};
use clap::Args;

use super::{DataDirOptions, Format, tenant};

/// Options of `test`.
#[derive(Debug, Args)]
pub(crate) struct TestOptions {
    /// The channels to test.
    #[arg(long, required = true, value_delimiter = ',', value_name = "CHANNEL,…", value_parser = super::channel)]
    pub(crate) channels: Vec<Channel>,
    /// The user to send the test to.
    #[arg(long, value_name = "ID", value_parser = user)]
    pub(crate) user: UserId,
    /// The text of the notification.
    #[arg(long, default_value = "A test from the command line")]
    pub(crate) message: String,
    /// The severity: debug, info, warning, error or critical.
    #[arg(long, default_value = "info", value_parser = level)]
    pub(crate) level: Level,
    /// The URL of the API.
    #[arg(long, default_value = "http://127.0.0.1:8080", value_parser = url)]
    pub(crate) url: String,
    /// A token with the scope notifications:send (default: sign one, as `campanile token` does).
    #[arg(long)]
    pub(crate) token: Option<String>,
    /// The tenant of the signed token.
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

pub(super) fn url(text: &str) -> Result<String, &'static str> {
    let is_one = ["http://", "https://"].iter().any(|scheme| {
        let rest = text.strip_prefix(scheme);
        rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    });
    is_one
        .then(|| text.to_owned())
        .ok_or("expected a URL such as http://127.0.0.1:8080")
}

pub(super) fn user(id: &str) -> Result<UserId, campanile_domain::InvalidName> {
    UserId::parse(id)
}

fn level(name: &str) -> Result<Level, campanile_domain::InvalidName> {
    name.parse()
}
