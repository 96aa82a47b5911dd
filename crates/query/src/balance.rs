//! Long chains of conditions as shallow trees: whoever walks a chain as the parser leaves it goes as deep as it is long.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, Value, VisitMut, VisitorMut};

/// Rebuilds every chain of `AND`s or `OR`s, of which each reads the same from left to right, as a tree of the least depth.
pub(crate) fn balance<T: VisitMut>(tree: &mut T) {
    let _: ControlFlow<()> = tree.visit(&mut Balance);
}

struct Balance;

impl VisitorMut for Balance {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::BinaryOp { op: op @ (BinaryOperator::And | BinaryOperator::Or), left, .. } = expr
            && matches!(&**left, Expr::BinaryOp { op: inner, .. } if inner == op)
        {
            let op = op.clone();
            let links = links(std::mem::replace(expr, Expr::value(Value::Null)), &op);
            *expr = tree(links, &op);
        }
        ControlFlow::Continue(())
    }
}

/// The conditions of a chain, from left to right.
fn links(mut chain: Expr, wanted: &BinaryOperator) -> Vec<Expr> {
    let mut links = Vec::new();
    loop {
        match chain {
            Expr::BinaryOp { left, op, right } if op == *wanted => {
                links.push(*right);
                chain = *left;
            }
            first => {
                links.push(first);
                break;
            }
        }
    }
    links.reverse();
    links
}

fn tree(mut links: Vec<Expr>, op: &BinaryOperator) -> Expr {
    if links.len() > 1 {
        let right = links.split_off(links.len() / 2);
        return Expr::BinaryOp { left: Box::new(tree(links, op)), op: op.clone(), right: Box::new(tree(right, op)) };
    }
    links.pop().unwrap_or_else(|| Expr::value(Value::Null))
}
