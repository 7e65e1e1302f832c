//! Options of `campanile tenant`.

use campanile_domain::{Rate, TenantId};
use clap::{Args, Subcommand};

use super::{Format, PreferencesAction, ReachOptions, examples, tenant};

/// Options of `tenant`.
#[derive(Debug, Args)]
pub(crate) struct TenantOptions {
    #[command(subcommand)]
    pub(crate) action: TenantAction,
    #[command(flatten)]
    pub(crate) reach: ReachOptions,
}

/// Actions on tenants.
#[derive(Debug, Subcommand)]
pub(crate) enum TenantAction {
    /// Create a tenant.
    #[command(after_help = examples::TENANT_CREATE)]
    Create {
        /// The name: 1 to 63 characters of a-z, 0-9 and -.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// The retry schedule, e.g. `5s,30s,2m` (default: seven steps up to 12 h).
        #[arg(long, value_delimiter = ',', value_parser = humantime::parse_duration)]
        retry_ladder: Vec<std::time::Duration>,
    },
    /// Change a tenant's retry schedule, link schemes, locale, limits or keys.
    #[command(after_help = examples::TENANT_SET)]
    Set {
        /// The name.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// The new retry schedule, e.g. `5s,30s,2m`; without any option it is reset to the default.
        #[arg(long, value_delimiter = ',', value_parser = humantime::parse_duration)]
        retry_ladder: Vec<std::time::Duration>,
        /// The schemes besides https that links may have, e.g. `myapp,tel`; `""` for none.
        #[arg(long, value_name = "SCHEMES")]
        link_schemes: Option<String>,
        /// The locale of users who have none, e.g. `de-AT`; `""` for English.
        #[arg(long)]
        locale: Option<String>,
        /// Whether pushes carry the number of unread notifications, for the badge of the app. Each push then costs one query.
        #[arg(long, value_name = "BOOL")]
        push_badge: Option<bool>,
        /// Whether it is counted which mails are opened. Needs CAMPANILE_PUBLIC_URL.
        #[arg(long, value_name = "BOOL")]
        track_opens: Option<bool>,
        /// Whether it is counted in which mails a link is opened. Needs CAMPANILE_PUBLIC_URL.
        #[arg(long, value_name = "BOOL")]
        track_clicks: Option<bool>,
        /// How many active API keys it can have; `default` for the default.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_keys: Option<Most>,
        /// How many requests it can make, e.g. `600/m burst 50`; `default` for the default.
        #[arg(long, value_name = "RATE", value_parser = most_often)]
        max_requests: Option<MostOften>,
        /// How many requests to send it can make, e.g. `100/s`; `default` for the default.
        #[arg(long, value_name = "RATE", value_parser = most_often)]
        max_sends: Option<MostOften>,
        /// How many open streams it can have on each server; `default` for the default.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_streams: Option<Most>,
        /// How many notification types can have templates or a schema; `default` for the default.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_types: Option<Most>,
        /// How many recipients one of its requests can name; `default` for the default.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_recipients: Option<Most>,
        /// How much of it can wait to be planned, sent or retried; `default` for no limit.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_queued: Option<Most>,
        /// How many notifications it can have stored; `default` for no limit.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_notifications: Option<Most>,
        /// A file with a JWK set of public keys that verify tokens of this tenant, `-` for standard input; `""` for none. It
        /// replaces the whole earlier set: for a rotation, the file has the old and the new key.
        #[arg(long, value_name = "FILE")]
        token_keys: Option<String>,
    },
    /// Suspend a tenant: it accepts and delivers nothing until it is resumed. Reading stays possible.
    #[command(after_help = examples::TENANT_SUSPEND)]
    Suspend {
        /// The name.
        #[arg(value_parser = tenant)]
        name: TenantId,
    },
    /// Resume a tenant: its pending notifications are delivered.
    #[command(after_help = examples::TENANT_RESUME)]
    Resume {
        /// The name.
        #[arg(value_parser = tenant)]
        name: TenantId,
    },
    /// Delete a tenant with everything that it has. This cannot be undone.
    ///
    /// The key that encrypts its secrets is removed at once. Workers, or `up`, then remove its rows.
    #[command(after_help = examples::TENANT_DELETE)]
    Delete {
        /// The name.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// The name once more, so that no other tenant is deleted by mistake.
        #[arg(long, value_name = "NAME", value_parser = tenant)]
        confirm: TenantId,
    },
    /// Show how much a tenant has: keys, providers, users, devices, topics, dead letters, what waits and what is stored.
    #[command(after_help = examples::TENANT_USAGE)]
    Usage {
        /// The name.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Show or set a tenant's default preferences, mandatory types and rate rules.
    #[command(after_help = examples::TENANT_PREFERENCES)]
    Preferences {
        #[command(subcommand)]
        action: PreferencesAction,
    },
    /// List all tenants.
    #[command(after_help = examples::TENANT_LIST)]
    List {
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// A number, or none for the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Most(pub(crate) Option<u32>);

fn most(text: &str) -> Result<Most, &'static str> {
    match text {
        "default" => Ok(Most(None)),
        number => number
            .parse()
            .map(|number| Most(Some(number)))
            .map_err(|_| "expected a number or `default`"),
    }
}

/// A rate, or the default.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MostOften(pub(crate) Option<Rate>);

fn most_often(text: &str) -> Result<MostOften, &'static str> {
    match text {
        "default" => Ok(MostOften(None)),
        rate => rate
            .parse()
            .map(|rate| MostOften(Some(rate)))
            .map_err(|_| "expected a rate such as 100/s or 600/m burst 50, or `default`"),
    }
}
