//! Texts into a [`RuleSet`].

use std::sync::Arc;

use hashbrown::HashMap;
use rsigma_parser::{CorrelationRule, FilterRule, FilterRuleTarget, LogSource, SigmaCollection, SigmaRule, parse_sigma_yaml};
use watchfire_model::{Schema, cloudtrail};

use super::diagnostic::{Diagnostic, Weight};
use super::locate::{Document, Source};
use super::{Filter, Lists, Meta, Rule, RuleSet, correlation, parsing};
use crate::expr::Expr;
use crate::lower::{Interner, Lowering, Problem};

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
    rules: Vec<(Document, SigmaRule)>,
    correlations: Vec<(Document, CorrelationRule)>,
    filters: Vec<(Document, FilterRule)>,
}

/// A filter with its condition in lowered form.
struct LoweredFilter {
    sigma: Arc<FilterRule>,
    expr: Expr,
}

impl RuleSet {
    /// Reads rule files for CloudTrail. A file that cannot be read, and a rule that cannot be used, become diagnostics; the others load.
    pub fn load(texts: impl IntoIterator<Item = RuleText>, lists: &Lists) -> RuleSet {
        let texts: Vec<RuleText> = texts.into_iter().collect();
        let sources: HashMap<Arc<str>, Source<'_>> =
            texts.iter().map(|text| (text.file.clone(), Source { file: text.file.clone(), text: &text.text })).collect();
        let lists = Arc::new(lists.clone());
        let mut loader = Loader {
            sources: &sources,
            schema: &cloudtrail::SCHEMA,
            interner: Interner::default(),
            ids: HashMap::new(),
            set: RuleSet { lists: lists.clone(), ..RuleSet::default() },
            lists,
        };
        let mut parsed = Parsed::default();
        for text in &texts {
            loader.parse(text, &mut parsed);
        }
        loader.filters_name_rules(&parsed);
        let filters = loader.filters(parsed.filters);
        loader.rules(parsed.rules, &filters);
        loader.correlations(parsed.correlations);
        let mut set = loader.set;
        set.predicates = loader.interner.predicates;
        set.diagnostics.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        set
    }
}

pub(super) struct Loader<'t> {
    sources: &'t HashMap<Arc<str>, Source<'t>>,
    pub(super) schema: &'static Schema,
    lists: Arc<Lists>,
    interner: Interner,
    /// Which file an id or name belongs to.
    ids: HashMap<Box<str>, Arc<str>>,
    pub(super) set: RuleSet,
}

impl Loader<'_> {
    /// Documents are parsed one by one, so that a broken one costs only itself; a file whose documents build on each other
    /// (`action: global`) is parsed whole.
    fn parse(&mut self, text: &RuleText, parsed: &mut Parsed) {
        let Some(source) = self.sources.get(&text.file) else { return };
        let builds_on_each_other = text.text.lines().any(|line| line.starts_with("action:"));
        let documents = if builds_on_each_other { vec![(source.whole(), source.text)] } else { source.documents() };
        if source.documents().is_empty() {
            let help = "write a rule, or remove the file".to_owned();
            let spot = source.spot(&source.whole(), "", "");
            self.set.diagnostics.push(source.diagnostic(Weight::Warning, "empty_file", spot, "the file holds no rule".to_owned(), help));
        }
        for (document, text) in documents {
            let text = match parsing::merged(text) {
                Ok(text) => text,
                Err(said) => {
                    self.set.diagnostics.push(parsing::bad_merge(source, &document, &said));
                    continue;
                }
            };
            match parse_sigma_yaml(&text) {
                Ok(mut collection) => {
                    collection.correlations.iter_mut().for_each(|rule| correlation::forget_default(rule, &text));
                    let messages = collection.errors.iter().map(|message| parsing::diagnostic(source, &document, message));
                    self.set.diagnostics.extend(messages);
                    let place = |title: &str| if builds_on_each_other { source.titled(title) } else { document.clone() };
                    parsed.collect(collection, &place);
                }
                Err(error) => self.set.diagnostics.push(parsing::diagnostic(source, &document, &error.to_string())),
            }
        }
    }

    /// A filter that names a rule nobody knows does nothing, which its author would not notice.
    fn filters_name_rules(&mut self, parsed: &Parsed) {
        let is_known = |name: &String| {
            let names = |rule: &SigmaRule| [rule.id.clone(), rule.name.clone(), Some(rule.title.clone())].contains(&Some(name.clone()));
            parsed.rules.iter().any(|(document, rule)| names(rule) || *super::meta::stem(&document.file) == **name)
        };
        for (document, filter) in &parsed.filters {
            let FilterRuleTarget::Specific(names) = &filter.rules else { continue };
            for name in names.iter().filter(|name| !is_known(name)) {
                let message = format!("the filter names the rule {name:?}, which is not among those loaded");
                let help = "load the rule's file too, or mend the name".to_owned();
                self.report(document, "filter", [Problem { code: "unknown_rule", needle: name.clone(), message, help, fatal: false }]);
            }
        }
    }

    /// Each filter once. One that cannot be used is left out, which makes rules louder, not silent.
    fn filters(&mut self, filters: Vec<(Document, FilterRule)>) -> Vec<LoweredFilter> {
        let mut lowered = Vec::new();
        for (document, sigma) in filters {
            self.id_is_uuid(&document, sigma.id.as_deref());
            let (expr, problems) = self.lower(&sigma.detection);
            let fatal = problems.iter().any(|problem| problem.fatal);
            self.report(&document, "filter", problems);
            if !fatal {
                let sigma = Arc::new(sigma);
                self.set.filters.push(Filter { sigma: sigma.clone(), file: document.file });
                lowered.push(LoweredFilter { sigma, expr });
            }
        }
        lowered
    }

    fn lower(&mut self, detections: &rsigma_parser::Detections) -> (Expr, Vec<Problem>) {
        let mut lowering = Lowering { schema: self.schema, lists: &self.lists, interner: &mut self.interner, problems: Vec::new() };
        let expr = lowering.detections(detections);
        (expr, lowering.problems)
    }

    fn rules(&mut self, rules: Vec<(Document, SigmaRule)>, filters: &[LoweredFilter]) {
        for (document, mut sigma) in rules {
            if source_name(&sigma.logsource).is_empty() {
                self.report(&document, "logsource", [no_source()]);
                continue;
            }
            if !answers(&sigma.logsource) {
                *self.set.other_sources.entry(source_name(&sigma.logsource)).or_default() += 1;
                continue;
            }
            let Some(meta) = self.meta(&document, Meta::of_rule(&sigma, &document.file), sigma.sigma_version) else { continue };
            // The proof records are most of a file, and `meta` has them now.
            sigma.custom_attributes.clear();
            let (expr, problems) = self.lower(&sigma.detection);
            let fatal = problems.iter().any(|problem| problem.fatal);
            self.report(&document, "detection", problems);
            if fatal {
                continue;
            }
            self.claim(&document, &meta, sigma.id.is_some(), sigma.name.is_some());
            let applied: Vec<&LoweredFilter> = filters.iter().filter(|filter| applies(&filter.sigma, &sigma, &meta)).collect();
            let parts = std::iter::once(expr).chain(applied.iter().map(|filter| filter.expr.clone()));
            let rule = Rule {
                expr: Expr::all(parts.collect()),
                meta,
                filters: applied.iter().map(|filter| filter.sigma.clone()).collect(),
                sigma: Arc::new(sigma),
                lists: self.lists.clone(),
                quiet: false,
            };
            self.set.rules.push(rule);
        }
    }

    /// What a document says about itself; nothing, and a diagnostic, when that cannot be used.
    pub(super) fn meta(&mut self, document: &Document, meta: Result<Meta, String>, version: Option<u32>) -> Option<Meta> {
        if rsigma_parser::version::is_unsupported(version) {
            let message = format!("Sigma {} is newer than what Watchfire reads", version.unwrap_or_default());
            let help = format!("the newest is {}", rsigma_parser::version::SPEC_VERSION_SUPPORTED);
            self.report(
                document,
                "sigma-version",
                [Problem { code: "bad_rule", needle: "sigma-version".to_owned(), message, help, fatal: true }],
            );
            return None;
        }
        match meta {
            Ok(meta) => Some(meta),
            Err(said) => {
                let needle = parsing::quoted(&said).unwrap_or("watchfire").to_owned();
                let message = format!("the `watchfire:` part cannot be read: {said}");
                let help = "docs/detections.md shows its shape".to_owned();
                self.report(document, "watchfire", [Problem { code: "bad_watchfire_part", needle, message, help, fatal: true }]);
                None
            }
        }
    }

    /// Notes whose an id and a name are; both rules stay when two have the same.
    pub(super) fn claim(&mut self, document: &Document, meta: &Meta, has_id: bool, has_name: bool) {
        self.id_is_uuid(document, has_id.then_some(&*meta.id));
        let claimed = [has_id.then_some(("id", &meta.id)), has_name.then_some(("name", &meta.name))];
        for (word, value) in claimed.into_iter().flatten() {
            let twin = self.ids.insert(Box::from(&**value), document.file.clone());
            if let Some(twin) = twin {
                let message = format!("the {word} {value} is already used in {twin}");
                let help = format!("give every rule its own {word}; both rules are loaded");
                self.report(document, word, [Problem { code: "duplicate_id", needle: value.to_string(), message, help, fatal: false }]);
            }
        }
    }

    /// Other tools refuse a rule whose id is none.
    fn id_is_uuid(&mut self, document: &Document, id: Option<&str>) {
        let Some(id) = id.filter(|id| !is_uuid(id)) else { return };
        let message = format!("the id {id:?} is no UUID");
        let help =
            "Sigma's ids are random UUIDs, such as 5f0c1a52-8f0e-4c7e-9b0b-0d6a3f1f7a10; a readable name goes into `name`".to_owned();
        self.report(document, "id", [Problem { code: "bad_id", needle: id.to_owned(), message, help, fatal: false }]);
    }

    /// Problems found in a section of a document.
    pub(super) fn report(&mut self, document: &Document, section: &str, problems: impl IntoIterator<Item = Problem>) {
        let Some(source) = self.sources.get(&document.file) else { return };
        for Problem { code, needle, message, help, fatal } in problems {
            let weight = if fatal { Weight::Error } else { Weight::Warning };
            let section = if code == "unknown_selection" { "condition" } else { section };
            let spot = source.spot(document, section, &needle);
            let diagnostic: Diagnostic = source.diagnostic(weight, code, spot, message, help);
            if !self.set.diagnostics.contains(&diagnostic) {
                self.set.diagnostics.push(diagnostic);
            }
        }
    }
}

impl Parsed {
    fn collect(&mut self, collection: SigmaCollection, place: &dyn Fn(&str) -> Document) {
        self.rules.extend(collection.rules.into_iter().map(|rule| (place(&rule.title), rule)));
        self.correlations.extend(collection.correlations.into_iter().map(|rule| (place(&rule.title), rule)));
        self.filters.extend(collection.filters.into_iter().map(|filter| (place(&filter.title), filter)));
    }
}

/// Whether CloudTrail can answer a rule for this log source.
fn answers(source: &LogSource) -> bool {
    let is = |field: &Option<String>, word: &str| field.as_deref().is_none_or(|value| value.eq_ignore_ascii_case(word));
    let named = source.product.is_some() || source.service.is_some();
    named && source.category.is_none() && is(&source.product, "aws") && is(&source.service, "cloudtrail")
}

/// Such a rule would be counted as one for another source, and never be asked.
fn no_source() -> Problem {
    Problem {
        code: "missing_field",
        needle: String::new(),
        message: "missing required field 'logsource' with product and service".to_owned(),
        help: "write logsource: {product: aws, service: cloudtrail}".to_owned(),
        fatal: true,
    }
}

fn source_name(source: &LogSource) -> String {
    let parts = [&source.product, &source.category, &source.service];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("/")
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
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
