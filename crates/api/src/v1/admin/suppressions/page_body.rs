//! A page of the suppression list as it is written.

use campanile_app::suppressions::next_cursor;
use campanile_domain::{NotificationType, Suppression};
use campanile_storage::SuppressionPage;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// An address that is not used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suppression)]
struct Item {
    /// The channel.
    #[schema(example = "email")]
    channel: &'static str,
    /// The address. Mail addresses are in lower case.
    #[schema(example = "ada@example.com")]
    address: String,
    /// Only notifications of this type; `null`: all.
    #[schema(required, value_type = Option<String>)]
    notification_type: Option<NotificationType>,
    /// `manual`, `hard_bounce`, `complaint` or `unsubscribe`.
    #[schema(example = "hard_bounce")]
    reason: &'static str,
    /// Who or what said so: `operator`, `delivery` (the answer to a delivery), `mail_report` or `webhook`.
    #[schema(example = "delivery")]
    source: &'static str,
    /// Since when.
    since: DateTime<Utc>,
}

impl From<Suppression> for Item {
    fn from(one: Suppression) -> Self {
        Self {
            channel: one.key.channel.name(),
            address: one.key.address.as_str().to_owned(),
            notification_type: one.key.notification_type,
            reason: one.reason.name(),
            source: one.source.name(),
            since: one.since,
        }
    }
}

/// A page of the suppression list, in the order in which it is stored.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuppressionPage)]
pub(super) struct SuppressionList {
    suppressions: Vec<Item>,
    /// Pass this as `cursor` to get the next page; `null` on the last page.
    next_cursor: Option<String>,
}

impl From<SuppressionPage> for SuppressionList {
    fn from(page: SuppressionPage) -> Self {
        Self {
            next_cursor: next_cursor(&page),
            suppressions: page.items.into_iter().map(Item::from).collect(),
        }
    }
}
