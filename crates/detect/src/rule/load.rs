//! Texts into a [`RuleSet`].

use std::sync::Arc;

use hashbrown::HashMap;
use rsigma_parser::{CorrelationRule, FilterRule, FilterRuleTarget, LogSource, SigmaCollection, SigmaRule, parse_sigma_yaml};
use watchfire_model::{Schema, cloudtrail};

use super::diagnostic::{Diagnostic, Weight};
use super::locate::Source;
use super::{Correlation, Filter, Lists, Meta, Rule, RuleKind, RuleSet};
use crate::expr::Expr;
use crate::lower::{Interner, Lowering, Problem, nearest};

/// One rule file.
#[derive(Debug, Clone)]
pub struct RuleText {
    /// Its path, for messages.
    pub file: Arc<str>,
    /// Its text.
    pub text: String,
}

impl RuleText {
    /// A rule file's path and text.
    pub fn new(file: impl Into<Arc<str>>, text: impl Into<String>) -> RuleText {
        RuleText { file: file.into(), text: text.into() }
    }
}

/// What the files hold, before names are resolved.
#[derive(Default)]
struct Parsed {
    rules: Vec<(Arc<str>, SigmaRule)>,
    correlations: Vec<(Arc<str>, CorrelationRule)>,
    filters: Vec<Filter>,
}

impl RuleSet {
    /// Reads rule files for CloudTrail. A file that cannot be read, and a rule that cannot be used, become diagnostics; the others load.
    pub fn load(texts: impl IntoIterator<Item = RuleText>, lists: &Lists) -> RuleSet {
        let texts: Vec<RuleText> = texts.into_iter().collect();
        let sources: HashMap<Arc<str>, Source<'_>> =
            texts.iter().map(|text| (text.file.clone(), Source { file: text.file.clone(), text: &text.text })).collect();
        let mut loader = Loader {
            sources: &sources,
            schema: &cloudtrail::SCHEMA,
            lists: Arc::new(lists.clone()),
            interner: Interner::default(),
            set: RuleSet::default(),
        };
        let mut parsed = Parsed::default();
        for text in &texts {
            loader.parse(text, &mut parsed);
        }
        loader.rules(parsed.rules, &parsed.filters);
        loader.correlations(parsed.correlations);
        let mut set = loader.set;
        set.filters = parsed.filters;
        set.predicates = loader.interner.predicates;
        set
    }
}

struct Loader<'t> {
    sources: &'t HashMap<Arc<str>, Source<'t>>,
    schema: &'static Schema,
    lists: Arc<Lists>,
    interner: Interner,
    set: RuleSet,
}

impl Loader<'_> {
    /// Documents are parsed one by one, so that a broken one costs only itself; a file whose documents build on each other
    /// (`action: global`) is parsed whole.
    fn parse(&mut self, text: &RuleText, parsed: &mut Parsed) {
        let Some(source) = self.sources.get(&text.file) else { return };
        let builds_on_each_other = text.text.lines().any(|line| line.starts_with("action:"));
        let documents = if builds_on_each_other { vec![(1, text.text.as_str())] } else { source.documents() };
        for (number, (first_line, document)) in documents.into_iter().enumerate() {
            match parse_sigma_yaml(document) {
                Ok(collection) => self.collect(source, (number, first_line), collection, parsed),
                Err(error) => self.set.diagnostics.push(of_parser(source, (number, first_line), Weight::Error, &error.to_string())),
            }
        }
    }

    fn collect(&mut self, source: &Source<'_>, place: (usize, usize), collection: SigmaCollection, parsed: &mut Parsed) {
        let file = &source.file;
        let weight = if collection.is_empty() { Weight::Error } else { Weight::Warning };
        self.set.diagnostics.extend(collection.errors.iter().map(|message| of_parser(source, place, weight, message)));
        parsed.rules.extend(collection.rules.into_iter().map(|rule| (file.clone(), rule)));
        parsed.correlations.extend(collection.correlations.into_iter().map(|rule| (file.clone(), rule)));
        parsed.filters.extend(collection.filters.into_iter().map(|sigma| Filter { sigma: Arc::new(sigma), file: file.clone() }));
    }

    fn rules(&mut self, rules: Vec<(Arc<str>, SigmaRule)>, filters: &[Filter]) {
        for (file, sigma) in rules {
            if !answers(&sigma.logsource) {
                *self.set.other_sources.entry(source_name(&sigma.logsource)).or_default() += 1;
                continue;
            }
            let meta = match Meta::of_rule(&sigma, &file) {
                Ok(meta) => meta,
                Err(message) => {
                    self.own_part(&file, &sigma.title, message);
                    continue;
                }
            };
            let applied: Vec<Arc<FilterRule>> =
                filters.iter().filter(|filter| applies(&filter.sigma, &sigma, &meta)).map(|filter| filter.sigma.clone()).collect();
            let mut lowering =
                Lowering { schema: self.schema, lists: &self.lists, interner: &mut self.interner, problems: Vec::new() };
            let mut parts = vec![lowering.detections(&sigma.detection)];
            parts.extend(applied.iter().map(|filter| lowering.detections(&filter.detection)));
            let problems = lowering.problems;
            let fatal = problems.iter().any(|problem| problem.fatal);
            self.report(&file, &sigma.title, problems);
            if !fatal {
                let rule = Rule {
                    meta,
                    sigma: Arc::new(sigma),
                    filters: applied,
                    lists: self.lists.clone(),
                    expr: Expr::all(parts),
                    quiet: false,
                };
                self.keep_unique(&file, rule);
            }
        }
    }

    fn keep_unique(&mut self, file: &Arc<str>, rule: Rule) {
        let twin = self.set.rules.iter().find(|other| other.meta.id == rule.meta.id && other.meta.file != rule.meta.file);
        if let Some(twin) = twin {
            let message = format!("the id {} is already used by {}", rule.meta.id, twin.meta.file);
            let help = "give every rule an id of its own; both rules are loaded".to_owned();
            self.diagnose(file, &rule.sigma.title, Weight::Warning, "duplicate_id", &rule.meta.id.clone(), message, help);
        }
        self.set.rules.push(rule);
    }

    /// Correlations may name correlations that stand in later files, so names are resolved when all are known.
    fn correlations(&mut self, correlations: Vec<(Arc<str>, CorrelationRule)>) {
        let mut kept = Vec::new();
        for (file, sigma) in correlations {
            match Meta::of_correlation(&sigma, &file) {
                Ok(meta) => kept.push((file, sigma, meta)),
                Err(message) => self.own_part(&file, &sigma.title, message),
            }
        }
        loop {
            let before = kept.len();
            let names = self.names(&kept);
            let mut remaining = Vec::with_capacity(before);
            for (file, sigma, meta) in kept {
                let missing = sigma.rules.iter().find(|name| !names.contains_key(name.as_str())).cloned();
                match missing {
                    None if !sigma.rules.is_empty() => remaining.push((file, sigma, meta)),
                    missing => self.missing_rule(&file, &sigma, missing.as_deref().unwrap_or_default(), &names),
                }
            }
            kept = remaining;
            if kept.len() == before {
                break;
            }
        }
        let names = self.names(&kept);
        for (_, sigma, meta) in kept {
            let parts = sigma.rules.iter().filter_map(|name| names.get(name.as_str()).copied()).collect();
            self.set.correlations.push(Correlation { meta, sigma: Arc::new(sigma), parts, quiet: false });
        }
        self.refuse_cycles();
        self.hush();
    }

    fn names(&self, correlations: &[(Arc<str>, CorrelationRule, Meta)]) -> HashMap<Box<str>, RuleKind> {
        let mut names = HashMap::new();
        let mut add = |meta: &Meta, kind| {
            for name in [&meta.id, &meta.name, &meta.title] {
                names.entry(Box::from(&**name)).or_insert(kind);
            }
        };
        self.set.rules.iter().enumerate().for_each(|(at, rule)| add(&rule.meta, RuleKind::Rule(at)));
        correlations.iter().enumerate().for_each(|(at, (_, _, meta))| add(meta, RuleKind::Correlation(at)));
        names
    }

    fn missing_rule(&mut self, file: &Arc<str>, sigma: &CorrelationRule, name: &str, names: &HashMap<Box<str>, RuleKind>) {
        let message = format!("the correlation names the rule {name:?}, which is not among those loaded for this source");
        let help = nearest(name, names.keys().map(|name| &**name)).map_or_else(
            || "load the rule's file too, or mend the name".to_owned(),
            |near| format!("did you mean {near:?}?"),
        );
        self.diagnose(file, &sigma.title, Weight::Error, "unknown_rule", name, message, help);
    }

    /// A correlation that reaches itself could never fire and would never end.
    fn refuse_cycles(&mut self) {
        let correlations = &self.set.correlations;
        let reaches_itself = |start: usize| {
            let mut seen = vec![false; correlations.len()];
            let mut open = vec![start];
            while let Some(at) = open.pop() {
                for part in &correlations[at].parts {
                    match part {
                        RuleKind::Correlation(next) if *next == start => return true,
                        RuleKind::Correlation(next) if !seen[*next] => {
                            seen[*next] = true;
                            open.push(*next);
                        }
                        _ => {}
                    }
                }
            }
            false
        };
        let cyclic: Vec<usize> = (0..correlations.len()).filter(|&at| reaches_itself(at)).collect();
        for at in cyclic {
            let (file, title, name) = {
                let correlation = &self.set.correlations[at];
                (correlation.meta.file.clone(), correlation.sigma.title.clone(), correlation.meta.name.clone())
            };
            let message = format!("the correlation {name} leads back to itself");
            self.diagnose(&file, &title, Weight::Error, "cyclic_correlation", "rules", message, "break the circle".to_owned());
            self.set.correlations[at].parts.clear();
        }
    }

    /// Rules named by correlations are quiet unless one of these says `generate: true`.
    fn hush(&mut self) {
        let mut loud = hashbrown::HashSet::new();
        let mut named = hashbrown::HashSet::new();
        for correlation in &self.set.correlations {
            named.extend(correlation.parts.iter().copied());
            if correlation.sigma.generate {
                loud.extend(correlation.parts.iter().copied());
            }
        }
        for (at, rule) in self.set.rules.iter_mut().enumerate() {
            rule.quiet = named.contains(&RuleKind::Rule(at)) && !loud.contains(&RuleKind::Rule(at));
        }
        for (at, correlation) in self.set.correlations.iter_mut().enumerate() {
            correlation.quiet = named.contains(&RuleKind::Correlation(at)) && !loud.contains(&RuleKind::Correlation(at));
        }
    }

    fn report(&mut self, file: &Arc<str>, title: &str, problems: Vec<Problem>) {
        for problem in problems {
            let weight = if problem.fatal { Weight::Error } else { Weight::Warning };
            self.diagnose(file, title, weight, problem.code, &problem.needle, problem.message, problem.help);
        }
    }

    fn own_part(&mut self, file: &Arc<str>, title: &str, message: String) {
        let message = format!("the `watchfire:` part cannot be read: {message}");
        let help = "docs/detections.md shows its shape".to_owned();
        self.diagnose(file, title, Weight::Error, "bad_watchfire_part", "watchfire", message, help);
    }

    #[allow(clippy::too_many_arguments)]
    fn diagnose(&mut self, file: &Arc<str>, title: &str, weight: Weight, code: &'static str, needle: &str, message: String, help: String) {
        if let Some(source) = self.sources.get(file) {
            let document = source.document_of(title);
            self.set.diagnostics.push(source.at(weight, code, document, needle, message, help));
        }
    }
}

/// Whether CloudTrail can answer a rule for this log source.
fn answers(source: &LogSource) -> bool {
    let is = |field: &Option<String>, word: &str| field.as_deref().is_none_or(|value| value.eq_ignore_ascii_case(word));
    let named = source.product.is_some() || source.service.is_some();
    named && source.category.is_none() && is(&source.product, "aws") && is(&source.service, "cloudtrail")
}

fn source_name(source: &LogSource) -> String {
    let parts = [&source.product, &source.category, &source.service];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("/")
}

/// Whether a filter's condition belongs to a rule: it names it, or all, and speaks of its log source.
fn applies(filter: &FilterRule, rule: &SigmaRule, meta: &Meta) -> bool {
    let names = match &filter.rules {
        FilterRuleTarget::Any => true,
        FilterRuleTarget::Specific(names) => names.iter().any(|name| **name == *meta.id || **name == *meta.name || *name == rule.title),
    };
    let fits = |filter: &Option<String>, rule: &Option<String>| filter.is_none() || filter == rule;
    let source = filter.logsource.as_ref().is_none_or(|source| {
        fits(&source.product, &rule.logsource.product)
            && fits(&source.service, &rule.logsource.service)
            && fits(&source.category, &rule.logsource.category)
    });
    names && source
}

/// A message of the Sigma parser as a diagnostic: its kind is told by how it begins, its place by what it quotes.
fn of_parser(source: &Source<'_>, (document, first_line): (usize, usize), weight: Weight, message: &str) -> Diagnostic {
    let (code, help) = KINDS.iter().find(|(begin, ..)| message.starts_with(begin)).map_or(("bad_rule", ""), |(_, code, help)| (*code, *help));
    if code == "yaml_syntax" {
        return syntax(source, first_line, message, help);
    }
    let fallback = if code == "bad_condition" { "condition" } else { "title" };
    let needle = quoted(message).filter(|needle| source.holds(document, needle)).unwrap_or(fallback);
    source.at(weight, code, document, needle, message.to_owned(), help.to_owned())
}

/// How the parser's messages begin, and what they mean here.
const KINDS: [(&str, &str, &str); 14] = [
    ("YAML", "yaml_syntax", "indentation and quotes decide YAML: quote texts that begin with *, &, %, @, ` or hold `: `"),
    ("Document is not", "not_a_mapping", "a rule is a mapping that begins with title:"),
    ("Condition", "bad_condition", "a condition joins selection names with and, or, not, brackets, `1 of name*` and `all of them`"),
    (
        "Unknown modifier",
        "unknown_modifier",
        "Sigma's modifiers: contains, startswith, endswith, all, cased, re, i, m, s, cidr, base64, base64offset, wide, utf16, utf16be, windash, lt, lte, gt, gte, neq, exists, fieldref, expand, minute, hour, day, week, month, year",
    ),
    ("`not` is not", "bad_modifier", "write `not selection` in the condition"),
    ("Invalid field", "bad_field", ""),
    ("Missing required", "missing_field", "a rule needs at least title, logsource and detection with a condition"),
    ("Invalid detection", "bad_detection", ""),
    ("Invalid correlation", "bad_correlation", ""),
    ("Invalid timespan", "bad_timespan", "a timespan is a number and one of s, m, h, d, w, M, y, such as 10m"),
    ("Invalid value", "bad_value", ""),
    ("Invalid collection", "bad_action", "Sigma's collection actions are global, reset and repeat"),
    ("Unknown collection", "bad_action", "Sigma's collection actions are global, reset and repeat"),
    ("invalid ", "bad_metadata", ""),
];

/// The first text that a message quotes.
fn quoted(message: &str) -> Option<&str> {
    ['\'', '"', '`'].into_iter().find_map(|quote| message.split(quote).nth(1)).filter(|text| !text.is_empty())
}

/// A YAML error; its message holds the place within its document.
fn syntax(source: &Source<'_>, first_line: usize, message: &str, help: &str) -> Diagnostic {
    let number_after = |word: &str| -> Option<usize> {
        let (_, rest) = message.rsplit_once(word)?;
        rest.trim_start().split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    let line = number_after("line ").map_or(first_line, |line| line + first_line - 1);
    source.diagnostic(Weight::Error, "yaml_syntax", (line, number_after("column ").unwrap_or(1), 1), message.to_owned(), help.to_owned())
}
