//! Which expressions are allowed.

use minijinja::machinery::ast::{self, BinOpKind, CallArg, Expr};

use super::numbers::is_number;
use super::{Checker, Kept};
use crate::fault::FaultCode;
use crate::filters;
use crate::limits::{MAX_JOINED, MAX_RANGE};

impl<'s> Checker<'_, 's> {
    /// Checks an expression with all its parts.
    pub(super) fn whole_expression(&mut self, expression: &Expr<'s>, kept: Kept) {
        let mut joined = 0;
        self.expression(expression, kept, &mut joined);
        if joined >= MAX_JOINED {
            let message = format!(
                "`~` joins {MAX_JOINED} texts in one expression: write them one after the other"
            );
            self.refuse(expression.span(), message);
        }
    }

    fn expression(&mut self, expression: &Expr<'s>, kept: Kept, joined: &mut usize) {
        match expression {
            Expr::Const(_) => {}
            Expr::Var(name) => {
                self.check_name(name.id, name.span());
                self.note_name(name.id, name.span());
            }
            Expr::UnaryOp(operation) => self.expression(&operation.expr, kept, joined),
            Expr::BinOp(operation) => {
                self.operator(operation, kept, joined);
                self.expression(&operation.left, kept, joined);
                self.expression(&operation.right, kept, joined);
            }
            Expr::Compare(comparison) => {
                for operation in &comparison.ops {
                    if matches!(
                        operation.op,
                        ast::CompareOpKind::In | ast::CompareOpKind::NotIn
                    ) {
                        self.searches += 1;
                    }
                    self.expression(&operation.expr, kept, joined);
                }
                self.expression(&comparison.expr, kept, joined);
            }
            Expr::IfExpr(choice) => {
                self.expression(&choice.test_expr, kept, joined);
                self.expression(&choice.true_expr, kept, joined);
                if let Some(otherwise) = &choice.false_expr {
                    self.expression(otherwise, kept, joined);
                }
            }
            Expr::Slice(slice) => {
                if kept == Kept::Yes {
                    self.refuse(slice.span(), "a slice cannot be kept in a variable");
                }
                self.expression(&slice.expr, kept, joined);
                for bound in [&slice.start, &slice.stop, &slice.step]
                    .into_iter()
                    .flatten()
                {
                    self.expression(bound, kept, joined);
                }
            }
            Expr::Filter(filter) => {
                if filters::NAMES.binary_search(&filter.name).is_err() {
                    let message = format!("there is no filter named \"{}\"", filter.name);
                    self.fault(filter.span(), FaultCode::UnknownFilter, message);
                }
                if let Some(value) = &filter.expr {
                    self.expression(value, kept, joined);
                }
                self.arguments(&filter.args, kept, joined);
            }
            Expr::Test(test) => {
                if filters::TESTS.binary_search(&test.name).is_err() {
                    let message = format!("there is no test named \"{}\"", test.name);
                    self.fault(test.span(), FaultCode::UnknownTest, message);
                }
                self.expression(&test.expr, kept, joined);
                self.arguments(&test.args, kept, joined);
            }
            Expr::GetAttr(attribute) => {
                self.check_name(attribute.name, attribute.span());
                self.expression(&attribute.expr, kept, joined);
            }
            Expr::GetItem(item) => {
                self.expression(&item.expr, kept, joined);
                self.expression(&item.subscript_expr, kept, joined);
            }
            Expr::Call(call) => {
                if !matches!(&call.expr, Expr::Var(name) if name.id == "range") {
                    let message =
                        "only range(…) can be called; most things are filters: {{ value|filter }}";
                    self.refuse(call.span(), message);
                }
                self.arguments(&call.args, kept, joined);
            }
            // Lists of lists would double with each step, and be compared item by item.
            Expr::List(list) => self.literals(&list.items),
            Expr::Tuple(tuple) => self.literals(&tuple.items),
            Expr::Map(map) => self.refuse(map.span(), "objects cannot be written in a template"),
        }
    }

    fn literals(&mut self, items: &[Expr<'s>]) {
        for item in items {
            if !matches!(item, Expr::Const(_)) {
                self.refuse(
                    item.span(),
                    "a list in a template has texts and numbers only",
                );
            }
        }
    }

    fn arguments(&mut self, arguments: &[CallArg<'s>], kept: Kept, joined: &mut usize) {
        for argument in arguments {
            match argument {
                CallArg::Pos(value) | CallArg::Kwarg(_, value) => {
                    self.expression(value, kept, joined);
                }
                CallArg::PosSplat(value) | CallArg::KwargSplat(value) => {
                    self.refuse(value.span(), "`*` before an argument is not available");
                }
            }
        }
    }

    fn operator(
        &mut self,
        operation: &ast::Spanned<ast::BinOp<'s>>,
        kept: Kept,
        joined: &mut usize,
    ) {
        let (left, right) = (is_number(&operation.left), is_number(&operation.right));
        match operation.op {
            BinOpKind::Mul if !(left && right) => self.refuse(
                operation.span(),
                "`*` is for numbers, and this may be a text: write value|float * 2",
            ),
            BinOpKind::Add if !(left || right) => self.refuse(
                operation.span(),
                "`+` is for numbers, and these may be texts: write value|float + other, or put texts side by side",
            ),
            BinOpKind::Concat => {
                *joined += 1;
                if kept != Kept::No {
                    let message = "`~` cannot be used for a value that is kept: put texts side by side";
                    self.refuse(operation.span(), message);
                }
            }
            BinOpKind::In => self.searches += 1,
            _ => {}
        }
    }
}

/// A range as a template may ask for it.
pub(crate) fn range(start: i64, stop: Option<i64>) -> Result<Vec<i64>, minijinja::Error> {
    let (start, stop) = stop.map_or((0, start), |stop| (start, stop));
    if stop.saturating_sub(start) > MAX_RANGE {
        return Err(filters::wrong(format!(
            "range returns at most {MAX_RANGE} numbers"
        )));
    }
    Ok((start..stop).collect())
}
