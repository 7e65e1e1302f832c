//! Filters of numbers.

use icu_decimal::input::Decimal;
use icu_plurals::PluralCategory;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, Value};

use super::{as_text, bounded, is_nothing, reader, wrong};

/// Digits behind the point that are shown at most.
const MAX_DECIMALS: i16 = 9;
/// The longest number that is shown: what is longer is no number for people.
const MAX_DIGITS: usize = 40;

pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_filter("int", int);
    environment.add_filter("float", float);
    environment.add_filter("abs", |value: &Value| float(value).map(f64::abs).map(whole));
    environment.add_filter("round", round);
    environment.add_filter("number", number);
    environment.add_filter("percent", percent);
    environment.add_filter("plural", plural);
}

fn int(value: &Value) -> Result<i64, Error> {
    if let Some(number) = value.as_i64() {
        return Ok(number);
    }
    let number = float(value)?.trunc();
    // Beyond that a number has no units.
    if number.abs() > 9e15 {
        return Err(wrong("this number is too large"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "it was checked")]
    Ok(number as i64)
}

fn float(value: &Value) -> Result<f64, Error> {
    if is_nothing(value) {
        return Ok(0.0);
    }
    if let Some(text) = value.as_str() {
        let number = text
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite());
        return number.ok_or_else(|| wrong("this text is no number"));
    }
    f64::try_from(value.clone()).map_err(|_| wrong("this is no number"))
}

/// A number without a fraction is shown without one.
fn whole(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        #[expect(clippy::cast_possible_truncation, reason = "it was checked")]
        return Value::from(number as i64);
    }
    Value::from(number)
}

fn round(value: &Value, decimals: Option<i32>) -> Result<Value, Error> {
    let scale = 10_f64.powi(decimals.unwrap_or(0).clamp(0, i32::from(MAX_DECIMALS)));
    Ok(whole((float(value)? * scale).round() / scale))
}

/// The decimal of a value, with or without a number of digits behind the point.
pub(super) fn decimal(value: &Value, decimals: Option<i16>) -> Result<Decimal, Error> {
    let text = as_text(value)?;
    let text = text.trim();
    // 1e300 would be 300 digits.
    let is_plain = text.len() <= MAX_DIGITS && !text.contains(['e', 'E']);
    let decimal = is_plain.then(|| Decimal::try_from_str(text).ok()).flatten();
    let mut decimal = decimal.ok_or_else(|| wrong("this is no number that can be shown"))?;
    match decimals {
        Some(decimals) => {
            decimal.round(-decimals);
            decimal.absolute.trim_end();
            decimal.absolute.pad_end(-decimals);
        }
        None => {
            decimal.round(-3);
            decimal.absolute.trim_end();
        }
    }
    decimal.absolute.trim_start();
    Ok(decimal)
}

fn decimals(decimals: Option<i16>) -> Option<i16> {
    decimals.map(|decimals| decimals.clamp(0, MAX_DECIMALS))
}

/// A number as the reader's language writes it: `1,234.5`, `1.234,5`.
fn number(value: &Value, digits: Option<i16>) -> Result<Value, Error> {
    if is_nothing(value) {
        return Ok(value.clone());
    }
    bounded(reader::decimal(&decimal(value, decimals(digits))?))
}

/// A share as a percentage: 0.25 is shown as `25%` or `25 %`.
fn percent(value: &Value, digits: Option<i16>) -> Result<Value, Error> {
    if is_nothing(value) {
        return Ok(value.clone());
    }
    let digits = decimals(digits).unwrap_or(0);
    let share = Value::from(format!("{:.12}", float(value)? * 100.0));
    bounded(reader::percent(&decimal(&share, Some(digits))?))
}

/// The form of the reader's language for a number: `{{ n|plural(one="# day", other="# days") }}`.
fn plural(value: &Value, forms: Kwargs) -> Result<Value, Error> {
    let other: &str = forms.get("other")?;
    let mut form = other;
    let number = decimal(value, None)?;
    let category = reader::plural(&number);
    for (name, known) in [
        ("zero", PluralCategory::Zero),
        ("one", PluralCategory::One),
        ("two", PluralCategory::Two),
        ("few", PluralCategory::Few),
        ("many", PluralCategory::Many),
    ] {
        let given: Option<&str> = forms.get(name)?;
        if let Some(given) = given
            && known == category
        {
            form = given;
        }
    }
    // Many languages have no form for nothing, but people do.
    let nothing: Option<&str> = forms.get("zero")?;
    if let Some(nothing) = nothing
        && number.absolute.is_zero()
    {
        form = nothing;
    }
    forms.assert_all_used()?;
    let shown = reader::decimal(&number);
    super::check_room(form.matches('#').count().saturating_mul(shown.len()))?;
    bounded(form.replace('#', &shown))
}
