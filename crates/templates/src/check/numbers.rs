//! Which expressions are numbers, whatever their variables are.

use minijinja::machinery::ast::{BinOpKind, Expr, UnaryOpKind};

/// Whether an expression is a number, or a fault when it runs.
pub(super) fn is_number(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::Const(value) => value.value.is_number(),
        Expr::UnaryOp(operation) => matches!(operation.op, UnaryOpKind::Neg),
        Expr::BinOp(operation) => match operation.op {
            BinOpKind::Sub
            | BinOpKind::Div
            | BinOpKind::FloorDiv
            | BinOpKind::Rem
            | BinOpKind::Pow => true,
            // They are refused if their operands are no numbers.
            BinOpKind::Add | BinOpKind::Mul => true,
            _ => false,
        },
        Expr::Filter(filter) => matches!(
            filter.name,
            "abs" | "count" | "float" | "int" | "length" | "round"
        ),
        Expr::GetAttr(attribute) => {
            matches!(&attribute.expr, Expr::Var(name) if name.id == "loop")
                && matches!(
                    attribute.name,
                    "index" | "index0" | "length" | "revindex" | "revindex0" | "depth"
                )
        }
        Expr::IfExpr(choice) => {
            is_number(&choice.true_expr) && choice.false_expr.as_ref().is_some_and(is_number)
        }
        _ => false,
    }
}
