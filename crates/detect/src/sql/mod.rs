//! A rule as SQL for Athena's CloudTrail table, so that it can be asked of logs that stay where they are.
//!
//! The table is the one that the Athena user guide tells people to create (`cloudtrail_logs`, engine version 3): lower-case columns,
//! `useridentity` as nested structs, `requestparameters` and the like as JSON text, `resources` as an array. JSON is read with the
//! SQL/JSON functions in lax mode, where a path that meets an array means any element, as in Sigma. Policy documents kept as text
//! are entered under the names that AWS gives them; a key that holds dots itself is read as nesting. What SQL cannot say is an error
//! that names the field, never another question.

mod ask;
mod place;
mod write;

use std::sync::Arc;

use watchfire_model::cloudtrail;

use crate::expr::Expr;
use crate::lower::{Interner, Lowering};
use crate::predicate::Predicate;
use crate::rule::Rule;
use ask::Scope;

/// What every query shows of a matching record.
const COLUMNS: &str = "eventtime, eventsource, eventname, awsregion, recipientaccountid, useridentity.arn AS principal,\n       sourceipaddress, useragent, errorcode, requestparameters, eventid";

/// The SQL text of a rule; an error says which field of it SQL cannot ask.
pub fn athena(rule: &Rule) -> Result<String, String> {
    let mut interner = Interner::default();
    let mut lowering = Lowering { schema: &cloudtrail::SCHEMA, lists: &rule.lists, interner: &mut interner, problems: Vec::new() };
    let mut parts = vec![lowering.detections(&rule.sigma.detection)];
    parts.extend(rule.filters.iter().map(|filter| lowering.detections(&filter.detection)));
    let condition = condition(&Expr::all(parts), &interner.predicates, Scope::Record)?;
    let title = rule.meta.title.replace(['\n', '\r'], " ");
    Ok(format!("-- {title}\nSELECT {COLUMNS}\nFROM cloudtrail_logs\nWHERE {}\nORDER BY eventtime;\n", condition.top()))
}

/// A condition in SQL, before it is laid out in lines.
enum Sql {
    Atom(String),
    Joined(&'static str, Vec<Sql>),
    Not(Box<Sql>),
}

/// Nothing but `NOT` minds SQL's third truth: there a comparison with an absent value must count as false.
fn condition(expr: &Expr, predicates: &[Predicate], scope: Scope<'_>) -> Result<Sql, String> {
    let all = |parts: &[Expr]| parts.iter().map(|part| condition(part, predicates, scope)).collect::<Result<Vec<_>, _>>();
    Ok(match expr {
        Expr::Constant(true) => Sql::Atom("TRUE".to_owned()),
        Expr::Constant(false) => Sql::Atom("FALSE".to_owned()),
        Expr::Predicate(id) => {
            let predicate = predicates.get(id.0 as usize).ok_or("a predicate is missing: this is a bug")?;
            Sql::Atom(ask::predicate(predicate, scope)?)
        }
        Expr::And(parts) => Sql::Joined("AND", all(parts)?),
        Expr::Or(parts) => Sql::Joined("OR", all(parts)?),
        Expr::AtLeast(n, parts) => {
            let counted: Vec<String> = all(parts)?.iter().map(|part| format!("IF({}, 1, 0)", part.line())).collect();
            Sql::Atom(format!("{} >= {n}", counted.join(" + ")))
        }
        Expr::Not(part) => Sql::Not(Box::new(condition(part, predicates, scope)?)),
    })
}

/// Longer conditions are broken into lines.
const LINE_CHARS_MAX: usize = 100;

impl Sql {
    /// All in one line.
    fn line(&self) -> String {
        match self {
            Sql::Atom(text) => text.clone(),
            Sql::Joined(word, parts) => parts.iter().map(Sql::inner).collect::<Vec<_>>().join(&format!(" {word} ")),
            Sql::Not(part) => match part.line().strip_suffix(" IS NOT NULL") {
                Some(text) if matches!(**part, Sql::Atom(_)) && !text.starts_with("any_match") => format!("{text} IS NULL"),
                _ => format!("NOT COALESCE({}, FALSE)", part.line()),
            },
        }
    }

    /// In one line, in brackets where something stands beside it.
    fn inner(&self) -> String {
        match self {
            Sql::Joined(..) => format!("({})", self.line()),
            other => other.line(),
        }
    }

    /// As a whole `WHERE`: one line for each part.
    fn top(&self) -> String {
        match self {
            Sql::Joined("AND", parts) => parts.iter().map(|part| part.lines(1)).collect::<Vec<_>>().join("\n  AND "),
            other => other.lines(1),
        }
    }

    /// In lines, indented so deep.
    fn lines(&self, depth: usize) -> String {
        let short = self.inner();
        if short.chars().count() <= LINE_CHARS_MAX {
            return short;
        }
        let pad = "  ".repeat(depth + 1);
        match self {
            Sql::Atom(text) => text.clone(),
            Sql::Joined(word, parts) => {
                let parts: Vec<String> = parts.iter().map(|part| part.lines(depth + 1)).collect();
                format!("(\n{pad}{}\n{})", parts.join(&format!("\n{pad}{word} ")), "  ".repeat(depth))
            }
            Sql::Not(part) => format!("NOT COALESCE({}, FALSE)", part.lines(depth)),
        }
    }
}

/// A name for the elements that a condition runs over; nested conditions need different ones.
fn variable(letter: char, depth: usize) -> Arc<str> {
    format!("{letter}{depth}").into()
}
