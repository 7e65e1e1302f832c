//! Compiles a template: all that can be found out or done before anything is sent.

use std::collections::BTreeSet;
use std::sync::Arc;

use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use crate::check::{Checked, check, range};
use crate::fault::{Fault, FaultCode};
use crate::filters;
use crate::html::{Masked, complete, refuse, rendered_mjml, text_of, with_inlined_styles};
use crate::limits::{MAX_FAULTS, MAX_FLAT_BYTES, MAX_STEPS};
use crate::output::show;
use crate::render::{Compiled, Part, Place, engine_fault};
use crate::source::{Flat, Source, TemplateKind, Unit, flatten};

/// Compiles a template.
///
/// # Errors
///
/// All faults that were found, at most twenty, in the order of the parts.
pub fn compile(source: Source<'_>) -> Result<Compiled, Vec<Fault>> {
    let mut faults = check_parts(&source);
    let mut compiler = Compiler {
        environment: environment(),
        parts: Vec::new(),
        names: BTreeSet::new(),
        warnings: Vec::new(),
    };
    for name in source.kind.parts() {
        let Some((name, text)) = source.parts.0.get_key_value(*name) else {
            continue;
        };
        if faults.len() < MAX_FAULTS
            && let Err(found) = compiler.part(&source, name, text)
        {
            faults.extend(found);
        }
    }
    if !faults.is_empty() {
        faults.truncate(MAX_FAULTS);
        return Err(faults);
    }
    Ok(Compiled(Arc::new(compiler.finished(&source))))
}

/// Whether the parts are those of the channel.
fn check_parts(source: &Source<'_>) -> Vec<Fault> {
    let fault = |part: &str, message: String| Fault {
        part: part.into(),
        line: 1,
        column: 1,
        code: FaultCode::UnknownPart,
        message,
    };
    let parts = &source.parts.0;
    let mut faults = Vec::new();
    for name in parts
        .keys()
        .filter(|name| !source.kind.parts().contains(&&***name))
    {
        faults.push(fault(name, "this channel has no such part".into()));
    }
    let required = source.kind.required();
    if !parts.contains_key(required) {
        faults.push(fault(
            required,
            format!("the part \"{required}\" is missing"),
        ));
    }
    if source.kind == TemplateKind::Email {
        let has = |name: &str| parts.contains_key(name);
        if has("html") && has("mjml") {
            faults.push(fault(
                "mjml",
                "a mail has \"html\" or \"mjml\", not both".into(),
            ));
        }
        if !has("html") && !has("mjml") && !has("text") {
            faults.push(fault(
                "html",
                "a mail needs \"html\", \"mjml\" or \"text\"".into(),
            ));
        }
    }
    faults
}

/// What templates of all tenants have in common. Copies of it share their filters.
fn environment() -> Environment<'static> {
    static BASE: std::sync::LazyLock<Environment<'static>> = std::sync::LazyLock::new(|| {
        let mut environment = Environment::empty();
        filters::add(&mut environment);
        environment.add_function("range", range);
        environment.set_formatter(show);
        environment.set_fuel(Some(MAX_STEPS));
        environment.set_recursion_limit(100);
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        environment.set_auto_escape_callback(|name| match name {
            "html" => AutoEscape::Html,
            _ => AutoEscape::None,
        });
        environment
    });
    BASE.clone()
}

struct Compiler {
    environment: Environment<'static>,
    parts: Vec<Part>,
    names: BTreeSet<String>,
    warnings: Vec<Fault>,
}

impl Compiler {
    fn part(&mut self, source: &Source<'_>, name: &str, text: &str) -> Result<(), Vec<Fault>> {
        let flat = flatten(source, name, text).map_err(|fault| vec![fault])?;
        let checked = check(&flat)?;
        if !matches!(name, "html" | "mjml") {
            return self
                .add(name, &flat, &flat.units, checked)
                .map_err(|fault| vec![fault]);
        }
        let refused = refuse(&flat, source.link_schemes);
        if !refused.is_empty() {
            return Err(refused);
        }
        self.page(source, name, &flat, checked)
            .map_err(|fault| vec![fault])
    }

    /// A mail's page, and its text if none is given.
    fn page(
        &mut self,
        source: &Source<'_>,
        name: &str,
        flat: &Flat<'_>,
        checked: Checked,
    ) -> Result<(), Fault> {
        let bad = |code, message: String| flat.fault_at(0, code, message);
        let mut page = Masked::of(flat);
        if name == "mjml" {
            page = rendered_mjml(page).map_err(|error| {
                bad(
                    FaultCode::BadMjml,
                    format!("this MJML cannot be read: {error}"),
                )
            })?;
        }
        if !source.parts.0.contains_key("text") {
            let text = text_of(&page);
            self.add("text", flat, &text, Checked::default())?;
        }
        let page = with_inlined_styles(complete(page)).map_err(|error| {
            bad(
                FaultCode::BadHtml,
                format!("the styles of this page cannot be read: {error}"),
            )
        })?;
        self.add("html", flat, &page.revealed(), checked)
    }

    fn add(
        &mut self,
        name: &str,
        flat: &Flat<'_>,
        units: &[Unit],
        checked: Checked,
    ) -> Result<(), Fault> {
        let mut text = String::new();
        let mut places = Vec::new();
        for unit in units {
            if unit.is_tag {
                let fault = flat.fault_in(unit.file, unit.offset, FaultCode::Syntax, String::new());
                places.push(Place {
                    offset: text.len(),
                    part: fault.part,
                    line: fault.line,
                    column: fault.column,
                });
            }
            text.push_str(&unit.text);
        }
        if text.len() > 2 * MAX_FLAT_BYTES {
            let message = "the finished page is too long".into();
            return Err(flat.fault_at(0, FaultCode::TooLarge, message));
        }
        let length = text.len();
        self.environment
            .add_template_owned(name.to_owned(), text)
            .map_err(|error| engine_fault(flat, &error))?;
        let shown = checked.shown.into_iter().map(|shown| {
            let fault = flat.fault_at(shown.offset, FaultCode::UnknownVariable, String::new());
            (shown.path, fault)
        });
        self.parts.push(Part {
            name: name.to_owned(),
            places,
            shown: shown.collect(),
            length,
        });
        self.names.extend(checked.names);
        self.warnings.extend(checked.warnings);
        Ok(())
    }

    fn finished(mut self, source: &Source<'_>) -> crate::render::Inner {
        self.warnings.truncate(MAX_FAULTS);
        crate::render::Inner {
            kind: source.kind,
            locale: source.locale.to_owned(),
            environment: self.environment,
            parts: self.parts,
            warnings: self.warnings,
        }
    }
}
