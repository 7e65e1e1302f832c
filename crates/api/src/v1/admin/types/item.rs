//! A type as it is shown.

use campanile_domain::TemplateType;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What is known of a notification type.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationTypeSettings)]
pub(super) struct Item {
    /// The notification type.
    #[serde(rename = "type")]
    #[schema(example = "order_shipped")]
    notification_type: String,
    /// The JSON Schema (draft 2020-12) of `content`.
    #[schema(value_type = Object)]
    schema: Value,
    /// Whether requests whose content violates the schema are to be refused.
    schema_strict: bool,
    /// The revision, which each change raises; also in `ETag`.
    #[schema(example = 1)]
    revision: u64,
}

impl From<TemplateType> for Item {
    fn from(one: TemplateType) -> Self {
        let schema = one.schema.as_ref();
        let value = schema.map(|schema| serde_json::from_str(&schema.schema));
        Self {
            notification_type: one.notification_type.as_str().to_owned(),
            schema: value.and_then(Result::ok).unwrap_or(Value::Null),
            schema_strict: schema.is_some_and(|schema| schema.strict),
            revision: one.schema_revision,
        }
    }
}
