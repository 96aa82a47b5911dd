//! The values of one `field|modifiers: values`, as tests.

use std::net::IpAddr;

use rsigma_parser::{DetectionItem, Modifier, SigmaString, SigmaValue, StringPart};

use super::problem::unknown_list;
use super::{Lowering, Problem, check};
use crate::expr::Expr;
use crate::predicate::encode::{self, Utf16};
use crate::predicate::{Anchoring, Compare, Number, Pattern, Relation, Subject, Test, TextTest, TimePart};

impl Lowering<'_> {
    /// Any of these values.
    pub(super) fn values(&mut self, subject: &Subject, item: &DetectionItem, values: &[SigmaValue]) -> Expr {
        let mut any = Vec::new();
        let mut texts = Texts::default();
        for value in values {
            match self.value(subject, item, value, &mut texts) {
                Ok(Some(Atom::Test(test))) => any.push(self.predicate(subject, test)),
                Ok(Some(Atom::Null)) => any.push(self.predicate(subject, Test::Exists).negated()),
                Ok(None) => {}
                Err(problem) => self.problems.push(problem),
            }
        }
        if !texts.patterns.is_empty() {
            let test = TextTest::patterns(texts.patterns, item.field.has_modifier(Modifier::Cased));
            any.push(self.predicate(subject, Test::Text(test)));
        }
        if !texts.expressions.is_empty() {
            match TextTest::expressions(texts.expressions) {
                Ok(test) => any.push(self.predicate(subject, Test::Text(test))),
                Err(message) => self.problems.push(bad_regex(item, &message)),
            }
        }
        if !texts.networks.is_empty() {
            any.push(self.predicate(subject, Test::Cidr(texts.networks.into())));
        }
        Expr::any(any)
    }

    /// One value: an atom of its own, or one more entry of the item's texts.
    fn value(&mut self, subject: &Subject, item: &DetectionItem, value: &SigmaValue, texts: &mut Texts) -> Result<Option<Atom>, Problem> {
        if let Some(test) = comparison(&item.field.modifiers, value) {
            return Ok(Some(Atom::Test(test)));
        }
        match value {
            SigmaValue::Null => Ok(Some(Atom::Null)),
            SigmaValue::Integer(_) | SigmaValue::Float(_) | SigmaValue::Bool(_)
                if asks_text(&item.field.modifiers) || *subject == Subject::Anywhere =>
            {
                self.string(subject, item, &SigmaString::from_raw(&value.to_string()), texts)
            }
            SigmaValue::Integer(whole) => Ok(Some(Atom::Test(Test::Number(Compare::Equal, Number::Whole(i128::from(*whole)))))),
            SigmaValue::Float(value) => Ok(Some(Atom::Test(Test::Number(Compare::Equal, Number::from_f64(*value))))),
            SigmaValue::Bool(value) => {
                texts.patterns.push(Pattern::Exact(value.to_string().into()));
                Ok(None)
            }
            SigmaValue::String(string) => self.string(subject, item, string, texts),
        }
    }

    fn string(
        &mut self,
        subject: &Subject,
        item: &DetectionItem,
        string: &SigmaString,
        texts: &mut Texts,
    ) -> Result<Option<Atom>, Problem> {
        let has = |modifier: Modifier| item.field.has_modifier(modifier);
        let plain = || string.as_plain().unwrap_or_else(|| string.original.clone());
        if has(Modifier::Re) {
            let flags: String = [(Modifier::IgnoreCase, 'i'), (Modifier::Multiline, 'm'), (Modifier::DotAll, 's')]
                .iter()
                .filter(|(modifier, _)| has(*modifier))
                .map(|(_, flag)| *flag)
                .collect();
            let prefix = if flags.is_empty() { String::new() } else { format!("(?{flags})") };
            texts.expressions.push(format!("{prefix}{}", string.original).into());
            return Ok(None);
        }
        if has(Modifier::Cidr) {
            let written = if has(Modifier::Expand) { self.expanded(string)? } else { vec![plain()] };
            for text in written {
                match check::network(&text) {
                    Ok(network) => texts.networks.push(network),
                    Err((message, help)) => self.problems.push(Problem {
                        code: "bad_value",
                        needle: string.original.clone(),
                        message: format!("in the list: {message}"),
                        help: help.to_owned(),
                        fatal: false,
                    }),
                }
            }
            return Ok(None);
        }
        if has(Modifier::FieldRef) {
            let other = self.path(&plain());
            return Ok(Some(Atom::Test(Test::Field { other, relation: relation(item), cased: has(Modifier::Cased) })));
        }
        let strings = if has(Modifier::Expand) {
            self.expanded(string)?.iter().map(|text| SigmaString::new(text)).collect()
        } else {
            vec![string.clone()]
        };
        let whole = if *subject == Subject::Anywhere { Anchoring::Inside } else { Anchoring::Whole };
        let anchoring =
            [(Modifier::Contains, Anchoring::Inside), (Modifier::StartsWith, Anchoring::Start), (Modifier::EndsWith, Anchoring::End)]
                .into_iter()
                .find(|(modifier, _)| has(*modifier))
                .map_or(whole, |(_, anchoring)| anchoring);
        for string in strings {
            texts.patterns.extend(encoded(&item.field.modifiers, &string).iter().map(|string| Pattern::new(string, anchoring)));
        }
        Ok(None)
    }

    /// An item all of whose values must hold: the values of its lists too, each by itself. A list without values holds nothing.
    pub(super) fn all_values(&mut self, subject: &Subject, item: &DetectionItem) -> Expr {
        if !item.field.has_modifier(Modifier::Expand) {
            return Expr::all(item.values.iter().map(|value| self.values(subject, item, std::slice::from_ref(value))).collect());
        }
        let mut plain = item.clone();
        plain.field.modifiers.retain(|modifier| *modifier != Modifier::Expand);
        let mut all = Vec::new();
        for value in &item.values {
            let values = match value {
                SigmaValue::String(string) => match self.expanded(string) {
                    Ok(texts) => texts.iter().map(|text| SigmaValue::String(SigmaString::new(text))).collect(),
                    Err(problem) => {
                        self.problems.push(problem);
                        Vec::new()
                    }
                },
                other => vec![other.clone()],
            };
            if values.is_empty() {
                return Expr::Constant(false);
            }
            all.extend(values.iter().map(|value| self.values(subject, &plain, std::slice::from_ref(value))));
        }
        Expr::all(all)
    }

    /// The texts that a value with placeholders stands for.
    fn expanded(&self, string: &SigmaString) -> Result<Vec<String>, Problem> {
        self.lists.expand(&string.original).map_err(|list| unknown_list(&list, self.lists))
    }
}

fn bad_regex(item: &DetectionItem, message: &str) -> Problem {
    let said = message.lines().last().unwrap_or_default().trim_start_matches("error: ");
    let bytes = said.split_once("size limit of ").and_then(|(_, rest)| rest.split_once(' ')).map(|(bytes, _)| bytes);
    Problem {
        code: "bad_regex",
        needle: item.field.name.clone().unwrap_or_default(),
        message: match bytes {
            Some(_) => "the regular expression is too large".to_owned(),
            None => format!("the regular expression cannot be read: {said}"),
        },
        help: match bytes {
            Some(bytes) => format!("the expression compiles to more than {bytes} bytes; shorten its repetitions"),
            None => "brackets, braces and signs that are meant as such need a backslash".to_owned(),
        },
        fatal: true,
    }
}

/// What one value comes down to when it is not one of the item's texts.
enum Atom {
    Test(Test),
    Null,
}

/// The values of one item that are asked together.
#[derive(Default)]
struct Texts {
    patterns: Vec<Pattern>,
    expressions: Vec<Box<str>>,
    networks: Vec<(IpAddr, u8)>,
}

/// Numeric and time comparisons.
fn comparison(modifiers: &[Modifier], value: &SigmaValue) -> Option<Test> {
    let number = match value {
        SigmaValue::Integer(whole) => Number::Whole(i128::from(*whole)),
        SigmaValue::Float(value) => Number::from_f64(*value),
        SigmaValue::String(text) => Number::parse(&text.original)?,
        SigmaValue::Bool(_) | SigmaValue::Null => return None,
    };
    let part = modifiers.iter().find_map(|modifier| match modifier {
        Modifier::Minute => Some(TimePart::Minute),
        Modifier::Hour => Some(TimePart::Hour),
        Modifier::Day => Some(TimePart::Day),
        Modifier::Week => Some(TimePart::Week),
        Modifier::Month => Some(TimePart::Month),
        Modifier::Year => Some(TimePart::Year),
        _ => None,
    });
    let compare = modifiers.iter().find_map(|modifier| match modifier {
        Modifier::Lt => Some(Compare::Less),
        Modifier::Lte => Some(Compare::LessOrEqual),
        Modifier::Gt => Some(Compare::Greater),
        Modifier::Gte => Some(Compare::GreaterOrEqual),
        _ => None,
    });
    match (part, compare) {
        (Some(part), compare) => Some(Test::Time(part, compare.unwrap_or(Compare::Equal), number)),
        (None, Some(compare)) => Some(Test::Number(compare, number)),
        (None, None) => None,
    }
}

fn relation(item: &DetectionItem) -> Relation {
    [(Modifier::Contains, Relation::Contains), (Modifier::StartsWith, Relation::StartsWith), (Modifier::EndsWith, Relation::EndsWith)]
        .into_iter()
        .find(|(modifier, _)| item.field.has_modifier(*modifier))
        .map_or(Relation::Equals, |(_, relation)| relation)
}

/// Whether the modifiers compare texts, so that a number or boolean is meant as its text.
pub(crate) fn asks_text(modifiers: &[Modifier]) -> bool {
    const ASK_TEXT: [Modifier; 9] = [
        Modifier::Contains,
        Modifier::StartsWith,
        Modifier::EndsWith,
        Modifier::Base64,
        Modifier::Base64Offset,
        Modifier::Wide,
        Modifier::Utf16,
        Modifier::Utf16be,
        Modifier::WindAsh,
    ];
    modifiers.iter().any(|modifier| ASK_TEXT.contains(modifier))
}

/// Applies the value transformations in Sigma's order: switches, then UTF-16, then base64.
fn encoded(modifiers: &[Modifier], string: &SigmaString) -> Vec<SigmaString> {
    let has = |modifier: Modifier| modifiers.contains(&modifier);
    let strings = if has(Modifier::WindAsh) {
        encode::windash(&string.original).iter().map(|text| SigmaString::new(text)).collect()
    } else {
        vec![string.clone()]
    };
    let wide = [(Modifier::Wide, Utf16::Little), (Modifier::Utf16be, Utf16::Big), (Modifier::Utf16, Utf16::Marked)]
        .into_iter()
        .find(|(modifier, _)| has(*modifier))
        .map(|(_, form)| form);
    let bytes = |text: &str| wide.map_or_else(|| text.as_bytes().to_vec(), |form| encode::utf16(text, form));
    let plain = |string: &SigmaString| string.as_plain().unwrap_or_else(|| string.original.clone());
    if has(Modifier::Base64) {
        strings.iter().map(|string| SigmaString::from_raw(&encode::base64(&bytes(&plain(string))))).collect()
    } else if has(Modifier::Base64Offset) {
        let offsets = |string: &SigmaString| encode::base64_offsets(&bytes(&plain(string)));
        strings.iter().flat_map(offsets).map(|text| SigmaString::from_raw(&text)).collect()
    } else if wide.is_some() {
        strings.iter().map(|string| widened(string, &bytes)).collect()
    } else {
        strings
    }
}

fn widened(string: &SigmaString, bytes: &dyn Fn(&str) -> Vec<u8>) -> SigmaString {
    let parts = string.parts.iter().map(|part| match part {
        StringPart::Plain(text) => StringPart::Plain(String::from_utf8_lossy(&bytes(text)).into_owned()),
        special => special.clone(),
    });
    SigmaString { parts: parts.collect(), original: string.original.clone() }
}
