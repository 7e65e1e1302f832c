//! What the page of `template watch` shows.

use std::fmt::Write;

use campanile_app::templates::{Preview, preview_sources, read_preview};
use campanile_domain::{
    NotificationType, TemplateSnapshot, TenantId, canonical_locale, shared_type,
};
use campanile_fields::JsonText;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::explained;
use super::files::Files;
use super::preview::content;
use super::watch::Asked;
use crate::cli::WatchOptions;

/// How it looks.
const STYLE: &str = "\
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 60rem; padding: 1rem 1.5rem }
nav a { margin-inline-end: 1rem } nav a[aria-current] { font-weight: bold }
section { border-top: 1px solid #8886; margin-top: 1.5rem; padding-top: .5rem }
h2 { font-size: 1.1rem } h2 small, dt { color: GrayText; font-weight: normal }
dd { margin: 0 0 .75rem; white-space: pre-wrap; overflow-wrap: anywhere }
iframe { background: Canvas; border: 1px solid #8886; height: 36rem; width: 100% }
.warning { border-inline-start: .25rem solid #d97706; padding-inline-start: .5rem }";

/// What is shown: the types, and every part of one, or why not.
pub(super) struct Page {
    types: Vec<NotificationType>,
    shown: Option<NotificationType>,
    locale: String,
    previews: Result<Vec<Preview>, String>,
}

impl Page {
    /// Of the files as they are now.
    pub(super) fn of(options: &WatchOptions, asked: &Asked, now: DateTime<Utc>) -> Self {
        let locale = asked.locale.clone().filter(|locale| !locale.is_empty());
        let locale = locale.or_else(|| options.locale.clone());
        let locale = locale.unwrap_or_else(|| "en".into());
        let mut page = Self {
            types: Vec::new(),
            shown: None,
            locale,
            previews: Ok(Vec::new()),
        };
        page.previews = page
            .read(options, asked, now)
            .map_err(|error| format!("{error:#}"));
        page
    }

    fn read(
        &mut self,
        options: &WatchOptions,
        asked: &Asked,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Preview>> {
        let files = Files::read(&options.folder)?;
        let shared = shared_type();
        self.types = files
            .types
            .iter()
            .filter(|of| **of != shared)
            .cloned()
            .collect();
        let named = self
            .types
            .iter()
            .find(|of| Some(of.as_str()) == asked.of.as_deref());
        self.shown = named.or(self.types.first()).cloned();
        let Some(of) = self.shown.clone() else {
            return Ok(Vec::new());
        };
        let locale = canonical_locale(&self.locale).map_err(|error| anyhow::anyhow!(error.0))?;
        let body = json!({
            "notification_type": of.as_str(),
            "content": content_of(options, &of)?,
            "locale": locale,
        });
        let request = read_preview(&JsonText::from(&body));
        let request = request.map_err(|errors| explained(errors.into()))?;
        let tenant = TenantId::parse("preview").expect("a valid name");
        let with = snapshot(&files, &shared);
        let own = snapshot(&files, &of);
        Ok(preview_sources(&tenant, request, own, with, now))
    }

    /// The page.
    pub(super) fn html(&self, version: u64) -> String {
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\" data-version=\"{version}\"><head><meta charset=\"utf-8\">\
            <meta name=\"viewport\" content=\"width=device-width\"><title>Templates</title>\
            <style>{STYLE}</style><script type=\"module\" src=\"/watch.js\"></script></head><body>\n"
        );
        self.add_navigation(&mut html);
        match &self.previews {
            Err(why) => add(
                &mut html,
                format_args!("<p class=\"warning\">{}</p>", escaped(why)),
            ),
            Ok(previews) if previews.is_empty() => {
                html.push_str("<p>The folder has no notification type.</p>");
            }
            Ok(previews) => previews.iter().for_each(|one| add_preview(&mut html, one)),
        }
        html.push_str("</body></html>\n");
        html
    }

    fn add_navigation(&self, html: &mut String) {
        html.push_str("<form><nav>");
        let locale = escaped(&self.locale);
        for of in &self.types {
            let current = match self.shown.as_ref() == Some(of) {
                true => " aria-current=\"page\"",
                false => "",
            };
            add(
                html,
                format_args!("<a href=\"/?type={of}&amp;locale={locale}\"{current}>{of}</a>"),
            );
        }
        html.push_str("</nav>");
        if let Some(of) = &self.shown {
            add(
                html,
                format_args!("<input type=\"hidden\" name=\"type\" value=\"{of}\">"),
            );
        }
        add(
            html,
            format_args!(
                "<p><label>Locale <input name=\"locale\" value=\"{locale}\" size=\"12\"></label> <button>Show</button></p></form>\n"
            ),
        );
    }
}

fn add(html: &mut String, what: std::fmt::Arguments<'_>) {
    html.write_fmt(what).expect("a text takes everything");
}

fn add_preview(html: &mut String, preview: &Preview) {
    let (channel, level, locale) = (preview.channel, preview.level.name(), &preview.locale);
    let locale = escaped(locale);
    add(
        html,
        format_args!("<section><h2>{channel} <small>{level}, {locale}</small></h2>"),
    );
    for warning in &preview.warnings {
        let (part, line, column) = (escaped(&warning.part), warning.line, warning.column);
        let detail = escaped(&warning.detail);
        add(
            html,
            format_args!("<p class=\"warning\">{part}, line {line}, column {column}: {detail}</p>"),
        );
    }
    html.push_str("<dl>");
    for (part, text) in &preview.parts {
        let shown = match part.as_str() {
            // Without permission to run anything.
            "html" => format!(
                "<iframe sandbox title=\"html\" srcdoc=\"{}\"></iframe>",
                escaped(text)
            ),
            _ => escaped(text),
        };
        add(
            html,
            format_args!("<dt>{}</dt><dd>{shown}</dd>", escaped(part)),
        );
    }
    html.push_str("</dl></section>\n");
}

/// The drafts of a type as the files have them.
fn snapshot(files: &Files, of: &NotificationType) -> TemplateSnapshot {
    let mut snapshot = TemplateSnapshot::default();
    for (key, parts) in &files.templates {
        if key.notification_type == *of {
            let locales = snapshot.templates.entry(key.channel).or_default();
            locales.insert(key.locale.clone(), parts.clone());
        }
    }
    if *of == shared_type() {
        snapshot.brand.clone_from(&files.brand);
    }
    snapshot
}

/// The content of one type's notifications, or of all of them: a file may hold one content, or contents by type.
fn content_of(options: &WatchOptions, of: &NotificationType) -> anyhow::Result<Value> {
    let all = content(options.content.as_deref())?;
    Ok(match all.get(of.as_str()) {
        Some(own) if own.is_object() => own.clone(),
        _ => all,
    })
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
