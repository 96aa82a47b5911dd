//! JSON paths, in the form the field writes them.

use crate::function::call::Bad;

/// One step into a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::function) struct Step {
    /// The member it names, in an object.
    pub(in crate::function) name: String,
    /// The element it names, in an array, counted from 0.
    pub(in crate::function) index: Option<usize>,
    /// Whether it stands for every member or element.
    pub(in crate::function) every: bool,
}

impl Step {
    fn named(name: &str) -> Step {
        Step { name: name.to_owned(), index: name.parse().ok(), every: false }
    }
}

/// A path through a JSON text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::function) struct JsonPath {
    pub(in crate::function) steps: Vec<Step>,
    /// `lax` paths look through arrays and take a lone value for an array of one.
    pub(in crate::function) lax: bool,
}

impl JsonPath {
    /// The paths of `json_extract`: `$.a`, `$.a[0]`, `$["a.b"]`, `$['a.b']`.
    pub(in crate::function) fn plain(text: &str) -> Result<JsonPath, Bad> {
        let steps = parse(text, text)?;
        if steps.iter().any(|step| step.every) {
            return Bad::because(format!("the path '{text}' has a wildcard, which only json_query, json_value and json_exists take"));
        }
        Ok(JsonPath { steps, lax: false })
    }

    /// The paths of `json_query`: `lax` or `strict` in front, and wildcards.
    pub(in crate::function) fn sql(text: &str) -> Result<JsonPath, Bad> {
        let trimmed = text.trim();
        let (lax, rest) = match trimmed.split_once(char::is_whitespace) {
            Some((mode, rest)) if mode.eq_ignore_ascii_case("lax") => (true, rest.trim_start()),
            Some((mode, rest)) if mode.eq_ignore_ascii_case("strict") => (false, rest.trim_start()),
            _ => (true, trimmed),
        };
        Ok(JsonPath { steps: parse(rest, text)?, lax })
    }
}

fn parse(path: &str, whole: &str) -> Result<Vec<Step>, Bad> {
    let wrong = || Bad(format!("'{whole}' is not a JSON path: write $.a.b, $.a[0] or $[\"a.b\"]"));
    let mut rest = path.strip_prefix('$').ok_or_else(wrong)?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = next_step(rest).ok_or_else(wrong)?;
        steps.push(step);
        rest = after;
    }
    Ok(steps)
}

fn next_step(rest: &str) -> Option<(Step, &str)> {
    let every = || Step { name: String::new(), index: None, every: true };
    if let Some(after) = rest.strip_prefix('.') {
        if let Some(after) = after.strip_prefix('*') {
            return Some((every(), after));
        }
        if after.starts_with('"') {
            let (name, after) = quoted(after)?;
            return Some((Step { name, index: None, every: false }, after));
        }
        let end = after.find(|letter: char| !is_name_letter(letter)).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        return (!name.is_empty()).then(|| (Step::named(name), after));
    }
    let inner = rest.strip_prefix('[')?.trim_start();
    let (step, after) = if let Some(after) = inner.strip_prefix('*') {
        (every(), after)
    } else if inner.starts_with(['"', '\'']) {
        let (name, after) = quoted(inner)?;
        (Step::named(&name), after)
    } else {
        let end = inner.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(inner.len());
        let (name, after) = inner.split_at(end);
        if name.is_empty() {
            return None;
        }
        (Step::named(name), after)
    };
    Some((step, after.trim_start().strip_prefix(']')?))
}

fn is_name_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | ':' | '$' | '-' | '/' | '@' | '|' | '#')
}

/// A name in quotes, in which a backslash keeps the next letter.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut letters = text.char_indices();
    let (_, quote) = letters.next()?;
    let mut name = String::new();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => name.push(letters.next()?.1),
            _ if letter == quote => return text.get(at + letter.len_utf8()..).map(|after| (name, after)),
            _ => name.push(letter),
        }
    }
    None
}
