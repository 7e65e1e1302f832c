//! Options of `key`.

use std::time::Duration;

use campanile_domain::{ScopeName, TenantId, UserId};
use clap::{Args, Subcommand};
use uuid::Uuid;

use super::reach::ReachOptions;
use super::test::user;
use super::{Format, examples, tenant};

/// Options of `key`.
#[derive(Debug, Args)]
pub(crate) struct KeyOptions {
    #[command(subcommand)]
    pub(crate) action: KeyAction,
    /// The tenant.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    #[command(flatten)]
    pub(crate) reach: ReachOptions,
}

/// Actions on API keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyAction {
    /// Create a key and print only the key. It is not shown again.
    #[command(after_help = examples::KEY_CREATE)]
    Create {
        /// What the key is for.
        name: String,
        /// What it allows: notifications:send, inbox, read:notifications, platform, a role (viewer, editor, operator, admin), or one of
        /// their scopes (admin:read, templates:write, deliveries:write).
        #[arg(long, value_delimiter = ',', required = true, value_name = "SCOPE,…")]
        scope: Vec<ScopeName>,
        /// The user for whom the scope inbox acts.
        #[arg(long, value_name = "ID", value_parser = user)]
        user: Option<UserId>,
        /// The lifetime, e.g. 90d (default: until it is revoked).
        #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
        ttl: Option<Duration>,
        /// The addresses and networks from which it can be used, e.g. 10.0.0.0/8 (default: any).
        #[arg(long, value_delimiter = ',', value_name = "NETWORK,…")]
        network: Vec<String>,
        /// Output format; json contains all fields.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// List keys, without their secrets.
    #[command(after_help = examples::KEY_LIST)]
    List {
        /// Output format; json contains all fields.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Revoke a key. Every server rejects it within 5 s.
    #[command(after_help = examples::KEY_REVOKE)]
    Revoke {
        /// The id of the key.
        id: Uuid,
    },
    /// Replace a key with a new one that allows the same, and print only the new key.
    ///
    /// The keys that encrypt what is stored are replaced by `campanile encryption rotate`.
    #[command(after_help = examples::KEY_ROTATE)]
    Rotate {
        /// The id of the key.
        id: Uuid,
        /// How long the old key can still be used, at most 90d.
        #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = humantime::parse_duration)]
        overlap: Duration,
        /// Output format; json contains all fields.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}
