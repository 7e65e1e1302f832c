//! How long ago something was, or how soon it will be: "2 hours ago", "in 3 Tagen".

use icu_decimal::input::Decimal;
use icu_plurals::PluralCategory;
use minijinja::{Error, Value};

use super::dates::{When, when};
use super::reader;
use super::{bounded, dates, is_nothing};
use crate::{Language, session};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// What is further away is written as a date.
const FAR: i64 = 30 * DAY;

/// The words of a language: now; before and after a duration, with `#` for it; and the durations by plural form.
struct Words {
    now: &'static str,
    past: &'static str,
    future: &'static str,
    minutes: Forms,
    hours: Forms,
    days: Forms,
}

/// One, two, few, many, other.
type Forms = [&'static str; 5];

const fn words(language: Language) -> Words {
    match language {
        Language::English => Words {
            now: "now",
            past: "# ago",
            future: "in #",
            minutes: forms("# minute", "# minutes"),
            hours: forms("# hour", "# hours"),
            days: forms("# day", "# days"),
        },
        Language::German => Words {
            now: "jetzt",
            past: "vor #",
            future: "in #",
            minutes: forms("# Minute", "# Minuten"),
            hours: forms("# Stunde", "# Stunden"),
            days: forms("# Tag", "# Tagen"),
        },
        Language::French => Words {
            now: "maintenant",
            past: "il y a #",
            future: "dans #",
            minutes: forms("# minute", "# minutes"),
            hours: forms("# heure", "# heures"),
            days: forms("# jour", "# jours"),
        },
        Language::Spanish => Words {
            now: "ahora",
            past: "hace #",
            future: "dentro de #",
            minutes: forms("# minuto", "# minutos"),
            hours: forms("# hora", "# horas"),
            days: forms("# día", "# días"),
        },
        Language::Portuguese => Words {
            now: "agora",
            past: "há #",
            future: "em #",
            minutes: forms("# minuto", "# minutos"),
            hours: forms("# hora", "# horas"),
            days: forms("# dia", "# dias"),
        },
        Language::Japanese => Words {
            now: "今",
            past: "#前",
            future: "#後",
            minutes: forms("# 分", "# 分"),
            hours: forms("# 時間", "# 時間"),
            days: forms("# 日", "# 日"),
        },
        Language::Arabic => Words {
            now: "الآن",
            past: "قبل #",
            future: "خلال #",
            minutes: ["دقيقة واحدة", "دقيقتين", "# دقائق", "# دقيقة", "# دقيقة"],
            hours: ["ساعة واحدة", "ساعتين", "# ساعات", "# ساعة", "# ساعة"],
            days: ["يوم واحد", "يومين", "# أيام", "# يومًا", "# يوم"],
        },
    }
}

const fn forms(one: &'static str, other: &'static str) -> Forms {
    [one, other, other, other, other]
}

/// The time between a moment and now, or the date of what is further away than a month.
pub(super) fn relative(value: &Value) -> Result<Value, Error> {
    if is_nothing(value) {
        return Ok(value.clone());
    }
    let moment = match when(value) {
        Some(When::Moment(moment)) => moment,
        // A day has no moment.
        _ => return dates::date(value, None),
    };
    let now = session::current().map_or(0, |session| session.now.timestamp());
    let seconds = moment.as_second().saturating_sub(now);
    let Some(language) = Language::of(&reader::language()) else {
        return dates::datetime(value, None);
    };
    if seconds.abs() >= FAR {
        return dates::date(value, None);
    }
    bounded(written(&words(language), seconds))
}

fn written(words: &Words, seconds: i64) -> String {
    let distance = seconds.abs();
    let (forms, count) = match distance {
        ..MINUTE => return words.now.into(),
        MINUTE..HOUR => (&words.minutes, distance / MINUTE),
        HOUR..DAY => (&words.hours, distance / HOUR),
        _ => (&words.days, distance / DAY),
    };
    let count = Decimal::from(count);
    let form = match reader::plural(&count) {
        PluralCategory::One => forms[0],
        PluralCategory::Two => forms[1],
        PluralCategory::Few => forms[2],
        PluralCategory::Many => forms[3],
        _ => forms[4],
    };
    let duration = form.replace('#', &reader::decimal(&count));
    let frame = if seconds < 0 {
        words.past
    } else {
        words.future
    };
    frame.replace('#', &duration)
}
