//! HTML that comes from a content, and lines of a text in HTML.

use minijinja::{AutoEscape, Error, HtmlEscape, State, Value};

use super::{as_text, check_room, is_nothing};
use crate::fault::FaultCode;
use crate::html::{plain_text, sanitised};
use crate::limits::MAX_FOREIGN_HTML_BYTES;
use crate::session;

/// HTML of a content: sanitised in a page, as plain text elsewhere.
pub(super) fn html(state: &State, value: &Value) -> Result<Value, Error> {
    if is_nothing(value) {
        return Ok(value.clone());
    }
    let html = as_text(value)?;
    if html.len() > MAX_FOREIGN_HTML_BYTES
        && let Some(session) = session::current()
    {
        session.stop(FaultCode::OutputTooLarge);
    }
    check_room(html.len())?;
    let clean = sanitised(&html);
    check_room(clean.len())?;
    if matches!(state.auto_escape(), AutoEscape::Html) {
        Ok(Value::from_safe_string(clean))
    } else {
        Ok(Value::from(plain_text(&clean)))
    }
}

/// A text whose line breaks are kept in a page.
pub(super) fn linebreaks(state: &State, value: &Value) -> Result<Value, Error> {
    if is_nothing(value) {
        return Ok(value.clone());
    }
    let text = as_text(value)?;
    if !matches!(state.auto_escape(), AutoEscape::Html) {
        return Ok(Value::from(text.into_owned()));
    }
    check_room(
        text.len()
            .saturating_add(text.matches('\n').count() * "<br>".len()),
    )?;
    let escaped = HtmlEscape(&text).to_string();
    check_room(escaped.len())?;
    Ok(Value::from_safe_string(escaped.replace('\n', "<br>\n")))
}
