//! What is written as the reader's locale writes it. The tables come from Unicode's CLDR, through `icu`.
//!
//! Making a formatter takes microseconds and using one does not, so each thread keeps those of its last locales.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use icu_calendar::{Date, Gregorian};
use icu_datetime::fieldsets::{T, YMD, YMDE, YMDET, YMDT};
use icu_datetime::{FixedCalendarDateTimeFormatter, NoCalendarFormatter};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_list::ListFormatter;
use icu_list::options::ListFormatterOptions;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use icu_time::{DateTime, Time};

use crate::session;

/// Locales whose formatters a thread keeps.
const KEPT_LOCALES: usize = 32;

thread_local! {
    static READERS: RefCell<HashMap<String, Rc<Reader>>> = RefCell::new(HashMap::new());
}

/// Formatters of a locale, each made when it is first needed.
struct Reader {
    locale: Locale,
    decimal: OnceCell<Option<DecimalFormatter>>,
    plural: OnceCell<Option<PluralRules>>,
    and: OnceCell<Option<ListFormatter>>,
    or: OnceCell<Option<ListFormatter>>,
    short: OnceCell<Option<FixedCalendarDateTimeFormatter<Gregorian, YMD>>>,
    medium: OnceCell<Option<FixedCalendarDateTimeFormatter<Gregorian, YMD>>>,
    long: OnceCell<Option<FixedCalendarDateTimeFormatter<Gregorian, YMD>>>,
    full: OnceCell<Option<FixedCalendarDateTimeFormatter<Gregorian, YMDE>>>,
    time: OnceCell<Option<NoCalendarFormatter<T>>>,
    medium_time: OnceCell<Option<FixedCalendarDateTimeFormatter<Gregorian, YMDT>>>,
    short_time: OnceCell<Option<FixedCalendarDateTimeFormatter<Gregorian, YMDT>>>,
    long_time: OnceCell<Option<FixedCalendarDateTimeFormatter<Gregorian, YMDT>>>,
    full_time: OnceCell<Option<FixedCalendarDateTimeFormatter<Gregorian, YMDET>>>,
}

impl Reader {
    fn of(locale: Locale) -> Self {
        Self {
            locale,
            decimal: OnceCell::new(),
            plural: OnceCell::new(),
            and: OnceCell::new(),
            or: OnceCell::new(),
            short: OnceCell::new(),
            medium: OnceCell::new(),
            long: OnceCell::new(),
            full: OnceCell::new(),
            time: OnceCell::new(),
            short_time: OnceCell::new(),
            medium_time: OnceCell::new(),
            long_time: OnceCell::new(),
            full_time: OnceCell::new(),
        }
    }
}

/// How much of a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Short,
    Medium,
    Long,
    /// With the day of the week.
    Full,
}

fn reader() -> Rc<Reader> {
    let tag = session::current().map_or_else(|| "en".into(), |session| session.locale.clone());
    READERS.with_borrow_mut(|readers| {
        if let Some(reader) = readers.get(&tag) {
            return Rc::clone(reader);
        }
        if readers.len() >= KEPT_LOCALES {
            readers.clear();
        }
        let locale = tag.replace('_', "-").parse().unwrap_or_else(|_| {
            let language = tag.split(['-', '_']).next().unwrap_or_default();
            language.parse().unwrap_or(Locale::UNKNOWN)
        });
        let reader = Rc::new(Reader::of(locale));
        readers.insert(tag, Rc::clone(&reader));
        reader
    })
}

/// The language of the reader's locale.
pub(super) fn language() -> String {
    reader().locale.id.language.to_string()
}

/// The region of the reader's locale, or nothing.
pub(super) fn region() -> String {
    reader()
        .locale
        .id
        .region
        .map(|region| region.to_string())
        .unwrap_or_default()
}

pub(super) fn decimal(number: &Decimal) -> String {
    let reader = reader();
    let formatter = reader.decimal.get_or_init(|| {
        DecimalFormatter::try_new((&reader.locale).into(), Default::default()).ok()
    });
    match formatter {
        Some(formatter) => formatter.format(number).to_string(),
        None => number.to_string(),
    }
}

/// A percentage: with a blank before the sign where the language writes one.
pub(super) fn percent(number: &Decimal) -> String {
    let shown = decimal(number);
    match &*language() {
        "de" | "fr" | "es" | "sv" | "nb" | "da" | "fi" | "cs" | "ru" | "uk" => {
            format!("{shown}\u{a0}%")
        }
        "ar" => format!("{shown}٪\u{61c}"),
        _ => format!("{shown}%"),
    }
}

pub(super) fn plural(number: &Decimal) -> PluralCategory {
    let reader = reader();
    let rules = reader
        .plural
        .get_or_init(|| PluralRules::try_new_cardinal((&reader.locale).into()).ok());
    match rules {
        Some(rules) => rules.category_for(number),
        None => PluralCategory::Other,
    }
}

pub(super) fn list(texts: &[String], or: bool) -> String {
    let reader = reader();
    let options = ListFormatterOptions::default();
    let formatter = if or {
        reader
            .or
            .get_or_init(|| ListFormatter::try_new_or((&reader.locale).into(), options).ok())
    } else {
        reader
            .and
            .get_or_init(|| ListFormatter::try_new_and((&reader.locale).into(), options).ok())
    };
    match formatter {
        Some(formatter) => formatter.format(texts.iter()).to_string(),
        None => texts.join(", "),
    }
}

macro_rules! formatted {
    ($reader:ident, $field:ident, $kind:ident, $fields:expr, $value:expr) => {{
        let formatter = $reader
            .$field
            .get_or_init(|| $kind::try_new((&$reader.locale).into(), $fields).ok());
        formatter
            .as_ref()
            .map(|formatter| formatter.format($value).to_string())
    }};
}

pub(super) fn date(date: &Date<Gregorian>, length: Length) -> Option<String> {
    let reader = reader();
    match length {
        Length::Short => formatted!(
            reader,
            short,
            FixedCalendarDateTimeFormatter,
            YMD::short(),
            date
        ),
        Length::Medium => formatted!(
            reader,
            medium,
            FixedCalendarDateTimeFormatter,
            YMD::medium(),
            date
        ),
        Length::Long => formatted!(
            reader,
            long,
            FixedCalendarDateTimeFormatter,
            YMD::long(),
            date
        ),
        Length::Full => formatted!(
            reader,
            full,
            FixedCalendarDateTimeFormatter,
            YMDE::long(),
            date
        ),
    }
}

pub(super) fn time(time: &Time) -> Option<String> {
    let reader = reader();
    formatted!(reader, time, NoCalendarFormatter, T::hm(), time)
}

pub(super) fn datetime(at: &DateTime<Gregorian>, length: Length) -> Option<String> {
    let reader = reader();
    match length {
        Length::Short => formatted!(
            reader,
            short_time,
            FixedCalendarDateTimeFormatter,
            YMD::short().with_time_hm(),
            at
        ),
        Length::Medium => formatted!(
            reader,
            medium_time,
            FixedCalendarDateTimeFormatter,
            YMD::medium().with_time_hm(),
            at
        ),
        Length::Long => formatted!(
            reader,
            long_time,
            FixedCalendarDateTimeFormatter,
            YMD::long().with_time_hm(),
            at
        ),
        Length::Full => formatted!(
            reader,
            full_time,
            FixedCalendarDateTimeFormatter,
            YMDE::long().with_time_hm(),
            at
        ),
    }
}
