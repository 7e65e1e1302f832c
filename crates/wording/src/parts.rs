//! Built-in words as the parts of a channel, for editors.

use std::collections::BTreeMap;

use campanile_domain::{Channel, Notification, TextLevel};
use campanile_templates::{Form, Message, TemplateKind};

use crate::Wording;
use crate::built_in::built_in;
use crate::stored::kind;

/// What the templates of a channel are compiled as.
pub const fn template_kind(channel: Channel) -> TemplateKind {
    kind(channel)
}

impl Wording {
    /// The built-in words for a channel, in the first locale of a chain that there are words in; their locale and level.
    pub fn built_in_parts(
        notification: &Notification,
        channel: Channel,
        chain: &[String],
    ) -> (BTreeMap<String, String>, String, TextLevel) {
        let kind = kind(channel);
        let form = match kind {
            TemplateKind::Email => Form::Mail,
            TemplateKind::Push | TemplateKind::InApp | TemplateKind::Text => Form::Short,
        };
        let worded = built_in(notification, form, chain);
        let Message {
            title, text, html, ..
        } = worded.message;
        let mut parts = BTreeMap::new();
        let mut add = |name: &str, text: String| drop(parts.insert(name.to_owned(), text));
        match kind {
            TemplateKind::Push | TemplateKind::InApp => {
                add("title", title);
                add("body", text);
            }
            TemplateKind::Email => {
                add("subject", title);
                add("text", text);
                add("html", html.unwrap_or_default());
            }
            TemplateKind::Text => add("text", format!("{title}\n{text}")),
        }
        (parts, worded.locale, worded.level)
    }
}
