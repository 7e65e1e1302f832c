//! Options of `campanile token`.

use campanile_domain::TenantId;
use clap::Args;

use super::{DataDirOptions, tenant};

/// Options of `token`.
#[derive(Debug, Args)]
pub(crate) struct TokenOptions {
    /// The tenant of the token.
    #[arg(long, value_parser = tenant)]
    pub(crate) tenant: TenantId,
    /// The subject: a user id for the scope `inbox`, any name for a service.
    #[arg(long)]
    pub(crate) sub: String,
    /// The scopes, separated by spaces: notifications:send, inbox, admin, platform, or a role: viewer, editor, operator.
    #[arg(long)]
    pub(crate) scope: String,
    /// The lifetime, at most a year.
    #[arg(long, default_value = "1h", value_parser = ttl)]
    pub(crate) ttl: std::time::Duration,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// A token cannot be revoked, so its lifetime is limited.
fn ttl(text: &str) -> Result<std::time::Duration, String> {
    const YEAR: std::time::Duration = std::time::Duration::from_secs(366 * 24 * 60 * 60);
    let ttl = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if ttl.is_zero() || ttl > YEAR {
        return Err("expected a duration of at most a year, e.g. 1h or 30d".into());
    }
    Ok(ttl)
}
