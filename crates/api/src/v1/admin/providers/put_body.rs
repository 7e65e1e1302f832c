//! The shape of an account, for the OpenAPI document only: the JSON is read field by field.

use utoipa::ToSchema;

/// A provider account to create or replace.
#[derive(ToSchema)]
#[schema(as = ProviderSettings)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct PutBody {
    /// `push`, `email` or `webhook`.
    #[schema(example = "push")]
    channel: String,
    /// The settings of the channel. Fields marked with an asterisk are encrypted and never returned. `push`:
    /// `project_id`, `client_email`, `private_key`*, `private_key_id`, `token_uri`, `endpoint`; the file of a Google
    /// service account is accepted as it is. `email`: `host`, `port`, `tls` (`starttls`, `tls` or `none`),
    /// `username`, `password`*, `from`, `connections`, `helo` (the name in EHLO), `dkim` (`domain`, `selector`,
    /// `private_key`*). `webhook`: `url`, `secret`*, `secret_overlap_hours` (0 to 720, default 24: how long the
    /// previous secret still signs).
    #[schema(value_type = Object)]
    settings: serde_json::Value,
    /// Weight among the tenant's providers of the channel; decides the share of deliveries.
    #[schema(minimum = 1, maximum = 1000)]
    weight: Option<u32>,
    /// The failover target: another provider of the channel, which takes over while this one is unavailable.
    failover_to: Option<String>,
}
