//! Debounce and throttle as a tenant writes them.

use campanile_domain::{Debounce, RateRules, Throttle};
use campanile_fields::{FieldCode, Fields};

/// The rules of a body; what is left out, or `null`, is off.
pub(super) fn rate_rules(fields: &mut Fields<'_>) -> RateRules {
    RateRules {
        debounce: rule(fields, "debounce", "within_s", |rule| {
            let within_s = number(rule, "within_s", Debounce::MAX_WITHIN_S)?;
            Debounce::new(within_s).ok()
        }),
        throttle: rule(fields, "throttle", "burst and per_minute", |rule| {
            let burst = number(rule, "burst", Throttle::MAX);
            let per_minute = number(rule, "per_minute", Throttle::MAX);
            Throttle::new(burst?, per_minute?).ok()
        }),
    }
}

/// One rule, with its errors below its name.
fn rule<T>(
    fields: &mut Fields<'_>,
    name: &'static str,
    holds: &str,
    read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
) -> Option<T> {
    let said = fields.get(name)?;
    let inner = said.is_object().then(|| Fields::of(said));
    let Some(Ok(mut inner)) = inner else {
        let detail = format!("must be an object with {holds}, or null");
        fields.wrong(name, FieldCode::WrongType, detail);
        return None;
    };
    let rule = read(&mut inner);
    fields.wrong_within(name, inner.finish());
    rule
}

fn number(fields: &mut Fields<'_>, name: &'static str, max: u32) -> Option<u32> {
    let said = fields.required(name)?;
    // A number with a point or an exponent is refused, even if it is whole.
    let is_whole = said.is_number() && !said.text().contains(['.', 'e', 'E']);
    if !is_whole {
        fields.wrong(name, FieldCode::WrongType, "must be a whole number");
        return None;
    }
    let number = said.as_u64().and_then(|number| u32::try_from(number).ok());
    let number = number.filter(|number| (1..=max).contains(number));
    if number.is_none() {
        fields.wrong(name, FieldCode::OutOfRange, format!("must be 1 to {max}"));
    }
    number
}
