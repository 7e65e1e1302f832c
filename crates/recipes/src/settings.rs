//! The settings of an account: what there is, and whether a value will do.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A line of text.
    Text,
    /// An address that calls go to, judged like every address that a tenant chose.
    Url,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Switch,
    /// One of several names.
    Choice,
}

/// A setting of a recipe.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether it is encrypted and never shown.
    pub is_secret: bool,
    /// Whether there is no account without it.
    pub is_required: bool,
    /// It is required while this other setting is not given.
    pub required_unless: Option<String>,
    /// What it is and where to find it, in a sentence.
    pub help: String,
    /// A value that would do.
    pub example: Value,
    /// What it is if it is left out.
    pub default: Option<Value>,
    pub(crate) min: u64,
    pub(crate) max: u64,
    pub(crate) alphabet: Option<Alphabet>,
    pub(crate) prefix: Option<String>,
    /// The values of a choice.
    pub of: Vec<String>,
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It is missing.
    Required,
    /// It has another JSON type.
    WrongType,
    /// It does not have the form that is needed.
    Invalid,
    /// It is none of the values of the choice.
    UnknownValue,
    /// The text is too short.
    TooShort,
    /// The text is too long.
    TooLong,
    /// The number is too low or too high.
    OutOfRange,
}

/// A wrong setting. The value is never part of it: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    /// Which setting.
    pub name: String,
    /// What is wrong.
    pub flaw: Flaw,
    /// What it must be.
    pub detail: String,
}

/// Characters that a text may have, as `A-Za-z0-9_-`: ranges, and single characters with a `-` at the end.
#[derive(Debug, Clone)]
pub(crate) struct Alphabet {
    written: String,
    ranges: Vec<(char, char)>,
}

impl Alphabet {
    /// `None` where a range runs backwards or nothing is allowed.
    pub(crate) fn parse(written: &str) -> Option<Self> {
        let (mut ranges, mut rest) = (Vec::new(), written.chars());
        while let Some(from) = rest.next() {
            let mut ahead = rest.clone();
            match (ahead.next(), ahead.next()) {
                (Some('-'), Some(to)) => {
                    ranges.push((from, to));
                    rest = ahead;
                }
                _ => ranges.push((from, from)),
            }
        }
        let is_sound = !ranges.is_empty() && ranges.iter().all(|(from, to)| from <= to);
        let written = written.to_owned();
        is_sound.then_some(Self { written, ranges })
    }

    fn has(&self, c: char) -> bool {
        self.ranges
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&c))
    }
}

impl Setting {
    /// Says what is wrong with a value.
    ///
    /// # Errors
    /// The flaw, and what the value must be.
    pub fn check(&self, value: &Value) -> Result<(), (Flaw, String)> {
        match (self.kind, value) {
            (Kind::Switch, Value::Bool(_)) => Ok(()),
            (Kind::Switch, _) => Err((Flaw::WrongType, "must be true or false".into())),
            (Kind::Number, value) => self.check_number(value),
            (_, Value::String(text)) => self.check_text(text),
            (_, _) => Err((Flaw::WrongType, "must be a string".into())),
        }
    }

    fn check_number(&self, value: &Value) -> Result<(), (Flaw, String)> {
        let Some(number) = value.as_u64() else {
            return Err((Flaw::WrongType, "must be a whole number".into()));
        };
        let fits = (self.min..=self.max).contains(&number);
        let range = || {
            (
                Flaw::OutOfRange,
                format!("must be {} to {}", self.min, self.max),
            )
        };
        fits.then_some(()).ok_or_else(range)
    }

    /// The same for a text, which an address is, too.
    pub(crate) fn check_text(&self, text: &str) -> Result<(), (Flaw, String)> {
        if self.kind == Kind::Choice {
            let list = || {
                (
                    Flaw::UnknownValue,
                    format!("must be one of {}", self.of.join(", ")),
                )
            };
            return self
                .of
                .iter()
                .any(|one| one == text)
                .then_some(())
                .ok_or_else(list);
        }
        let length = text.len() as u64;
        let bytes = || format!("must be {} to {} bytes", self.min, self.max);
        if length < self.min {
            return Err((Flaw::TooShort, bytes()));
        }
        if length > self.max {
            return Err((Flaw::TooLong, bytes()));
        }
        if self.kind == Kind::Url {
            return check_url(text).map_err(|why| (Flaw::Invalid, why.into()));
        }
        if let Some(prefix) = &self.prefix
            && !text.starts_with(prefix.as_str())
        {
            return Err((Flaw::Invalid, format!("must begin with {prefix}")));
        }
        match &self.alphabet {
            Some(alphabet) if !text.chars().all(|c| alphabet.has(c)) => Err((
                Flaw::Invalid,
                format!("must have no characters but {}", alphabet.written),
            )),
            None if text.contains(char::is_control) => {
                Err((Flaw::Invalid, "must not contain control characters".into()))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// A place that can be called: no credentials, which would be shown, and no fragment, which would not be sent.
fn check_url(text: &str) -> Result<(), &'static str> {
    let form = "must be an address such as https://host/path";
    let url = Url::parse(text).map_err(|_| form)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(form);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password");
    }
    if url.fragment().is_some() {
        return Err("must not contain a fragment");
    }
    Ok(())
}

/// The settings of one account, checked.
#[derive(Clone, Default)]
pub struct Settings(pub(crate) BTreeMap<String, Value>);

impl Settings {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
