//! Words from a published template, where there is one; built-in words for the rest.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Action, Channel, Link, Notification, TextLevel};
use campanile_templates::{Context, Form, Message, TemplateKind, User};

use crate::Worded;
use crate::built_in::built_in;
use crate::stored::{ForReader, Rendered, Version, kind};

/// What is known of a reader beside their locale.
#[derive(Debug, Clone, Default)]
pub struct ReaderFacts {
    /// What the tenant has stored of them: a JSON object, or nothing.
    pub attributes: Arc<str>,
    /// The IANA name of their time zone; UTC without one.
    pub timezone: Option<String>,
}

/// A version that a notification uses.
pub(crate) struct Stored {
    /// Its number.
    pub(crate) number: i64,
    /// What it holds.
    pub(crate) version: Arc<Version>,
    /// Schemes of links that the tenant allows besides https.
    pub(crate) schemes: Arc<[String]>,
}

/// What a template for the inbox says besides title and text.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    pub(crate) link: Option<Link>,
    pub(crate) actions: Option<Vec<Action>>,
}

/// What a template made for a reader.
pub(crate) struct Made {
    /// `None` if there is no template for the channel, or it fails.
    pub(crate) words: Option<(Worded, Extras)>,
    /// Processor time.
    pub(crate) cpu: Duration,
    /// Whether another reader of the same locale may be told something else.
    pub(crate) names_reader: bool,
}

impl Stored {
    /// What templates can show of a notification.
    pub(crate) fn context(
        &self,
        notification: &Notification,
        chain: &[String],
        reader: ReaderFacts,
    ) -> Context {
        context(
            notification,
            chain,
            reader,
            self.version.brand(),
            Arc::clone(&self.schemes),
        )
    }

    /// The words of a template for a channel, those of a variant.
    pub(crate) fn words(
        &self,
        channel: Channel,
        chain: &[String],
        variant: &str,
        context: &Context,
    ) -> Made {
        let ForReader {
            rendered,
            cpu,
            names_reader,
        } = self.version.render(channel, chain, variant, context);
        Made {
            words: rendered.map(|rendered| self.worded(channel, rendered, context)),
            cpu,
            names_reader,
        }
    }

    fn worded(
        &self,
        channel: Channel,
        Rendered { locale, parts }: Rendered,
        context: &Context,
    ) -> (Worded, Extras) {
        let part = |name: &str| parts.get(name).map(String::as_str);
        let title = match kind(channel) {
            // Its only part is the whole message.
            TemplateKind::Text => "",
            _ => part("title").or(part("subject")).unwrap_or(&context.title),
        };
        let text = part("body").or(part("text")).unwrap_or(&context.body);
        let extras = Extras {
            link: part("link").and_then(|link| Link::parse(link.trim()).ok()),
            actions: part("actions").and_then(|actions| Action::from_stored(Some(actions)).ok()),
        };
        let worded = Worded {
            message: Message {
                title: one_line(title),
                text: bounded(text, Message::MAX_TEXT_BYTES),
                html: part("html").map(str::to_owned),
                image: part("image").map(str::to_owned),
            },
            level: TextLevel::Stored,
            version: Some(self.number),
            locale,
            assigned: None,
        };
        (worded, extras)
    }
}

/// What templates can show of a notification: `now` is when it was accepted, so that all channels say the same.
pub fn context(
    notification: &Notification,
    chain: &[String],
    reader: ReaderFacts,
    brand: Arc<str>,
    link_schemes: Arc<[String]>,
) -> Context {
    let built = built_in(notification, Form::Short, chain).message;
    let item = &notification.item;
    let actions = item
        .actions
        .iter()
        .map(|action| campanile_templates::Action {
            id: action.id.clone(),
            title: action.title.clone(),
            link: action.link.as_str().to_owned(),
        });
    Context {
        tenant: notification.tenant.as_str().to_owned(),
        notification_type: notification.notification_type.as_str().to_owned(),
        title: built.title,
        body: built.text,
        content: Arc::clone(&notification.content),
        user: User {
            id: notification.user_id.as_str().to_owned(),
            attributes: reader.attributes,
            locale: chain.first().cloned(),
            timezone: reader.timezone,
        },
        brand,
        link: item.link.as_ref().map(|link| link.as_str().to_owned()),
        actions: actions.collect(),
        unread_count: None,
        now: notification.created_at,
        link_schemes,
    }
}

fn one_line(text: &str) -> String {
    let one_line = |c: char| if c.is_control() { ' ' } else { c };
    let line = text.trim().chars().take(Message::MAX_TITLE_CHARS);
    line.map(one_line).collect()
}

fn bounded(text: &str, most: usize) -> String {
    text[..text.floor_char_boundary(most)].to_owned()
}
