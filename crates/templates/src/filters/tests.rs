//! Questions that a template can ask: `{% if value is test %}`.

use minijinja::value::ValueKind;
use minijinja::{Environment, Value};

pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_test("defined", |value: &Value| !value.is_undefined());
    environment.add_test("undefined", |value: &Value| value.is_undefined());
    environment.add_test("none", |value: &Value| value.is_none());
    environment.add_test("string", |value: &Value| value.kind() == ValueKind::String);
    environment.add_test("number", |value: &Value| value.is_number());
    environment.add_test("iterable", |value: &Value| {
        matches!(
            value.kind(),
            ValueKind::Seq | ValueKind::Map | ValueKind::Iterable
        )
    });
    environment.add_test("odd", |value: i64| value % 2 != 0);
    environment.add_test("even", |value: i64| value % 2 == 0);
    environment.add_test("divisibleby", |value: i64, by: i64| {
        value.checked_rem(by) == Some(0)
    });
    environment.add_test("startingwith", |value: &str, start: &str| {
        value.starts_with(start)
    });
    environment.add_test("endingwith", |value: &str, end: &str| value.ends_with(end));
}
