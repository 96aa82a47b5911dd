//! Sigma's parsed form into [`Expr`] over shared [`Predicate`]s.

mod check;
mod near;

use std::collections::BTreeMap;
use std::net::IpAddr;

use hashbrown::HashMap;
use rsigma_parser::{
    ArrayQuantifier, ConditionExpr, Detection, DetectionItem, Detections, Modifier, Quantifier, SelectorPattern, SigmaString,
    SigmaValue, StringPart, detection_name_matches,
};
use watchfire_model::Schema;

use crate::derive::Derived;
use crate::expr::{Expr, PredicateId};
use crate::path::{Path, Root};
use crate::predicate::encode::{self, Utf16};
use crate::predicate::{Anchoring, Compare, Number, Pattern, Predicate, Relation, Subject, Test, TextTest, TimePart};
use crate::rule::Lists;
pub(crate) use near::nearest;

/// Predicates, each once.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    pub(crate) predicates: Vec<Predicate>,
    ids: HashMap<Predicate, PredicateId, foldhash::fast::FixedState>,
}

impl Interner {
    pub(crate) fn intern(&mut self, predicate: Predicate) -> PredicateId {
        let next = PredicateId(self.predicates.len() as u32);
        *self.ids.entry(predicate).or_insert_with_key(|predicate| {
            self.predicates.push(predicate.clone());
            next
        })
    }
}

/// Something a rule asks that cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) code: &'static str,
    /// The text in the rule to point at.
    pub(crate) needle: String,
    pub(crate) message: String,
    pub(crate) help: String,
    /// The rule cannot be used at all.
    pub(crate) fatal: bool,
}

/// Lowers the detections of one rule or filter.
pub(crate) struct Lowering<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) lists: &'a Lists,
    pub(crate) interner: &'a mut Interner,
    pub(crate) problems: Vec<Problem>,
}

/// Whether fields are looked up in the record or in one array element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Record,
    Element,
}

impl Lowering<'_> {
    /// The condition of a rule: any of its condition lines.
    pub(crate) fn detections(&mut self, detections: &Detections) -> Expr {
        let named = self.named(detections.named.iter(), Scope::Record);
        for (name, _) in detections.named.iter().filter(|(_, detection)| check::is_empty(detection)) {
            self.problems.push(Problem {
                code: "bad_detection",
                needle: name.clone(),
                message: format!("the selection {name:?} asks nothing"),
                help: "give it at least one field, or remove it".to_owned(),
                fatal: true,
            });
        }
        if detections.timeframe.is_some() {
            self.problems.push(Problem {
                code: "bad_detection",
                needle: "timeframe".to_owned(),
                message: "`timeframe` has no meaning in a rule".to_owned(),
                help: "write a correlation over this rule".to_owned(),
                fatal: false,
            });
        }
        for condition in &detections.conditions {
            check::selections(condition, &named, &mut self.problems);
        }
        Expr::any(detections.conditions.iter().map(|condition| combine(condition, &named)).collect())
    }

    /// In order of name, so that the same rule always lowers to the same form.
    fn named<'d>(&mut self, named: impl Iterator<Item = (&'d String, &'d Detection)>, scope: Scope) -> BTreeMap<String, Expr> {
        let sorted: BTreeMap<&String, &Detection> = named.collect();
        sorted.into_iter().map(|(name, detection)| (name.clone(), self.detection(detection, scope))).collect()
    }

    fn detection(&mut self, detection: &Detection, scope: Scope) -> Expr {
        match detection {
            Detection::AllOf(items) => Expr::all(items.iter().map(|item| self.item(item, scope)).collect()),
            Detection::AnyOf(parts) => Expr::any(parts.iter().map(|part| self.detection(part, scope)).collect()),
            Detection::And(parts) => Expr::all(parts.iter().map(|part| self.detection(part, scope)).collect()),
            Detection::Keywords(values) => {
                let field = rsigma_parser::FieldSpec::new(None, Vec::new());
                self.item(&DetectionItem { field, values: values.clone() }, scope)
            }
            Detection::ArrayMatch { field, quantifier, body } => self.array(field, *quantifier, body, scope),
            Detection::Conditional { named, condition } => {
                let named = self.named(named.iter(), scope);
                combine(condition, &named)
            }
        }
    }

    /// Every quantifier comes down to "some element": all = some, and none that fails; none = not some.
    fn array(&mut self, field: &str, quantifier: ArrayQuantifier, body: &Detection, scope: Scope) -> Expr {
        let mut inner = Interner::default();
        let expr = {
            let mut lowering = Lowering { schema: self.schema, lists: self.lists, interner: &mut inner, problems: Vec::new() };
            let expr = lowering.detection(body, Scope::Element);
            self.problems.append(&mut lowering.problems);
            expr
        };
        let subject = self.subject(Some(field), scope);
        let predicates: Box<[Predicate]> = inner.predicates.into();
        let mut some = |expr: Expr| {
            let test = Test::Element { expr: Box::new(expr), predicates: predicates.clone() };
            Expr::Predicate(self.interner.intern(Predicate { subject: subject.clone(), test }))
        };
        match quantifier {
            ArrayQuantifier::Any => some(expr),
            ArrayQuantifier::None => some(expr).negated(),
            ArrayQuantifier::AllOrEmpty => some(expr.negated()).negated(),
            ArrayQuantifier::All => Expr::all(vec![some(Expr::Constant(true)), some(expr.negated()).negated()]),
        }
    }

    fn subject(&mut self, field: Option<&str>, scope: Scope) -> Subject {
        match (field, scope) {
            (None, Scope::Record) => Subject::Anywhere,
            (None, Scope::Element) => Subject::Element,
            (Some(field), Scope::Element) => Subject::Path(Path::inside_element(field)),
            (Some(field), Scope::Record) => Subject::Path(self.path(field)),
        }
    }

    /// Resolves a field of the record; a field the source does not have is a problem, not silence.
    fn path(&mut self, field: &str) -> Path {
        let path = Path::resolve(field, self.schema);
        if path.root == Root::Record {
            self.problems.push(unknown_field(field, self.schema));
        }
        path
    }

    fn predicate(&mut self, subject: &Subject, test: Test) -> Expr {
        Expr::Predicate(self.interner.intern(Predicate { subject: subject.clone(), test }))
    }

    /// One `field|modifiers: values`.
    fn item(&mut self, item: &DetectionItem, scope: Scope) -> Expr {
        let is_keyword = item.field.is_keyword() && scope == Scope::Record;
        if let Err(problem) = check::item(item, is_keyword) {
            self.problems.push(problem);
            return Expr::Constant(false);
        }
        let has = |modifier: Modifier| item.field.has_modifier(modifier);
        let subject = self.subject(item.field.name.as_deref(), scope);
        let expr = if has(Modifier::Exists) {
            let wanted = matches!(item.values.first(), Some(SigmaValue::Bool(true)));
            let exists = self.predicate(&subject, Test::Exists);
            if wanted { exists } else { exists.negated() }
        } else if item.values.is_empty() {
            self.predicate(&subject, Test::Exists).negated()
        } else if has(Modifier::All) {
            Expr::all(item.values.iter().map(|value| self.values(&subject, item, std::slice::from_ref(value))).collect())
        } else {
            self.values(&subject, item, &item.values)
        };
        if has(Modifier::Neq) { expr.negated() } else { expr }
    }

    /// Any of these values.
    fn values(&mut self, subject: &Subject, item: &DetectionItem, values: &[SigmaValue]) -> Expr {
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
                Err(message) => self.problems.push(Problem {
                    code: "bad_regex",
                    needle: item.field.name.clone().unwrap_or_default(),
                    message: format!("the regular expression cannot be compiled: {message}"),
                    help: String::new(),
                    fatal: true,
                }),
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
            SigmaValue::Integer(_) | SigmaValue::Float(_) | SigmaValue::Bool(_) if asks_text(&item.field.modifiers) => {
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

    fn string(&mut self, subject: &Subject, item: &DetectionItem, string: &SigmaString, texts: &mut Texts) -> Result<Option<Atom>, Problem> {
        let has = |modifier: Modifier| item.field.has_modifier(modifier);
        let plain = || string.as_plain().unwrap_or_else(|| string.original.clone());
        if has(Modifier::Re) {
            let flags: String =
                [(Modifier::IgnoreCase, 'i'), (Modifier::Multiline, 'm'), (Modifier::DotAll, 's')].iter().filter(|(modifier, _)| has(*modifier)).map(|(_, flag)| *flag).collect();
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
        let anchoring = [(Modifier::Contains, Anchoring::Inside), (Modifier::StartsWith, Anchoring::Start), (Modifier::EndsWith, Anchoring::End)]
            .into_iter()
            .find(|(modifier, _)| has(*modifier))
            .map_or(whole, |(_, anchoring)| anchoring);
        for string in strings {
            texts.patterns.extend(encoded(&item.field.modifiers, &string).iter().map(|string| Pattern::new(string, anchoring)));
        }
        Ok(None)
    }
}

impl Lowering<'_> {
    /// The texts that a value with placeholders stands for.
    fn expanded(&self, string: &SigmaString) -> Result<Vec<String>, Problem> {
        self.lists.expand(&string.original).map_err(|list| unknown_list(&list, self.lists))
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
    modifiers.iter().find_map(|modifier| {
        let compare = |compare| Some(Test::Number(compare, number));
        let part = |part| Some(Test::Time(part, number.as_f64() as i64));
        match modifier {
            Modifier::Lt => compare(Compare::Less),
            Modifier::Lte => compare(Compare::LessOrEqual),
            Modifier::Gt => compare(Compare::Greater),
            Modifier::Gte => compare(Compare::GreaterOrEqual),
            Modifier::Minute => part(TimePart::Minute),
            Modifier::Hour => part(TimePart::Hour),
            Modifier::Day => part(TimePart::Day),
            Modifier::Week => part(TimePart::Week),
            Modifier::Month => part(TimePart::Month),
            Modifier::Year => part(TimePart::Year),
            _ => None,
        }
    })
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

/// A Sigma condition over lowered selections. Names were checked by the parser; an unknown one can only be false.
fn combine(condition: &ConditionExpr, named: &BTreeMap<String, Expr>) -> Expr {
    match condition {
        ConditionExpr::And(parts) => Expr::all(parts.iter().map(|part| combine(part, named)).collect()),
        ConditionExpr::Or(parts) => Expr::any(parts.iter().map(|part| combine(part, named)).collect()),
        ConditionExpr::Not(part) => combine(part, named).negated(),
        ConditionExpr::Identifier(name) => named.get(name).cloned().unwrap_or(Expr::Constant(false)),
        ConditionExpr::Selector { quantifier, pattern } => {
            let chosen: Vec<Expr> = named
                .iter()
                .filter(|(name, _)| match pattern {
                    SelectorPattern::Them => !name.starts_with('_'),
                    SelectorPattern::Pattern(pattern) => detection_name_matches(pattern, name),
                })
                .map(|(_, expr)| expr.clone())
                .collect();
            match quantifier {
                Quantifier::Any => Expr::any(chosen),
                Quantifier::All if chosen.is_empty() => Expr::Constant(false),
                Quantifier::All => Expr::all(chosen),
                Quantifier::Count(count) => Expr::at_least(usize::try_from(*count).unwrap_or(usize::MAX), chosen),
            }
        }
    }
}

/// A field that no record of the source can have.
pub(crate) fn unknown_field(field: &str, schema: &Schema) -> Problem {
    let first = field.split('.').next().unwrap_or(field);
    let known = schema.fields.iter().map(|field| field.path).chain(Derived::ALL.iter().map(|derived| derived.path()));
    Problem {
        code: "unknown_field",
        needle: field.to_owned(),
        message: format!("{} records have no field {first:?}, so this can only be absent", schema.name),
        help: near_field(field, known).map_or_else(String::new, |near| format!("did you mean {near:?}?")),
        fatal: false,
    }
}

/// The field that may be meant: below a nested field the first part is compared, and the rest kept.
fn near_field<'c>(field: &str, known: impl Iterator<Item = &'c str> + Clone) -> Option<String> {
    if let Some(near) = nearest(field, known.clone()) {
        return Some(near.to_owned());
    }
    let (first, rest) = field.split_once('.')?;
    let near = nearest(first, known.filter(|known| !known.contains('.')))?;
    Some(format!("{near}.{rest}"))
}

fn unknown_list(list: &str, lists: &Lists) -> Problem {
    Problem {
        code: "unknown_list",
        needle: format!("%{list}%"),
        message: format!("no list gives values for the placeholder %{list}%"),
        help: nearest(list, lists.names()).map_or_else(
            || "add a file with this name to your lists folder".to_owned(),
            |near| format!("did you mean %{near}%? Otherwise add a file with this name to your lists folder"),
        ),
        fatal: true,
    }
}
