//! The page of a user's preferences: one form, saved by one button.

use std::fmt::Write;

use campanile_domain::{NotificationType, QuietHours, TenantId, UserId};
use campanile_pipeline::preferences_of;
use campanile_storage::{Storage, StorageError};
use campanile_templates::type_name;
use chrono::{DateTime, Utc};

use super::switches::{Way, is_on, listed_types};
use super::words::Words;
use crate::pages::{Page, Reader, escaped};

/// What the page tells after a form was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// It was saved.
    Saved,
    /// The times are wrong.
    WrongHours,
    /// The time zone is unknown.
    WrongTimezone,
    /// There is no room for so many choices.
    TooMany,
}

impl Note {
    const fn text(self, words: &Words) -> &'static str {
        match self {
            Self::Saved => words.saved,
            Self::WrongHours => words.wrong_hours,
            Self::WrongTimezone => words.wrong_timezone,
            Self::TooMany => words.too_many,
        }
    }

    /// `alert` interrupts a screen reader.
    const fn role(self) -> &'static str {
        match self {
            Self::Saved => "status",
            _ => "alert",
        }
    }
}

impl Words {
    pub(super) const fn way(&self, way: Way) -> &'static str {
        match way {
            Way::Email => self.email,
            Way::Push => self.push,
        }
    }
}

/// The page as things stand.
///
/// # Errors
/// [`StorageError`].
pub async fn preferences_page(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    note: Option<Note>,
    now: DateTime<Utc>,
) -> Result<Page, StorageError> {
    let reader = Reader::of(storage, tenant, user).await?;
    let words = Words::of(reader.language);
    let known = preferences_of(storage, tenant, user).await?;
    let known = known.in_zone(reader.timezone.as_deref());
    let effective = known.effective();
    let types = listed_types(storage, tenant, user, &known, now).await?;
    let mut body = String::new();
    if let Some(note) = note {
        let (role, text) = (note.role(), note.text(words));
        let _ = write!(body, "<p class=\"done\" role=\"{role}\">{text}</p>");
    }
    let _ = write!(
        body,
        "<form method=\"post\"><fieldset><legend>{}</legend>",
        words.notified_by
    );
    for way in Way::ALL {
        let on = match way {
            Way::Email => effective.email_notifications,
            Way::Push => effective.push_notifications,
        };
        body.push_str(&checkbox(
            "way",
            way.name(),
            on != Some(false),
            words.way(way),
        ));
    }
    body.push_str("</fieldset>");
    let mandatory = known.mandatory_types();
    for of in &types {
        let is_mandatory = mandatory.is_some_and(|all| all.contains(of));
        let on = Way::ALL.map(|way| (way, is_on(&effective, of, way)));
        body.push_str(&type_fields(
            words,
            of,
            &type_name(of, reader.language),
            is_mandatory,
            on,
        ));
    }
    let hours = effective.quiet_hours.unwrap_or_else(QuietHours::off);
    body.push_str(&hours_fields(words, &hours));
    let _ = write!(
        body,
        "<button class=\"first\">{}</button></form><p class=\"quiet\">{}</p>",
        words.save, words.lasts
    );
    Ok(Page::new(reader, words.settings_title, body))
}

fn type_fields(
    words: &Words,
    of: &NotificationType,
    name: &str,
    is_mandatory: bool,
    on: [(Way, bool); 2],
) -> String {
    let mut html = format!("<fieldset><legend>{}</legend>", escaped(name));
    if is_mandatory {
        let _ = write!(html, "<p class=\"quiet\">{}</p>", words.cannot_switch_off);
    } else {
        // Characters of a type need no escaping.
        let _ = write!(
            html,
            "<input type=\"hidden\" name=\"type\" value=\"{of}\"><div class=\"row\">"
        );
        for (way, on) in on {
            let value = format!("{}:{of}", way.name());
            html.push_str(&checkbox("on", &value, on, words.way(way)));
        }
        html.push_str("</div>");
    }
    html.push_str("</fieldset>");
    html
}

fn hours_fields(words: &Words, hours: &QuietHours) -> String {
    let zone = escaped(hours.timezone.as_deref().unwrap_or("UTC"));
    format!(
        "<fieldset><legend>{}</legend>{}<div class=\"row\">\
         <label>{} <input type=\"time\" name=\"from\" value=\"{}\" required></label>\
         <label>{} <input type=\"time\" name=\"to\" value=\"{}\" required></label></div>\
         <label>{} <input type=\"text\" name=\"timezone\" value=\"{zone}\" maxlength=\"64\" autocapitalize=\"none\" \
         autocomplete=\"off\" spellcheck=\"false\" dir=\"ltr\" required></label></fieldset>",
        words.quiet_hours,
        checkbox("quiet", "on", hours.enabled, words.quiet_on),
        words.from,
        hours.start(),
        words.to,
        hours.end(),
        words.timezone,
    )
}

fn checkbox(name: &str, value: &str, on: bool, text: &str) -> String {
    let checked = if on { " checked" } else { "" };
    format!(
        "<label><input type=\"checkbox\" name=\"{name}\" value=\"{value}\"{checked}>{text}</label>"
    )
}
