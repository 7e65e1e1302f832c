//! Where log lines go and what they look like.

use std::path::PathBuf;

use crate::check;
use crate::key::Key;
use crate::reader::Reader;

const FILE: Key = Key::plain("logs", "file", "LOG_FILE")
    .means("A file to append log lines to (default: standard error).")
    .expects("the path of a file");
const FORMAT: Key = Key::plain("logs", "format", "LOG_FORMAT")
    .means("The format of log lines.")
    .by_role("`text` for `up` on a terminal, otherwise `json`")
    .expects("json or text");
const FILTER: Key = Key::plain("logs", "filter", "RUST_LOG")
    .means("The log filter, by level and module.")
    .by_role("`warn` for `up` on a terminal, otherwise `warn,campanile=info,lapin=off,opentelemetry_sdk=off,opentelemetry-otlp=off`")
    .expects("directives such as info,sqlx=warn");

pub(crate) const KEYS: &[Key] = &[FILE, FORMAT, FILTER];

/// The shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// One readable line.
    Text,
}

/// How to log.
#[derive(Clone, Debug)]
pub struct Logs {
    /// The file to append to; absent, standard error.
    pub file: Option<PathBuf>,
    /// The shape of a line; absent, see [`Logs::for_terminal`].
    pub format: Option<LogFormat>,
    /// Directives for the subscriber, which judges them; absent, its own.
    pub filter: Option<String>,
}

impl Logs {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            file: reader.optional(&FILE, |text| check::line(text).map(PathBuf::from)),
            format: reader.optional(&FORMAT, format),
            filter: reader.optional(&FILTER, check::line),
        }
    }

    /// Fills in what a person at a terminal wants to read, where nothing is set: warnings, as text.
    #[must_use]
    pub fn for_terminal(self) -> Self {
        Self {
            format: self.format.or(Some(LogFormat::Text)),
            filter: self.filter.or_else(|| Some("warn".to_owned())),
            ..self
        }
    }
}

fn format(text: &str) -> Result<LogFormat, String> {
    match text.trim() {
        "json" => Ok(LogFormat::Json),
        "text" => Ok(LogFormat::Text),
        _ => Err("is not a log format".to_owned()),
    }
}
