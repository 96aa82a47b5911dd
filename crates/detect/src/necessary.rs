//! What a record cannot do without for one of some rules to hold, in words that a table can answer: it says which rows a backtest
//! has to look at. It may say too much, never too little: rows that it lets pass are judged by the matcher.

use watchfire_model::{Slot, cloudtrail};

use crate::expr::Expr;
use crate::path::Root;
use crate::predicate::{Pattern, Piece, Predicate, Subject, Test};
use crate::rule::RuleSet;

/// A necessary condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Necessary {
    /// Any record may do.
    Nothing,
    /// No record does.
    Never,
    /// All of them.
    All(Vec<Necessary>),
    /// At least one of them.
    Any(Vec<Necessary>),
    /// A field's text, in lower case, fits one of the shapes.
    Text {
        /// The field's path, in CloudTrail's spelling.
        path: &'static str,
        /// The shapes.
        shapes: Vec<Shape>,
    },
}

/// The shape of a text; ASCII in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// The whole text.
    Exact(String),
    /// How it begins.
    Prefix(String),
    /// How it ends.
    Suffix(String),
    /// What stands in it.
    Contains(String),
}

/// Fields that are asked about: nearly every record has them, as texts, so that rows without one can be looked at anyway.
const ASKED: [Slot; 5] =
    [cloudtrail::EVENT_NAME, cloudtrail::EVENT_SOURCE, cloudtrail::AWS_REGION, cloudtrail::SOURCE_IP_ADDRESS, cloudtrail::USER_AGENT];

impl RuleSet {
    /// What a record needs for any of the rules at these positions to hold.
    pub fn necessary(&self, rules: impl IntoIterator<Item = usize>) -> Necessary {
        let needs = rules.into_iter().filter_map(|at| self.rules.get(at)).map(|rule| of(&rule.expr, &self.predicates));
        any(needs.collect())
    }
}

fn of(expr: &Expr, predicates: &[Predicate]) -> Necessary {
    match expr {
        Expr::Constant(false) => Necessary::Never,
        Expr::Constant(true) | Expr::Not(_) => Necessary::Nothing,
        Expr::Predicate(id) => predicates.get(id.0 as usize).map_or(Necessary::Nothing, of_predicate),
        Expr::And(parts) => all(parts.iter().map(|part| of(part, predicates)).collect()),
        Expr::Or(parts) | Expr::AtLeast(_, parts) => any(parts.iter().map(|part| of(part, predicates)).collect()),
    }
}

fn all(mut parts: Vec<Necessary>) -> Necessary {
    parts.retain(|part| *part != Necessary::Nothing);
    match parts.len() {
        0 => Necessary::Nothing,
        1 => parts.remove(0),
        _ if parts.contains(&Necessary::Never) => Necessary::Never,
        _ => Necessary::All(parts),
    }
}

/// The same question asked by many rules is asked once.
fn any(parts: Vec<Necessary>) -> Necessary {
    let mut kept: Vec<Necessary> = Vec::new();
    for part in parts {
        match part {
            Necessary::Nothing => return Necessary::Nothing,
            Necessary::Never => {}
            Necessary::Any(inner) => inner.into_iter().for_each(|part| merge(&mut kept, part)),
            other => merge(&mut kept, other),
        }
    }
    match kept.len() {
        0 => Necessary::Never,
        1 => kept.remove(0),
        _ => Necessary::Any(kept),
    }
}

/// Adds an alternative; shapes of one field become one question.
fn merge(kept: &mut Vec<Necessary>, part: Necessary) {
    if let Necessary::Text { path, shapes } = &part {
        let same = kept.iter_mut().find_map(|known| match known {
            Necessary::Text { path: known, shapes } if known == path => Some(shapes),
            _ => None,
        });
        if let Some(known) = same {
            shapes
                .iter()
                .filter(|shape| !known.contains(shape))
                .cloned()
                .collect::<Vec<_>>()
                .into_iter()
                .for_each(|shape| known.push(shape));
            return;
        }
    }
    if !kept.contains(&part) {
        kept.push(part);
    }
}

fn of_predicate(predicate: &Predicate) -> Necessary {
    let (Subject::Path(path), Test::Text(test)) = (&predicate.subject, &predicate.test) else { return Necessary::Nothing };
    let Root::Slot(slot) = path.root else { return Necessary::Nothing };
    let field = cloudtrail::SCHEMA.fields.iter().find(|field| field.slot == slot);
    let (true, true, true, Some(field)) = (path.steps.is_empty(), test.expressions.is_empty(), ASKED.contains(&slot), field) else {
        return Necessary::Nothing;
    };
    match test.patterns.iter().map(|pattern| shape(&pattern.folded())).collect::<Option<Vec<_>>>() {
        Some(shapes) => Necessary::Text { path: field.path, shapes },
        None => Necessary::Nothing,
    }
}

/// A pattern's shape; of wildcards the longest text between them. Case beyond ASCII is the matcher's business.
fn shape(pattern: &Pattern) -> Option<Shape> {
    let text = pattern.literal_piece();
    if !text.is_ascii() || text.is_empty() && !matches!(pattern, Pattern::Exact(_)) {
        return None;
    }
    let text = text.to_owned();
    Some(match pattern {
        Pattern::Exact(_) => Shape::Exact(text),
        Pattern::Prefix(_) => Shape::Prefix(text),
        Pattern::Suffix(_) => Shape::Suffix(text),
        Pattern::Contains(_) => Shape::Contains(text),
        Pattern::Glob(pieces) => match pieces.first() {
            Some(Piece::Text(first)) if first.is_ascii() => Shape::Prefix(first.to_string()),
            _ => Shape::Contains(text),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RuleText;

    fn necessary(detection: &str) -> Necessary {
        let text = format!("title: t\nlogsource: {{product: aws, service: cloudtrail}}\ndetection:\n{detection}\n");
        let set = RuleSet::load([RuleText::new("t.yaml", text)], &Default::default());
        assert_eq!(set.rules.len(), 1, "{:?}", set.diagnostics);
        set.necessary([0])
    }

    fn text(path: &'static str, shapes: &[Shape]) -> Necessary {
        Necessary::Text { path, shapes: shapes.to_vec() }
    }

    #[test]
    fn what_a_table_can_answer_is_asked() {
        let name = |name: &str| Shape::Exact(name.to_owned());
        let both = necessary("  a: {eventName: [StopLogging, DeleteTrail], errorCode: AccessDenied}\n  condition: a");
        assert_eq!(both, text("eventName", &[name("stoplogging"), name("deletetrail")]));
        let either = necessary("  a: {eventName: A}\n  b: {eventName|startswith: B}\n  condition: a or b");
        assert_eq!(either, text("eventName", &[name("a"), Shape::Prefix("b".to_owned())]));
        let pair = necessary("  a: {eventName: A, eventSource: s3.amazonaws.com}\n  f: {userAgent: x}\n  condition: a and not f");
        assert_eq!(pair, Necessary::All(vec![text("eventName", &[name("a")]), text("eventSource", &[name("s3.amazonaws.com")])]));
    }

    #[test]
    fn what_it_cannot_is_left_to_the_matcher() {
        for open in ["  a: {errorCode: x}\n  condition: a", "  a: {eventName: A}\n  b: {errorCode: x}\n  condition: a or b"] {
            assert_eq!(necessary(open), Necessary::Nothing, "{open}");
        }
        assert_eq!(necessary("  a: {eventName|re: '^Get'}\n  condition: a"), Necessary::Nothing);
        assert_eq!(necessary("  a: {userAgent: é}\n  condition: a"), Necessary::Nothing);
    }
}
