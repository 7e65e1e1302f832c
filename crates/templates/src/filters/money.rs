//! Amounts of money as the reader's locale writes them.

use minijinja::value::Kwargs;
use minijinja::{Error, Value};

use super::numbers::decimal;
use super::{as_text, bounded, is_nothing, reader, wrong};

/// Signs that readers know; other currencies are named by their code.
const SIGNS: [(&str, &str); 16] = [
    ("BRL", "R$"),
    ("CNY", "CN¥"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("ILS", "₪"),
    ("INR", "₹"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("NGN", "₦"),
    ("PHP", "₱"),
    ("PLN", "zł"),
    ("THB", "฿"),
    ("TRY", "₺"),
    ("UAH", "₴"),
    ("USD", "$"),
    ("VND", "₫"),
];

/// Currencies without a smaller unit, and with one of a thousandth; ISO 4217.
const WHOLE: [&str; 14] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "XAF",
    "XOF",
];
const THOUSANDTHS: [&str; 6] = ["BHD", "IQD", "JOD", "KWD", "OMR", "TND"];

/// An amount: `{{ content.total|money("EUR") }}`; with `minor=true` the amount is in cents.
pub(super) fn money(value: &Value, currency: &str, options: Kwargs) -> Result<Value, Error> {
    let minor: Option<bool> = options.get("minor")?;
    options.assert_all_used()?;
    if is_nothing(value) {
        return Ok(value.clone());
    }
    let currency = currency.trim().to_ascii_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(wrong(
            "a currency has a code of three letters, such as \"EUR\"",
        ));
    }
    let digits = if WHOLE.contains(&&*currency) {
        0
    } else if THOUSANDTHS.contains(&&*currency) {
        3
    } else {
        2
    };
    let mut amount = decimal(value, Some(9))?;
    if minor.unwrap_or(false) {
        amount.absolute.multiply_pow10(-digits);
    }
    let amount = decimal(
        &Value::from(as_text(&Value::from(amount.to_string()))?.into_owned()),
        Some(digits),
    )?;
    bounded(written(&reader::decimal(&amount), &currency))
}

/// Number and sign in the order of the locale.
fn written(number: &str, currency: &str) -> String {
    let (language, region) = (reader::language(), reader::region());
    let sign = SIGNS
        .iter()
        .find(|(code, _)| *code == currency)
        .map_or(currency, |(_, sign)| sign);
    let sign = match (&*language, currency) {
        ("ja", "JPY") => "￥",
        ("ja", "CNY") => "元",
        ("zh", "CNY") => "¥",
        _ => sign,
    };
    let is_behind = match &*language {
        "en" | "ja" | "zh" | "ko" | "hi" | "th" | "tr" => false,
        "de" => !matches!(&*region, "AT" | "CH" | "LI"),
        "pt" => region == "PT",
        "es" => matches!(&*region, "" | "ES"),
        "nl" => false,
        _ => true,
    };
    let (minus, number) = match number.strip_prefix(['-', '\u{2212}']) {
        Some(number) => ("-", number),
        None => ("", number),
    };
    if is_behind {
        return format!("{minus}{number}\u{a0}{sign}");
    }
    let is_code = sign.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_apart = is_code || matches!(&*language, "de" | "pt" | "nl" | "es");
    let between = if is_apart { "\u{a0}" } else { "" };
    format!("{minus}{sign}{between}{number}")
}
