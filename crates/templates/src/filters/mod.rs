//! What can be done with a value: `{{ value|filter }}`.
//!
//! Each filter's result is bounded, and so are the results of all filters of a render together. Nothing comes of
//! nothing: a value that does not exist stays so.

mod dates;
mod html;
mod lists;
mod money;
mod numbers;
mod reader;
mod relative;
mod tests;
mod texts;

use minijinja::{Environment, Error, ErrorKind, Value};

use crate::fault::FaultCode;
use crate::limits::MAX_STRING_BYTES;
use crate::session;

/// The names of all filters, sorted.
pub(crate) const NAMES: [&str; 32] = [
    "abs",
    "capitalize",
    "count",
    "d",
    "date",
    "datetime",
    "default",
    "first",
    "float",
    "html",
    "int",
    "join",
    "last",
    "length",
    "linebreaks",
    "list",
    "lower",
    "money",
    "number",
    "percent",
    "plural",
    "relative",
    "replace",
    "reverse",
    "round",
    "string",
    "time",
    "trim",
    "truncate",
    "unique",
    "upper",
    "urlencode",
];

/// The names of all tests, sorted.
pub(crate) const TESTS: [&str; 11] = [
    "defined",
    "divisibleby",
    "endingwith",
    "even",
    "iterable",
    "none",
    "number",
    "odd",
    "startingwith",
    "string",
    "undefined",
];

/// Adds all filters and tests.
pub(crate) fn add(environment: &mut Environment<'static>) {
    texts::add(environment);
    lists::add(environment);
    numbers::add(environment);
    environment.add_filter("date", dates::date);
    environment.add_filter("time", dates::time);
    environment.add_filter("datetime", dates::datetime);
    environment.add_filter("relative", relative::relative);
    environment.add_filter("money", money::money);
    environment.add_filter("html", html::html);
    environment.add_filter("linebreaks", html::linebreaks);
    tests::add(environment);
}

/// A value of a wrong type, or a wrong argument.
pub(crate) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

/// The result of a filter, if there is room for it.
fn bounded(text: String) -> Result<Value, Error> {
    check_room(text.len())?;
    Ok(Value::from(text))
}

fn check_room(bytes: usize) -> Result<(), Error> {
    let Some(session) = session::current() else {
        return Ok(());
    };
    if bytes > MAX_STRING_BYTES {
        session.stop(FaultCode::OutputTooLarge);
    }
    session.check_time();
    if session.has_room_for(bytes) {
        Ok(())
    } else {
        Err(wrong("a text became too long, or rendering took too long"))
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_undefined() || value.is_none()
}

/// A value as text; lists and objects have none.
fn as_text(value: &Value) -> Result<std::borrow::Cow<'_, str>, Error> {
    if let Some(text) = value.as_str() {
        return Ok(text.into());
    }
    if value.as_object().is_some() {
        return Err(wrong("this is a list or an object, and a text is needed"));
    }
    Ok(if is_nothing(value) {
        "".into()
    } else {
        value.to_string().into()
    })
}

#[cfg(test)]
mod unit {
    use super::{NAMES, TESTS};

    #[test]
    fn names_are_sorted_for_the_search() {
        assert!(NAMES.is_sorted() && TESTS.is_sorted());
    }
}
