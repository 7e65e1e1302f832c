//! Where log lines go and how they look.
//!
//! Lines go to standard error or to a file, never to standard output: that belongs to what commands print, such as a token
//! or a table, and must stay safe to pipe.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, Filter, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Events of Campanile at `info`, those of libraries only when something is wrong. Two libraries log each failed try
/// to reach a server, hundreds of times a minute; [`Outage`](crate::Outage) logs that once, so they are silent.
const DEFAULT_FILTER: &str =
    "warn,campanile=info,lapin=off,opentelemetry_sdk=off,opentelemetry-otlp=off";

/// The shape of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, fields at the top level, for machines.
    #[default]
    Json,
    /// One readable line, for people.
    Text,
}

/// A word that names no log format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a log format, expected `json` or `text`")]
pub struct UnknownLogFormat(String);

impl FromStr for LogFormat {
    type Err = UnknownLogFormat;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            other => Err(UnknownLogFormat(other.to_owned())),
        }
    }
}

/// What to log, how, and where to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSettings {
    /// The shape of a line.
    pub format: LogFormat,
    /// Directives as in `RUST_LOG`; left out: the default, which holds libraries to warnings.
    pub filter: Option<String>,
    /// A file to append to; left out: standard error.
    pub file: Option<PathBuf>,
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogSetupError {
    /// The filter does not parse.
    #[error("RUST_LOG: `{filter}` is not a log filter, expected for example `{DEFAULT_FILTER}`")]
    Filter {
        /// What was given.
        filter: String,
        /// What the parser said.
        source: tracing_subscriber::filter::ParseError,
    },
    /// The file cannot be opened for appending.
    #[error("LOG_FILE: cannot append to {}", path.display())]
    File {
        /// What was given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something in the process has set up logging before.
    #[error("logging is already set up")]
    AlreadySetUp(#[source] tracing_subscriber::util::TryInitError),
}

/// Sets up logging for the whole process; to be called once, before anything logs.
///
/// # Errors
/// When the filter does not parse, the file cannot be opened, or logging was set up before.
pub fn init_logs(settings: LogSettings) -> Result<(), LogSetupError> {
    subscriber(settings)?
        .try_init()
        .map_err(LogSetupError::AlreadySetUp)
}

type BoxedSubscriber = Box<dyn Subscriber + Send + Sync>;

/// Builds the subscriber without installing it, so that tests need no global state.
fn subscriber(settings: LogSettings) -> Result<BoxedSubscriber, LogSetupError> {
    let filter = filter(settings.filter.as_deref())?;
    match settings.file {
        Some(path) => {
            let file = Mutex::new(append_to(&path)?);
            Ok(formatted(settings.format, filter, file))
        }
        None => Ok(formatted(settings.format, filter, io::stderr)),
    }
}

fn filter(directives: Option<&str>) -> Result<EnvFilter, LogSetupError> {
    let directives = directives
        .filter(|text| !text.trim().is_empty())
        .unwrap_or(DEFAULT_FILTER);
    EnvFilter::builder()
        .parse(directives)
        .map_err(|source| LogSetupError::Filter {
            filter: directives.to_owned(),
            source,
        })
}

fn append_to(path: &Path) -> Result<File, LogSetupError> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|source| LogSetupError::File {
            path: path.to_owned(),
            source,
        })
}

fn formatted<W>(format: LogFormat, filter: EnvFilter, writer: W) -> BoxedSubscriber
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let filter = WithoutContents(filter);
    // Colours are noise in a file and in what collects a container's standard error.
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(writer);
    let lines = match format {
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            // The list holds the innermost span as well; naming it twice would double each line.
            .with_current_span(false)
            .boxed(),
        LogFormat::Text => lines.boxed(),
    };
    Box::new(tracing_subscriber::registry().with(lines.with_filter(filter)))
}

/// Whatever the filter says, libraries do not log at `trace`: there they write what goes over the wire, such as the
/// password of the queue's login, headers of requests, and the texts that a WebSocket carries.
///
/// It decides once for each place in the code, as [`EnvFilter`] does: after a line that was refused by a question asked
/// each time, the thread's next line of a place that is always taken would be lost.
struct WithoutContents(EnvFilter);

fn writes_no_contents(line: &Metadata<'_>) -> bool {
    *line.level() != Level::TRACE || line.target().starts_with("campanile")
}

impl<S> Filter<S> for WithoutContents
where
    EnvFilter: Filter<S>,
{
    fn enabled(&self, line: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        writes_no_contents(line) && Filter::enabled(&self.0, line, context)
    }

    fn callsite_enabled(&self, line: &'static Metadata<'static>) -> Interest {
        match writes_no_contents(line) {
            true => Filter::<S>::callsite_enabled(&self.0, line),
            false => Interest::never(),
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<S>::max_level_hint(&self.0)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        Filter::on_new_span(&self.0, attributes, id, context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        Filter::on_record(&self.0, id, values, context);
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        Filter::on_enter(&self.0, id, context);
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        Filter::on_exit(&self.0, id, context);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        Filter::on_close(&self.0, id, context);
    }
}

#[cfg(test)]
mod tests;
