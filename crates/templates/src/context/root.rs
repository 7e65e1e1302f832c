//! The variables of a template, each made when it is first asked for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectRepr};

use super::json::{List, Map, text, value};
use super::{Action, Context, VARIABLES};
use crate::session;

/// The variables of one render, for all its parts.
#[derive(Debug)]
pub(crate) struct Root {
    context: Context,
    locale: String,
    brand: OnceLock<Value>,
    content: OnceLock<Value>,
    user: OnceLock<Value>,
    actions: OnceLock<Value>,
    /// What a page shows of parts that were rendered before.
    page: OnceLock<PageTexts>,
    /// Whether something was asked for that differs between readers of one locale and zone.
    names_reader: AtomicBool,
}

/// Texts of a mail's page.
#[derive(Debug)]
pub(crate) struct PageTexts {
    pub(crate) subject: String,
    pub(crate) preheader: String,
    pub(crate) why_mail: String,
}

impl Root {
    pub(crate) fn new(context: &Context, locale: &str) -> Self {
        Self {
            context: context.clone(),
            locale: locale.to_owned(),
            brand: OnceLock::new(),
            content: OnceLock::new(),
            user: OnceLock::new(),
            actions: OnceLock::new(),
            page: OnceLock::new(),
            names_reader: AtomicBool::new(false),
        }
    }

    /// Whether what was shown may differ for another reader of the same locale and zone.
    pub(crate) fn names_reader(&self) -> bool {
        self.names_reader.load(Ordering::Relaxed)
    }

    pub(crate) fn set_page(&self, page: PageTexts) {
        let _ = self.page.set(page);
    }

    /// The value at a path such as `content.order.number`.
    pub(crate) fn at(self: &Arc<Self>, path: &[String]) -> Value {
        let mut names = path.iter();
        let Some(first) = names.next() else {
            return Value::UNDEFINED;
        };
        let mut found = self.get_value_by_str(first).unwrap_or_default();
        for name in names {
            found = found.get_attr(name).unwrap_or_default();
        }
        found
    }

    fn user(&self) -> Value {
        let user = &self.context.user;
        object([
            ("id", Value::from(text(&user.id))),
            ("attributes", value(&user.attributes)),
            ("locale", optional(user.locale.as_deref())),
            ("timezone", optional(user.timezone.as_deref())),
        ])
    }

    fn actions(&self) -> Value {
        let one = |action: &Action| {
            object([
                ("id", Value::from(text(&action.id))),
                ("title", Value::from(text(&action.title))),
                ("link", Value::from(text(&action.link))),
            ])
        };
        Value::from_object(List(self.context.actions.iter().map(one).collect()))
    }
}

fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let entries = entries.map(|(name, value)| (Arc::from(name), value));
    Value::from_object(Map(BTreeMap::from(entries)))
}

fn optional(value: Option<&str>) -> Value {
    value.map_or(Value::UNDEFINED, |value| Value::from(text(value)))
}

impl Object for Root {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let context = &self.context;
        Some(match key {
            "content" => self.content.get_or_init(|| value(&context.content)).clone(),
            "title" => Value::from(text(&context.title)),
            "body" => Value::from(text(&context.body)),
            "user" => {
                self.names_reader.store(true, Ordering::Relaxed);
                self.user.get_or_init(|| self.user()).clone()
            }
            "brand" => self.brand.get_or_init(|| value(&context.brand)).clone(),
            "link" => optional(context.link.as_deref()),
            "actions" => self.actions.get_or_init(|| self.actions()).clone(),
            "unread_count" => {
                self.names_reader.store(true, Ordering::Relaxed);
                context.unread_count.map_or(Value::UNDEFINED, Value::from)
            }
            "now" => Value::from(context.now.to_rfc3339()),
            "tenant" => Value::from(text(&context.tenant)),
            "type" => Value::from(text(&context.notification_type)),
            "locale" => Value::from(&*self.locale),
            "__tick" => {
                session::look_at_the_clock();
                Value::UNDEFINED
            }
            "__lang" => Value::from(&*self.locale),
            "__dir" => Value::from(crate::locale::direction(&self.locale)),
            "__align" => Value::from(if crate::locale::direction(&self.locale) == "rtl" {
                "right"
            } else {
                "left"
            }),
            "__subject" => Value::from(&*self.page.get()?.subject),
            "__preheader" => Value::from(&*self.page.get()?.preheader),
            "__why_mail" => Value::from(&*self.page.get()?.why_mail),
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&VARIABLES)
    }
}
