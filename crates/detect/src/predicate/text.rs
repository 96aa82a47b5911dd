//! Many text patterns asked at once.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use hashbrown::HashSet;

use super::pattern::Pattern;

/// Any of several patterns, or of several regular expressions, holds.
#[derive(Debug, Clone)]
pub(crate) struct TextTest {
    /// The patterns as written.
    pub(crate) patterns: Box<[Pattern]>,
    /// The regular expressions as written, flags in front.
    pub(crate) expressions: Box<[Box<str>]>,
    /// Case counts.
    pub(crate) cased: bool,
    compiled: Arc<Compiled>,
}

#[derive(Debug, Default)]
struct Compiled {
    exact: HashSet<Box<str>, foldhash::fast::FixedState>,
    pieces: Option<AhoCorasick>,
    substrings: Vec<memchr::memmem::Finder<'static>>,
    other: Vec<Pattern>,
    /// There is nothing but prefixes in ASCII: an ASCII text is compared where it stands.
    only_prefixes: bool,
    expressions: Vec<Expression>,
}

#[derive(Debug)]
enum Expression {
    Plain(regex::Regex),
    /// Look-around and back-references, which the linear engine cannot do.
    Fancy(fancy_regex::Regex),
}

/// From this many substrings on, one automaton is cheaper than one search each.
const AUTOMATON_PATTERNS_MIN: usize = 3;

/// A pattern that a hostile text could drive to long backtracking stops after so many steps, and does not match.
const FANCY_STEPS_MAX: usize = 100_000;

impl TextTest {
    /// Any of these patterns.
    pub(crate) fn patterns(patterns: Vec<Pattern>, cased: bool) -> TextTest {
        let mut compiled = Compiled::default();
        let mut substrings = Vec::new();
        for pattern in &patterns {
            let pattern = if cased { pattern.clone() } else { pattern.folded() };
            match pattern {
                Pattern::Exact(text) => drop(compiled.exact.insert(text)),
                Pattern::Contains(text) if !text.is_empty() => substrings.push(text),
                other => compiled.other.push(other),
            }
        }
        let automaton = (substrings.len() >= AUTOMATON_PATTERNS_MIN)
            .then(|| AhoCorasick::new(substrings.iter().map(|text| text.as_bytes())).ok())
            .flatten();
        if automaton.is_none() {
            compiled.substrings = substrings.iter().map(|text| memchr::memmem::Finder::new(text.as_bytes()).into_owned()).collect();
        }
        compiled.pieces = automaton;
        let is_prefix = |pattern: &Pattern| matches!(pattern, Pattern::Prefix(text) if text.is_ascii());
        compiled.only_prefixes = substrings.is_empty() && compiled.exact.is_empty() && compiled.other.iter().all(is_prefix);
        TextTest { patterns: patterns.into(), expressions: Box::default(), cased, compiled: Arc::new(compiled) }
    }

    /// Any of these regular expressions, somewhere in the text.
    pub(crate) fn expressions(expressions: Vec<Box<str>>) -> Result<TextTest, String> {
        let compile = |text: &str| match regex::Regex::new(text) {
            Ok(regex) => Ok(Expression::Plain(regex)),
            Err(error) => fancy_regex::RegexBuilder::new(text)
                .backtrack_limit(FANCY_STEPS_MAX)
                .build()
                .map(Expression::Fancy)
                .map_err(|_| error.to_string()),
        };
        let compiled =
            Compiled { expressions: expressions.iter().map(|text| compile(text)).collect::<Result<_, _>>()?, ..Compiled::default() };
        Ok(TextTest { patterns: Box::default(), expressions: expressions.into(), cased: true, compiled: Arc::new(compiled) })
    }

    /// Whether a text satisfies any of them.
    pub(crate) fn holds(&self, text: &str) -> bool {
        let compiled = &*self.compiled;
        if !compiled.expressions.is_empty() {
            return compiled.expressions.iter().any(|expression| match expression {
                Expression::Plain(regex) => regex.is_match(text),
                Expression::Fancy(regex) => regex.is_match(text).unwrap_or(false),
            });
        }
        if compiled.only_prefixes && !self.cased && text.is_ascii() {
            let begins = |prefix: &str| text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
            return compiled.other.iter().any(|pattern| begins(pattern.literal_piece()));
        }
        let folded = if self.cased { Cow::Borrowed(text) } else { fold(text) };
        (!compiled.exact.is_empty() && compiled.exact.contains(&*folded))
            || compiled.other.iter().any(|pattern| pattern.fits(&folded))
            || compiled.substrings.iter().any(|finder| finder.find(folded.as_bytes()).is_some())
            || compiled.pieces.as_ref().is_some_and(|pieces| pieces.is_match(folded.as_bytes()))
    }
}

/// Lower case, character by character: what "without case" means throughout.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else if text.is_ascii() {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Owned(text.chars().flat_map(char::to_lowercase).collect())
    }
}

impl PartialEq for TextTest {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns && self.expressions == other.expressions && self.cased == other.cased
    }
}

impl Eq for TextTest {}

impl Hash for TextTest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.patterns, &self.expressions, self.cased).hash(state);
    }
}

impl fmt::Display for TextTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.patterns.iter().map(ToString::to_string).chain(self.expressions.iter().map(|text| format!("/{text}/")));
        f.write_str(&all.collect::<Vec<_>>().join(", "))
    }
}
