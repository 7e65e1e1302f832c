//! Runs a compiled template.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use minijinja::{Environment, Error, ErrorKind, Value};

use crate::builtin::why_mail;
use crate::context::{Context, PageTexts, Root};
use crate::fault::{Fault, FaultCode};
use crate::html::{guarded, is_allowed_link};
use crate::limits::MAX_FAULTS;
use crate::message::Message;
use crate::output::Bounded;
use crate::session::{Running, Session};
use crate::source::{Flat, TemplateKind};
use crate::{Language, actions, clean};

/// A template that may run. Cheap to copy; all threads may use it at once.
#[derive(Debug, Clone)]
pub struct Compiled(pub(crate) Arc<Inner>);

/// What a template made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The parts, by name: for a mail `subject`, `html` and `text`; `actions` is a JSON list.
    pub parts: BTreeMap<String, String>,
    /// What looks like a mistake: variables that do not exist.
    pub warnings: Vec<Fault>,
}

/// What a template made for one of many readers, and what that cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForReader {
    /// The parts, or the first fault.
    pub parts: Result<BTreeMap<String, String>, Fault>,
    /// Processor time of this thread.
    pub cpu: Duration,
    /// Whether the template asked who the reader is. If not, `parts` is the same for all readers of the same locale and
    /// time zone.
    pub names_reader: bool,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) kind: TemplateKind,
    pub(crate) locale: String,
    pub(crate) environment: Environment<'static>,
    pub(crate) parts: Vec<Part>,
    pub(crate) warnings: Vec<Fault>,
}

#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// Where the tags of the text came from, in order.
    pub(crate) places: Vec<Place>,
    /// Paths that are shown, with the warning that is due if there is nothing.
    pub(crate) shown: Vec<(Vec<String>, Fault)>,
    pub(crate) length: usize,
}

/// Where a tag came from.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) offset: usize,
    pub(crate) part: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Compiled {
    /// What looked like a mistake when it was compiled.
    #[must_use]
    pub fn warnings(&self) -> &[Fault] {
        &self.0.warnings
    }

    /// The locale that it is written in.
    #[must_use]
    pub fn locale(&self) -> &str {
        &self.0.locale
    }

    /// Renders all parts.
    ///
    /// # Errors
    ///
    /// The first fault, with its place; nothing of the template may be shown then.
    pub fn render(&self, context: &Context) -> Result<BTreeMap<String, String>, Fault> {
        self.render_for_reader(context).parts
    }

    /// Renders all parts for one of many readers, and says what it cost and whether others may share it.
    pub fn render_for_reader(&self, context: &Context) -> ForReader {
        let root = Arc::new(Root::new(context, &self.0.locale));
        let session = Session::begin(context, &self.0.locale);
        let parts = self.0.render(context, &root, &session);
        ForReader {
            parts,
            cpu: session.cpu(),
            names_reader: root.names_reader(),
        }
    }

    /// Bytes of its finished sources. In memory it takes a few times as much.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.parts.iter().map(|part| part.length).sum()
    }

    /// Renders all parts for an editor, with warnings.
    ///
    /// # Errors
    ///
    /// As [`Compiled::render`].
    pub fn preview(&self, context: &Context) -> Result<Rendered, Fault> {
        let root = Arc::new(Root::new(context, &self.0.locale));
        let session = Session::begin(context, &self.0.locale);
        let parts = self.0.render(context, &root, &session)?;
        drop(session);
        let mut warnings = self.0.warnings.clone();
        for (path, warning) in self.0.parts.iter().flat_map(|part| &part.shown) {
            if warnings.len() < MAX_FAULTS && root.at(path).is_undefined() {
                let message = format!(
                    "{} does not exist here, so nothing is shown",
                    path.join(".")
                );
                warnings.push(Fault {
                    message,
                    ..warning.clone()
                });
            }
        }
        Ok(Rendered { parts, warnings })
    }
}

impl Inner {
    fn render(
        &self,
        context: &Context,
        root: &Arc<Root>,
        session: &Running,
    ) -> Result<BTreeMap<String, String>, Fault> {
        let mut rendered = BTreeMap::new();
        let mut preheader = String::new();
        for part in &self.parts {
            if part.name == "html" {
                root.set_page(PageTexts {
                    subject: rendered.get("subject").cloned().unwrap_or_default(),
                    preheader: preheader.clone(),
                    why_mail: why_mail(Language::of(&self.locale).unwrap_or(Language::English))
                        .into(),
                });
            }
            let text = self.part(part, Value::from_dyn_object(Arc::clone(root)), session)?;
            let Some(finished) = self.finish(part, text, context)? else {
                continue;
            };
            if part.name == "preheader" {
                preheader = finished;
            } else {
                rendered.insert(part.name.clone(), finished);
            }
        }
        Ok(rendered)
    }

    fn part(&self, part: &Part, root: Value, session: &Running) -> Result<String, Fault> {
        let mut output = Bounded::with_room_for(part.length + part.length / 4);
        let template = self.environment.get_template(&part.name);
        let result =
            template.and_then(|template| template.render_captured_to(root, &mut output).map(drop));
        match (result, session.stopped()) {
            (Ok(()), None) => Ok(output.into_text()),
            (result, stopped) => {
                let error = result.err();
                let (code, message) = stopped
                    .map(|code| (code, stop_message(code)))
                    .or_else(|| error.as_ref().map(explained))
                    .unwrap_or((FaultCode::WrongType, "it cannot be rendered".into()));
                let offset = error
                    .and_then(|error| error.range())
                    .map_or(0, |range| range.start);
                Err(part.fault_at(offset, code, message))
            }
        }
    }

    /// Makes what came out fit where it is shown. `None` for an optional part without a text.
    fn finish(
        &self,
        part: &Part,
        text: String,
        context: &Context,
    ) -> Result<Option<String>, Fault> {
        let empty = || part.fault_at(0, FaultCode::Empty, "there is nothing to show".into());
        Ok(match &*part.name {
            "html" => Some(guarded(&text, &context.link_schemes).into_owned()),
            "title" | "subject" => {
                Some(clean::line(&text, Message::MAX_TITLE_CHARS).ok_or_else(empty)?)
            }
            "preheader" => clean::line(&text, Message::MAX_TITLE_CHARS),
            "text" if self.kind == TemplateKind::Email => {
                clean::text(&without_gaps(&text), crate::limits::MAX_OUTPUT_BYTES)
            }
            "text" => Some(clean::text(&text, Message::MAX_TEXT_BYTES).ok_or_else(empty)?),
            "body" => clean::text(&text, Message::MAX_TEXT_BYTES),
            "actions" => {
                let actions = actions::read(&text, &context.link_schemes);
                actions.map_err(|message| part.fault_at(0, FaultCode::BadActions, message))?
            }
            "image" => match text.trim() {
                "" => None,
                link if is_allowed_link(link, &[]) => Some(link.to_owned()),
                _ => {
                    let message = "a picture is an https link".into();
                    return Err(part.fault_at(0, FaultCode::BadLink, message));
                }
            },
            // The link of the inbox.
            _ => match text.trim() {
                "" => None,
                link if is_allowed_link(link, &context.link_schemes) => Some(link.to_owned()),
                _ => {
                    let message =
                        "this is no link that may be opened: https, or a scheme of the tenant"
                            .into();
                    return Err(part.fault_at(0, FaultCode::BadLink, message));
                }
            },
        })
    }
}

/// No more than one empty line in a row, and no blanks at the end of a line: tags of a template leave them behind.
fn without_gaps(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let line = line.trim_end();
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    tidy
}

impl Part {
    /// A fault in the tag that contains an offset of the finished text.
    fn fault_at(&self, offset: usize, code: FaultCode, message: String) -> Fault {
        let after = self.places.partition_point(|place| place.offset <= offset);
        let place = after.checked_sub(1).and_then(|at| self.places.get(at));
        let (part, line, column) = match place {
            Some(place) => (place.part.clone(), place.line, place.column),
            None => (self.name.clone(), 1, 1),
        };
        Fault {
            part,
            line,
            column,
            code,
            message,
        }
    }
}

/// A fault of minijinja's in a flat text.
pub(crate) fn engine_fault(flat: &Flat<'_>, error: &Error) -> Fault {
    let offset = error.range().map_or(0, |range| range.start);
    let (code, message) = explained(error);
    flat.fault_at(offset, code, message)
}

fn explained(error: &Error) -> (FaultCode, String) {
    let code = match error.kind() {
        ErrorKind::SyntaxError => FaultCode::Syntax,
        ErrorKind::UnknownFilter => FaultCode::UnknownFilter,
        ErrorKind::UnknownTest => FaultCode::UnknownTest,
        ErrorKind::OutOfFuel => FaultCode::OutOfSteps,
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => FaultCode::NotAllowed,
        _ => FaultCode::WrongType,
    };
    let message = match (code, error.detail()) {
        (FaultCode::OutOfSteps, _) => stop_message(code),
        (_, Some(detail)) => detail.to_owned(),
        (_, None) => error.kind().to_string(),
    };
    (code, message)
}

fn stop_message(code: FaultCode) -> String {
    match code {
        FaultCode::OutOfSteps => "rendering takes too many steps",
        FaultCode::OutOfTime => "rendering takes too long",
        FaultCode::OutputTooLarge => "a text becomes too long",
        _ => "rendering was stopped",
    }
    .into()
}
