//! Reads what a template would do, and refuses what it may not, before it ever runs.
//!
//! minijinja's fuel bounds steps, not memory: `~`, `*`, `+` on texts and blocks that capture their output double a
//! text with each step. None of these can be bounded while it runs, so they are refused here unless it is evident
//! that they are small. What remains goes through our filters, our output and our loops, which are bounded.

mod expressions;
mod numbers;
mod variables;

use std::collections::BTreeSet;

use minijinja::machinery::{Span, ast, parse};

pub(crate) use expressions::range;
pub(crate) use variables::Shown;

use crate::fault::{Fault, FaultCode};
use crate::limits::{MAX_FAULTS, MAX_SEARCHES};
use crate::render::engine_fault;
use crate::source::Flat;

/// What is known of a text that may run.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// Variables that it reads.
    pub(crate) names: BTreeSet<String>,
    /// Paths that it shows where they must exist.
    pub(crate) shown: Vec<Shown>,
    /// What looks like a mistake.
    pub(crate) warnings: Vec<Fault>,
}

/// Checks a part.
pub(crate) fn check(flat: &Flat<'_>) -> Result<Checked, Vec<Fault>> {
    let text = flat.text();
    let tree = parse(&text, "part", Default::default())
        .map_err(|error| vec![engine_fault(flat, &error)])?;
    let mut checker = Checker {
        flat,
        faults: Vec::new(),
        checked: Checked::default(),
        locals: vec!["loop"],
        guarded: Vec::new(),
        searches: 0,
    };
    if let ast::Stmt::Template(template) = &tree {
        checker.body(&template.children);
    }
    if checker.searches > MAX_SEARCHES {
        let message = format!("a part may compare with `in` {MAX_SEARCHES} times");
        let fault = flat.fault_at(0, FaultCode::TooComplex, message);
        checker.faults.push(fault);
    }
    if checker.faults.is_empty() {
        Ok(checker.checked)
    } else {
        checker.faults.truncate(MAX_FAULTS);
        Err(checker.faults)
    }
}

struct Checker<'c, 's> {
    flat: &'c Flat<'c>,
    faults: Vec<Fault>,
    checked: Checked,
    /// Names that the template itself gives values to.
    locals: Vec<&'s str>,
    /// Paths that an `if` around the present place asks for.
    guarded: Vec<Vec<String>>,
    searches: usize,
}

impl<'s> Checker<'_, 's> {
    fn refuse(&mut self, span: Span, message: impl Into<String>) {
        self.fault(span, FaultCode::NotAllowed, message);
    }

    fn fault(&mut self, span: Span, code: FaultCode, message: impl Into<String>) {
        let offset = span.start_offset as usize;
        let fault = self.flat.fault_at(offset, code, message.into());
        self.faults.push(fault);
    }

    fn body(&mut self, body: &[ast::Stmt<'s>]) {
        for statement in body {
            self.statement(statement);
        }
    }

    /// What follows sees the locals of a block no more.
    fn scope(&mut self, within: impl FnOnce(&mut Self)) {
        let locals = self.locals.len();
        within(self);
        self.locals.truncate(locals);
    }

    fn statement(&mut self, statement: &ast::Stmt<'s>) {
        match statement {
            ast::Stmt::Template(template) => self.body(&template.children),
            ast::Stmt::EmitRaw(_) => {}
            ast::Stmt::EmitExpr(emit) => {
                self.note_shown(&emit.expr);
                self.whole_expression(&emit.expr, Kept::No);
            }
            ast::Stmt::ForLoop(each) => self.for_loop(each),
            ast::Stmt::IfCond(choice) => {
                self.whole_expression(&choice.expr, Kept::No);
                let guarded = self.guarded.len();
                self.note_guarded(&choice.expr);
                self.scope(|checker| checker.body(&choice.true_body));
                self.scope(|checker| checker.body(&choice.false_body));
                self.guarded.truncate(guarded);
            }
            ast::Stmt::WithBlock(block) => self.scope(|checker| {
                for (target, value) in &block.assignments {
                    checker.whole_expression(value, Kept::Yes);
                    checker.target(target);
                }
                checker.body(&block.body);
            }),
            ast::Stmt::Set(set) => {
                self.whole_expression(&set.expr, Kept::Yes);
                self.target(&set.target);
            }
            ast::Stmt::SetBlock(block) => self.refuse(
                block.span(),
                "`set` with a block is not available: write `{% set name = value %}`",
            ),
            ast::Stmt::FilterBlock(block) => {
                self.refuse(block.span(), "`filter` blocks are not available");
            }
            ast::Stmt::AutoEscape(block) => {
                self.refuse(
                    block.span(),
                    "escaping follows the part and cannot be changed",
                );
            }
            ast::Stmt::Do(call) => self.refuse(call.span(), "`do` is not available"),
        }
    }

    fn for_loop(&mut self, each: &ast::Spanned<ast::ForLoop<'s>>) {
        if each.recursive {
            self.refuse(each.span(), "`recursive` loops are not available");
        }
        let looks_at_the_clock = matches!(
            each.body.first(),
            Some(ast::Stmt::EmitExpr(emit)) if matches!(&emit.expr, ast::Expr::Var(name) if name.id == "__tick")
        );
        if !looks_at_the_clock {
            self.refuse(each.span(), "this loop cannot be read");
        }
        self.whole_expression(&each.iter, Kept::Iterated);
        self.scope(|checker| {
            checker.target(&each.target);
            if let Some(filter) = &each.filter_expr {
                checker.whole_expression(filter, Kept::No);
            }
            checker.body(each.body.get(1..).unwrap_or_default());
        });
        self.scope(|checker| checker.body(&each.else_body));
    }

    /// A name that gets a value.
    fn target(&mut self, target: &ast::Expr<'s>) {
        match target {
            ast::Expr::Var(name) => {
                self.check_name(name.id, name.span());
                // Its numbers are trusted to be numbers.
                if name.id == "loop" {
                    self.refuse(name.span(), "`loop` cannot be given a value");
                }
                self.locals.push(name.id);
            }
            ast::Expr::Tuple(names) => names.items.iter().for_each(|name| self.target(name)),
            ast::Expr::List(names) => names.items.iter().for_each(|name| self.target(name)),
            other => self.refuse(other.span(), "only a name can be given a value"),
        }
    }

    fn check_name(&mut self, name: &str, span: Span) {
        if name.starts_with("__") {
            self.refuse(span, "names that begin with two underscores are reserved");
        }
    }
}

/// What happens to the value of an expression: what is kept must not grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    No,
    Iterated,
    Yes,
}
