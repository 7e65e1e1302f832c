//! The shape of an account, for the OpenAPI document only: the JSON is read field by field.

use utoipa::ToSchema;

/// An account at a provider.
#[derive(ToSchema)]
#[schema(as = ProviderSettings)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct PutBody {
    /// `push`, `email` or `webhook`.
    #[schema(example = "push")]
    channel: String,
    /// By channel; an asterisk marks what is sealed and never read back. `push`: `project_id`,
    /// `client_email`, `private_key`*, `private_key_id`, `token_uri`, `endpoint` (Google's service
    /// account file is taken as it is). `email`: `host`, `port`, `tls` (`starttls`, `tls` or
    /// `none`), `username`, `password`*, `from`, `connections`, `helo` (the name in EHLO), `dkim` (`domain`, `selector`,
    /// `private_key`*). `webhook`: `url`, `secret`*,
    /// `secret_overlap_hours` (0 to 720, 24 if left out: how long an earlier secret signs too).
    #[schema(value_type = Object)]
    settings: serde_json::Value,
    /// Its share of the channel's deliveries, beside the tenant's other providers of the channel.
    #[schema(minimum = 1, maximum = 1000)]
    weight: Option<u32>,
    /// Another provider of the channel, which takes over while this one makes no calls.
    failover_to: Option<String>,
}
