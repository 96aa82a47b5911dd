//! What the engine said about a translated statement, put at its place in the text that the person wrote.

use sqlparser::tokenizer::{Span, Token, Tokenizer};

use crate::blame;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::dialect::Trino;
use crate::names::Names;
use crate::source::Source;
use crate::suggest::suggest;

/// Most of an engine's message that is shown.
const MESSAGE_CHARS_MAX: usize = 400;

/// Turns a message of the engine into a [`Diagnostic`] that points into `sql`, the text as the person wrote it. `functions` are the
/// names of all functions the engine has.
pub fn explain(message: &str, sql: &str, names: &Names, functions: &[&str]) -> Diagnostic {
    let source = Source::new(sql);
    let diagnostic = unknown_column(message, &source, names)
        .or_else(|| unknown_field(message, &source, names))
        .or_else(|| unknown_function(message, &source, functions))
        .or_else(|| unknown_table(message, &source, names))
        .or_else(|| ambiguous(message, &source))
        .or_else(|| grouping(message, &source))
        .or_else(|| types(message, &source))
        .or_else(|| operands(message))
        .or_else(|| blamed(message, &source, functions))
        .unwrap_or_else(|| Diagnostic::new(Code::Engine, plain(message)));
    let place = diagnostic.place.clone().or_else(|| blame::place(message, &source));
    let diagnostic = Diagnostic { message: blame::sql_types(&diagnostic.message), ..diagnostic }.at(place);
    match diagnostic.help {
        None if diagnostic.code == Code::Engine => diagnostic.help(advice(message)),
        _ => diagnostic,
    }
}

/// What can be done about a message that says so little.
fn advice(message: &str) -> &'static str {
    match message {
        text if text.contains("LIMIT must") || text.contains("OFFSET must") => "write how many rows as a whole number from 0 on",
        text if text.contains("OuterReference") || text.contains("subquery") => {
            "a subquery reads the rows of the query around it in a way that is not supported; write it as a JOIN"
        }
        text if text.contains("is not implemented") || text.contains("not support") => {
            "say it in another way; docs/query.md tells what is understood"
        }
        _ => "watchfire schema lists tables and columns, watchfire schema --functions how functions are written",
    }
}

/// The message without the engine's own prefixes, of bounded length, without what it says about itself.
fn plain(message: &str) -> String {
    let mut text = message.trim();
    let prefixes = [
        "DataFusion error: ",
        "Error during planning: ",
        "Schema error: ",
        "Execution error: ",
        "External error: ",
        "Arrow error: ",
        "type_coercion\ncaused by\n",
    ];
    while let Some(rest) = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)) {
        text = rest.trim_start();
    }
    let text = text.split("\n\nbacktrace:").next().unwrap_or(text);
    let first = text.lines().next().unwrap_or_default().trim_end_matches('.');
    let cut: String = first.chars().take(MESSAGE_CHARS_MAX).collect();
    cut.strip_prefix("This feature is not implemented: ").map_or(cut.clone(), |what| format!("not supported: {what}"))
}

/// What follows a phrase of the message.
fn after<'m>(message: &'m str, phrase: &str) -> Option<&'m str> {
    message.split_once(phrase).map(|(_, rest)| rest)
}

/// The dotted, possibly quoted, name at the start of a text, as its parts.
fn name_at(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        let plain = c.is_alphanumeric() || matches!(c, '_' | '$' | '@');
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            c if quoted || plain => parts.last_mut().into_iter().for_each(|part| part.push(c)),
            _ => break,
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The place of a name in the text: of its last part, preferably right after the part before it, preferably a call.
fn find(source: &Source<'_>, name: &[String], called: bool) -> Option<Place> {
    let tokens = Tokenizer::new(&Trino, source.text).tokenize_with_location().ok()?;
    let solid: Vec<_> = tokens.iter().filter(|at| !matches!(at.token, Token::Whitespace(_))).collect();
    let last = name.last()?;
    let is = |index: usize, wanted: &str| {
        solid.get(index).is_some_and(|at| matches!(&at.token, Token::Word(word) if word.value.eq_ignore_ascii_case(wanted)))
    };
    let mut best: Option<(u8, Span)> = None;
    for (index, at) in solid.iter().enumerate().filter(|(index, _)| is(*index, last)) {
        let dotted = index >= 2 && solid.get(index - 1).is_some_and(|at| at.token == Token::Period);
        let before = name.len().checked_sub(2).and_then(|at| name.get(at));
        let qualified = before.is_some_and(|before| dotted && is(index - 2, before));
        let call = solid.get(index + 1).is_some_and(|at| at.token == Token::LParen);
        let score = 2 * u8::from(call == called) + u8::from(qualified || (before.is_none() && !dotted));
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, at.span));
        }
    }
    best.and_then(|(_, span)| source.place(span))
}

/// `a`, `b` and others that the engine lists.
fn listed(message: &str) -> Vec<String> {
    let list = after(message, "Valid fields are ").unwrap_or_default();
    list.trim_end_matches('.').split(", ").filter_map(|field| name_at(field).pop()).collect()
}

fn unknown_column(message: &str, source: &Source<'_>, names: &Names) -> Option<Diagnostic> {
    let name = name_at(after(message, "No field named ")?);
    let last = name.last()?;
    let valid = listed(message);
    let known = names.column_names();
    let candidates = valid.iter().map(String::as_str).chain(known.iter().copied()).filter(|known| !known.eq_ignore_ascii_case(last));
    let place = find(source, &name, false);
    let quoted = place.as_ref().and_then(|place| source.text.get(place.bytes.clone())).is_some_and(|text| text.starts_with('"'));
    let diagnostic = Diagnostic::new(Code::UnknownColumn, format!("there is no column {}", name.join("."))).at(place);
    let exists = known.iter().any(|known| known.eq_ignore_ascii_case(last));
    Some(match suggest(last, candidates) {
        Some(near) => diagnostic.help(format!("did you mean {near}?")),
        None if exists => diagnostic.help("a column of that name exists, but not in what this part of the query reads"),
        None if quoted => diagnostic.help(format!("if it is a text and not a column, write it in single quotes: '{last}'")),
        None => diagnostic.help("DESCRIBE cloudtrail lists the columns"),
    })
}

fn unknown_field(message: &str, source: &Source<'_>, names: &Names) -> Option<Diagnostic> {
    let (before, _) = message.split_once(" not found in struct")?;
    let name = before.rsplit_once("Field ").map(|(_, name)| name.trim_matches(['"', '\'']).to_owned())?;
    let known = names.column_names();
    let near = suggest(&name, known.iter().copied().filter(|known| !known.eq_ignore_ascii_case(&name)));
    let help = near.map_or_else(|| "DESCRIBE cloudtrail lists the fields".to_owned(), |near| format!("did you mean {near}?"));
    let place = find(source, std::slice::from_ref(&name), false);
    Some(Diagnostic::new(Code::UnknownColumn, format!("there is no field {name}")).help(help).at(place))
}

fn unknown_function(message: &str, source: &Source<'_>, functions: &[&str]) -> Option<Diagnostic> {
    let rest = after(message, "Invalid function '").or_else(|| after(message, "table function '"))?;
    let name = rest.split('\'').next()?.to_owned();
    let help = suggest(&name, functions.iter().copied()).map(|near| format!("did you mean {near}?"));
    let diagnostic = Diagnostic::new(Code::UnknownFunction, format!("there is no function {name}")).at(find(source, &[name], true));
    Some(Diagnostic { help, ..diagnostic })
}

fn unknown_table(message: &str, source: &Source<'_>, names: &Names) -> Option<Diagnostic> {
    let rest = after(message, "table '")?;
    let (name, _) = rest.split_once("' not found")?;
    let last = name.rsplit('.').next()?.to_owned();
    let near = suggest(&last, names.tables.iter().map(|table| table.name.as_str()));
    let help = near.map_or_else(|| "SHOW TABLES lists the tables".to_owned(), |near| format!("did you mean {near}?"));
    let place = find(source, std::slice::from_ref(&last), false);
    Some(Diagnostic::new(Code::UnknownTable, format!("there is no table {last}")).help(help).at(place))
}

fn ambiguous(message: &str, source: &Source<'_>) -> Option<Diagnostic> {
    let rest = after(message, "Ambiguous reference to unqualified field ")
        .or_else(|| after(message, "Ambiguous reference to qualified field "))?;
    let name = name_at(rest);
    let last = name.last()?;
    let help = format!("say of which table: t.{last}");
    Some(Diagnostic::new(Code::Ambiguous, format!("{last} could be a column of several tables")).help(help).at(find(source, &name, false)))
}

fn grouping(message: &str, source: &Source<'_>) -> Option<Diagnostic> {
    let clause = after(message, "must appear in the GROUP BY clause").map(|_| message)?;
    let name = after(clause, "column \"").map(name_of_column).or_else(|| after(clause, "HAVING clause references: ").map(name_at))?;
    let last = name.last()?;
    let help = format!("add it to GROUP BY, or take one of its values: arbitrary({last})");
    let message = format!("{last} is neither grouped by nor aggregated");
    Some(Diagnostic::new(Code::Grouping, message).help(help).at(find(source, &name, false)))
}

/// The name in `cloudtrail.eventname" must appear`.
fn name_of_column(text: &str) -> Vec<String> {
    name_at(text.split('"').next().unwrap_or_default())
}

/// Functions that the engine calls otherwise than people do.
const OTHERWISE: [(&str, &str); 11] = [
    ("approx_percentile_cont", "approx_percentile"),
    ("approx_percentile_cont_with_weight", "approx_percentile"),
    ("any_match", "all_match"),
    ("any_match", "none_match"),
    ("array_filter", "filter"),
    ("array_transform", "transform"),
    ("array_sort_by", "array_sort"),
    ("is_subnet_of", "contains"),
    ("ip_in_network", "contains"),
    ("arrays_zip", "zip"),
    ("array_repeat", "repeat"),
];

/// A function of the engine as it is called in the text, and where.
fn called(name: &str, source: &Source<'_>) -> (String, Option<Place>) {
    let otherwise = OTHERWISE.iter().filter(|(engine, _)| *engine == name).map(|(_, written)| *written);
    let found = |name: &str| find(source, &[name.to_owned()], true).map(|place| (name.to_owned(), place));
    match std::iter::once(name).chain(otherwise).find_map(found) {
        Some((name, place)) => (name, Some(place)),
        None => (name.to_owned(), None),
    }
}

/// What a function of ours says of itself when it is called wrongly, apart from how it is written.
fn own_words(why: &str) -> (String, String) {
    match why.split_once("; it is written ") {
        Some((why, written)) => (why.to_owned(), format!("it is written {}", written.split('\n').next().unwrap_or_default().trim_end())),
        None => (why.to_owned(), "CAST(x AS varchar), CAST(x AS bigint) and their like change the type".to_owned()),
    }
}

/// A message that begins with the name of a function is about it: `date_trunc: 'dya' is no unit of time`.
fn blamed(message: &str, source: &Source<'_>, functions: &[&str]) -> Option<Diagnostic> {
    let message = plain(message);
    let name = message.split([':', ' ']).next()?;
    if !functions.contains(&name) && !OTHERWISE.iter().any(|(engine, _)| *engine == name) {
        return None;
    }
    let (written, place) = called(name, source);
    let rest = message.strip_prefix(name)?;
    place.as_ref()?;
    let (why, help) = own_words(rest);
    let diagnostic = Diagnostic::new(Code::Engine, format!("{written}{why}")).at(place);
    Some(if rest.contains("; it is written ") { diagnostic.help(help) } else { diagnostic })
}

/// Things side by side that do not go together.
fn operands(message: &str) -> Option<Diagnostic> {
    let about = |what: &str, help: &str| Some(Diagnostic::new(Code::Types, what.to_owned()).help(help));
    if let Some(rest) = after(message, "Cannot coerce arithmetic expression ") {
        let terms = rest.split(" to valid types").next().unwrap_or(rest);
        let help = "to a time is added an interval, now() - interval '7' day; a text becomes a number by CAST(x AS bigint)";
        return about(&format!("these types do not go together: {terms}"), help);
    }
    if let Some(rest) = after(message, "There isn't a common type to coerce ") {
        return about(&format!("these types do not go together: {}", plain(rest)), "LIKE compares texts: CAST(x AS varchar)");
    }
    if message.contains("queries have different number of columns") {
        return about("the queries of a UNION give different numbers of columns", "give each SELECT as many columns, in the same order");
    }
    None
}

fn types(message: &str, source: &Source<'_>) -> Option<Diagnostic> {
    if let Some(rest) = after(message, "No function matches the given name and argument types '")
        .or_else(|| after(message, "Failed to coerce arguments to satisfy a call to '"))
    {
        let name = rest.split(['(', '\'']).next()?;
        let call = rest.split("'.").next().unwrap_or(rest).trim_end_matches('\'');
        let (written, place) = called(name, source);
        let (why, help) = match after(message, "coercion failed with: ").map(plain) {
            Some(why) if why.contains("; it is written ") => own_words(&why),
            _ => (format!("{written} does not take arguments of these types: {}", call.replacen(name, &written, 1)), own_words("").1),
        };
        return Some(Diagnostic::new(Code::Types, why).help(help).at(place));
    }
    if let Some(rest) = after(message, "Function '").filter(|_| message.contains("coercion failed")) {
        let name = rest.split('\'').next()?;
        let why = after(message, "failed with: ").map(plain).unwrap_or_default();
        let (written, place) = called(name, source);
        return Some(Diagnostic::new(Code::Types, format!("{written} does not take these arguments: {why}")).at(place));
    }
    let rest = after(message, "Cannot infer common argument type for ")?;
    let operands = after(rest, "operation ").unwrap_or(rest).lines().next().unwrap_or_default();
    let help = "cast one side: a text to a time is from_iso8601_timestamp(x), a number to a text CAST(x AS varchar)";
    Some(Diagnostic::new(Code::Types, format!("these types do not go together: {operands}")).help(help))
}
