//! Options of `listen`.

use campanile_domain::{NotificationType, TenantId, UserId};
use clap::{Args, ValueEnum};
use reqwest::Url;
use uuid::Uuid;

use super::test::{url, user};
use super::{DataDirOptions, tenant};

/// Options of `listen`.
#[derive(Debug, Args)]
pub(crate) struct ListenOptions {
    /// The user whose inbox to follow.
    #[arg(long, value_name = "ID", value_parser = user)]
    pub(crate) user: UserId,
    /// Only notifications of these types.
    #[arg(long, value_delimiter = ',', value_name = "TYPE,…", value_parser = notification_type)]
    pub(crate) types: Vec<NotificationType>,
    /// The id of the last notification that you have; what came after it is printed first.
    #[arg(long, value_name = "ID")]
    pub(crate) since: Option<Uuid>,
    /// POST each event as JSON to this address, and print its answer.
    #[arg(long, value_name = "URL", value_parser = address)]
    pub(crate) forward: Option<Url>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = EventFormat::Text)]
    pub(crate) format: EventFormat,
    /// The URL of the API.
    #[arg(long, default_value = "http://127.0.0.1:8080", value_parser = url)]
    pub(crate) url: String,
    /// A token with the scope inbox (default: sign one, as `campanile token` does).
    #[arg(long)]
    pub(crate) token: Option<String>,
    /// The tenant of the signed token.
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// Output format of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EventFormat {
    /// One readable line per event.
    Text,
    /// One JSON object per line and event: `event`, `id` and `data`.
    Json,
}

fn notification_type(name: &str) -> Result<NotificationType, campanile_domain::InvalidName> {
    NotificationType::parse(name)
}

fn address(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).ok();
    url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or("expected a URL such as http://localhost:3000/hook")
}
