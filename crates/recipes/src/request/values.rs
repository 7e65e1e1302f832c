//! What placeholders stand for.

use serde_json::Value;

use crate::settings::Settings;
use crate::template::Placeholder;
use crate::text::fit;
use crate::{Message, Recipe};

/// Pushover takes so many characters of a link, which is the least of all services. A longer one is left out, since a
/// part of it would lead elsewhere.
const MAX_LINK_BYTES: usize = 512;

impl Recipe {
    /// The value of a placeholder in one request, as far as there is one.
    pub(super) fn value(
        &self,
        placeholder: &Placeholder,
        settings: &Settings,
        address: Option<&str>,
        message: &Message<'_>,
    ) -> Option<Value> {
        let notification = message.notification;
        let limits = &self.limits;
        let text = |text: &str, limit| Value::String(fit(text, limit, self.markup)).into();
        let (title, body) = message.title_and_text();
        match placeholder {
            Placeholder::Setting(name) => settings.0.get(name).cloned(),
            Placeholder::Address => address.map(Value::from),
            Placeholder::Title => title.and_then(|title| text(title, limits.title.as_ref())),
            Placeholder::Heading => {
                let heading = title.unwrap_or(notification.notification_type.as_str());
                text(heading, limits.title.as_ref())
            }
            Placeholder::Text => text(body, limits.text.as_ref()),
            Placeholder::Message => match title {
                Some(title) => text(&format!("{title}\n{body}"), limits.message.as_ref()),
                None => text(body, limits.message.as_ref()),
            },
            Placeholder::Link => {
                let link = notification.item.link.as_ref();
                let link = link.filter(|link| link.is_https())?.as_str();
                (link.len() <= MAX_LINK_BYTES).then(|| link.into())
            }
            Placeholder::NotificationType => Some(notification.notification_type.as_str().into()),
            Placeholder::UserId => Some(notification.user_id.as_str().into()),
            Placeholder::PriorityName => Some(notification.priority.name().into()),
            Placeholder::Priority(name) => self
                .priorities
                .get(notification.priority.name())?
                .get(name)
                .cloned(),
            Placeholder::DeliveryId => Some(message.delivery_id.to_string().into()),
            Placeholder::NotificationId => Some(notification.id.to_string().into()),
            Placeholder::CollapseKey => notification.collapse_key.as_deref().map(Value::from),
            Placeholder::CreatedUnix => Some(notification.created_at.timestamp().into()),
            Placeholder::CreatedAt => Some(
                notification
                    .created_at
                    .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
                    .into(),
            ),
            Placeholder::Ttl => message.ttl(limits.ttl_max).map(Value::from),
        }
    }
}
