//! Which variables a template reads, and which it shows without asking whether they exist.

use minijinja::machinery::{Span, ast::Expr};

use super::Checker;
use crate::context::VARIABLES;
use crate::fault::FaultCode;

/// A path such as `content.order.number` that a template shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) path: Vec<String>,
    /// Where in the flat text.
    pub(crate) offset: usize,
}

impl<'s> Checker<'_, 's> {
    pub(super) fn note_name(&mut self, name: &str, span: Span) {
        if self.locals.contains(&name) || name == "range" {
            return;
        }
        if !VARIABLES.contains(&name) {
            let message = format!("there is no variable named \"{name}\", so nothing is shown");
            let offset = span.start_offset as usize;
            let warning = self
                .flat
                .fault_at(offset, FaultCode::UnknownVariable, message);
            self.checked.warnings.push(warning);
        }
        self.checked.names.insert(name.to_owned());
    }

    /// Remembers a path that is shown as it is, through filters that show nothing for nothing.
    pub(super) fn note_shown(&mut self, expression: &Expr<'s>) {
        let mut value = expression;
        while let Expr::Filter(filter) = value {
            let (false, Some(inner)) = (matches!(filter.name, "default" | "d"), &filter.expr)
            else {
                return;
            };
            value = inner;
        }
        let Some(path) = path(value) else { return };
        let is_known = path.len() > 1 && VARIABLES.contains(&&*path[0]);
        let is_local = self.locals.iter().any(|local| *local == path[0]);
        let is_guarded = self.guarded.iter().any(|guard| path.starts_with(guard));
        if is_known && !is_local && !is_guarded {
            let offset = value.span().start_offset as usize;
            self.checked.shown.push(Shown { path, offset });
        }
    }

    /// Remembers the paths that a condition asks for.
    pub(super) fn note_guarded(&mut self, condition: &Expr<'s>) {
        if let Some(path) = path(condition) {
            self.guarded.push(path);
            return;
        }
        match condition {
            Expr::UnaryOp(operation) => self.note_guarded(&operation.expr),
            Expr::BinOp(operation) => {
                self.note_guarded(&operation.left);
                self.note_guarded(&operation.right);
            }
            Expr::Compare(comparison) => self.note_guarded(&comparison.expr),
            Expr::Test(test) => self.note_guarded(&test.expr),
            Expr::Filter(filter) => {
                if let Some(value) = &filter.expr {
                    self.note_guarded(value);
                }
            }
            _ => {}
        }
    }
}

fn path(expression: &Expr<'_>) -> Option<Vec<String>> {
    match expression {
        Expr::Var(name) => Some(vec![name.id.to_owned()]),
        Expr::GetAttr(attribute) => {
            let mut path = path(&attribute.expr)?;
            path.push(attribute.name.to_owned());
            Some(path)
        }
        _ => None,
    }
}
