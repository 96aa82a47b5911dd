//! Regular expressions: compiled once a thread, written as Java writes them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::Result;
use regex::{Regex, RegexBuilder};

use crate::function::call::{Bad, Call, Outcome, Texts};

/// What one compiled pattern may take of memory; more is an error, never a long wait.
const PATTERN_BYTES_MAX: usize = 4 << 20;
/// How many patterns a thread keeps compiled.
const KEPT_MAX: usize = 128;

/// A compiled pattern, or why there is none.
pub(in crate::function) type Compiled = std::result::Result<Arc<Regex>, Bad>;

thread_local! {
    static KEPT: RefCell<HashMap<String, Compiled>> = RefCell::new(HashMap::new());
}

/// The patterns of an argument; a constant is compiled once a thread.
pub(super) struct Patterns<'a> {
    texts: Texts<'a>,
    last: Option<(&'a str, Compiled)>,
}

impl<'a> Patterns<'a> {
    pub(super) fn of(call: &Call<'a>, at: usize) -> Result<Patterns<'a>> {
        Ok(Patterns { texts: call.texts(at)?, last: None })
    }

    pub(super) fn at(&mut self, row: usize) -> Outcome<&Regex> {
        let Some(text) = self.texts.at(row) else { return Ok(None) };
        if !self.last.as_ref().is_some_and(|(last, _)| std::ptr::eq(*last, text) || *last == text) {
            self.last = Some((text, compiled(text)));
        }
        match &self.last {
            Some((_, Ok(pattern))) => Ok(Some(pattern)),
            Some((_, Err(bad))) => Err(bad.clone()),
            None => Ok(None),
        }
    }
}

fn compiled(text: &str) -> Compiled {
    KEPT.with_borrow_mut(|kept| {
        if let Some(known) = kept.get(text) {
            return known.clone();
        }
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        let fresh = compile(text);
        kept.insert(text.to_owned(), fresh.clone());
        fresh
    })
}

/// The pattern of a text in Java's letters.
pub(in crate::function) fn compile(text: &str) -> Compiled {
    let build = |pattern: &str| RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).dfa_size_limit(PATTERN_BYTES_MAX).build();
    let translated = from_java(text);
    match build(&translated) {
        Ok(pattern) => Ok(Arc::new(pattern)),
        Err(error) => Bad::because(complaint(text, &error)),
    }
}

fn complaint(text: &str, error: &regex::Error) -> String {
    let written: String = text.chars().take(200).collect();
    let looks = ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|look| text.contains(look));
    match error {
        regex::Error::CompiledTooBig(_) => format!("the pattern '{written}' grows too large: use fewer or smaller repetitions"),
        _ if looks => {
            format!("the pattern '{written}' looks ahead or behind, which is not supported: use a second regexp_like with AND or AND NOT")
        }
        _ => {
            let said = error.to_string();
            let reason = said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("the pattern '{written}' is not a regular expression: {reason}")
        }
    }
}

/// Whether a pattern means the same here and in the engine's own operator.
pub(super) fn is_common(text: &str) -> bool {
    from_java(text) == text && compile(text).is_ok()
}

/// A pattern as this engine writes it: Java's `\Q…\E`, `\Z`, `\h`, possessive repetitions, and POSIX classes by `\p{…}`.
fn from_java(text: &str) -> String {
    const CLASSES: [(&str, &str); 9] = [
        ("Alpha", "[:alpha:]"),
        ("Digit", "[:digit:]"),
        ("Alnum", "[:alnum:]"),
        ("Upper", "[:upper:]"),
        ("Lower", "[:lower:]"),
        ("Punct", "[:punct:]"),
        ("Space", "[:space:]"),
        ("XDigit", "[:xdigit:]"),
        ("ASCII", "[:ascii:]"),
    ];
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut in_class) = (text, 0usize);
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        if let Some(literal) = rest.strip_prefix("\\Q") {
            let (literal, after) = literal.split_once("\\E").unwrap_or((literal, ""));
            out.push_str(&regex::escape(literal));
            rest = after;
            continue;
        }
        if letter == '\\' {
            let class = CLASSES.iter().find_map(|(java, posix)| {
                let after = after.strip_prefix("p{")?.strip_prefix(java)?.strip_prefix('}')?;
                Some((*posix, after))
            });
            let (written, after) = match (class, after.chars().next()) {
                (Some((posix, after)), _) if in_class > 0 => (posix.to_owned(), after),
                (Some((posix, after)), _) => (format!("[{posix}]"), after),
                (None, Some('Z')) => ("\\n?\\z".to_owned(), after.get(1..).unwrap_or_default()),
                (None, Some('h')) if in_class == 0 => ("[ \\t]".to_owned(), after.get(1..).unwrap_or_default()),
                (None, Some(next)) => (format!("\\{next}"), after.get(next.len_utf8()..).unwrap_or_default()),
                (None, None) => ("\\".to_owned(), after),
            };
            out.push_str(&written);
            rest = after;
            continue;
        }
        match letter {
            '[' => in_class += 1,
            ']' => in_class = in_class.saturating_sub(1),
            _ => {}
        }
        // `a++` takes all it can and gives nothing back; without going back at all, that is `a+`.
        let possessive = letter == '+' && in_class == 0 && out.ends_with(['+', '*', '?', '}']) && !out.ends_with("\\}");
        if !possessive {
            out.push(letter);
        }
        rest = after;
    }
    out
}
