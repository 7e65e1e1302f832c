//! What headers and parameters say. Each option has several names, in any case; a header goes before a parameter.

use std::borrow::Cow;

use super::header_text;
use crate::Refusal;

/// Tags beyond are left out.
pub(super) const MAX_TAGS: usize = 32;

/// Options of a message as they were written.
#[derive(Debug, Default)]
pub struct Options {
    pub(super) title: Option<String>,
    pub(super) message: Option<String>,
    pub(super) priority: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) delay: Option<String>,
    pub(super) actions: Option<String>,
    pub(super) click: Option<String>,
    pub(super) icon: Option<String>,
    pub(super) sequence: Option<String>,
    pub(super) markdown: bool,
    /// Names of options that are not served and were given.
    pub(super) not_served: Vec<&'static str>,
}

/// Each option with its names in lower case, without the `x-` that each may begin with.
const NAMES: [(&str, &[&str]); 15] = [
    ("title", &["title", "ti", "t"]),
    ("message", &["message", "m"]),
    ("priority", &["priority", "prio", "p"]),
    ("tags", &["tags", "tag", "ta"]),
    ("delay", &["delay", "at", "in"]),
    ("actions", &["actions", "action"]),
    ("click", &["click"]),
    ("icon", &["icon"]),
    ("sequence", &["sequence-id", "sid"]),
    ("markdown", &["markdown", "md"]),
    ("attach", &["attach", "a"]),
    ("filename", &["filename", "file", "f"]),
    ("email", &["email", "e-mail", "mail", "e"]),
    ("call", &["call"]),
    ("template", &["template", "tpl"]),
];

impl Options {
    /// Reads the options among the headers and the query of a call.
    ///
    /// # Errors
    /// [`Refusal`]: a header is not text.
    pub fn of<'a>(
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        query: Option<&str>,
    ) -> Result<Self, Refusal> {
        let mut options = Self::default();
        // Last wins, so the parameters come first.
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            options.take(&name, value);
        }
        for (name, value) in headers {
            let name = name.to_ascii_lowercase();
            if name == "content-type" {
                let is_markdown = value.to_ascii_lowercase().starts_with(b"text/markdown");
                options.markdown |= is_markdown;
            } else if let Some(option) = option(&name) {
                let text = header_text::read(option, value)?;
                options.take(&name, text.into());
            }
        }
        Ok(options)
    }

    fn take(&mut self, name: &str, value: Cow<'_, str>) {
        let Some(name) = option(&name.to_ascii_lowercase()) else {
            return;
        };
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let text = Some(value.to_owned());
        match name {
            "title" => self.title = text,
            // So that a header can have several lines.
            "message" => self.message = Some(value.replace("\\n", "\n")),
            "priority" => self.priority = text,
            "tags" => self.tags = value.split(',').map(str::to_owned).collect(),
            "delay" => self.delay = text,
            "actions" => self.actions = text,
            "click" => self.click = text,
            "icon" => self.icon = text,
            "sequence" => self.sequence = text,
            "markdown" => self.markdown = is_yes(value),
            // A switch that is off asks for nothing.
            "template" | "call" | "email" if matches!(value, "0" | "no" | "false") => {}
            other => self.not_served.push(other),
        }
    }

    pub(super) fn refuse_what_is_not_served(&self) -> Result<(), Refusal> {
        let Some(name) = self.not_served.first().copied() else {
            return Ok(());
        };
        let detail = match name {
            "email" => "mail through ntfy is not supported; the channels of the address decide",
            "call" => "calls are not supported",
            "template" => "templates of ntfy are not supported; use an address of the kind webhook",
            _ => "attachments are not supported",
        };
        Err(Refusal::not_supported(name, detail))
    }
}

fn option(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix("x-").unwrap_or(name);
    let mut all = NAMES.iter();
    all.find(|(_, names)| names.contains(&name))
        .map(|(option, _)| *option)
}

fn is_yes(value: &str) -> bool {
    ["1", "yes", "true"]
        .iter()
        .any(|yes| value.eq_ignore_ascii_case(yes))
}
