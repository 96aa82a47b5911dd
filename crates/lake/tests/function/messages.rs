//! What a person is told when a query cannot be answered, and what the list of functions says.

async fn complaint(sql: &str) -> String {
    match crate::answers(&crate::session(), sql).await {
        Ok(rows) => format!("answered {rows:?}"),
        Err(error) => error.strip_backtrace().lines().next().unwrap_or_default().to_owned(),
    }
}

#[tokio::test]
async fn bad_rows_and_bad_constants_are_named() {
    let cases = [
        ("SELECT from_iso8601_timestamp('soon')", "'soon' is not a time of ISO 8601"),
        ("SELECT json_parse('{')", "not JSON"),
        ("SELECT json_extract('{}', 'a.b')", "is not a JSON path: write $.a.b"),
        ("SELECT json_extract('{}', '$.a[*]')", "has a wildcard"),
        ("SELECT json_extract(json, '$..a') FROM t", "is not a JSON path"),
        ("SELECT regexp_like('a', '(')", "is not a regular expression"),
        ("SELECT regexp_like('a', 'a(?!b)')", "looks ahead or behind"),
        ("SELECT regexp_like('a', '((a{1000}){1000}){1000}')", "grows too large"),
        ("SELECT regexp_extract('a', 'a', 1)", "has 0 groups"),
        ("SELECT regexp_replace('a', 'a', '$2')", "must name a group"),
        ("SELECT date_add('fortnight', 1, now())", "'fortnight' is no unit of time"),
        ("SELECT date_add('hour', 1, date '2023-01-01')", "a date has no such unit"),
        ("SELECT date_parse('x', '%D')", "%D is not supported"),
        ("SELECT date_parse('x', '%Y')", "'x' does not fit the format '%Y'"),
        ("SELECT at_timezone(now(), 'Mars/Base')", "'Mars/Base' is not a time zone"),
        ("SELECT at_timezone(now(), agent) FROM t", "must be written out"),
        ("SELECT json_extract('{}')", "was given 1 arguments; it is written json_extract(json, path)"),
        ("SELECT json_extract(1, '$')", "argument 1 of json_extract is bigint, but text is wanted"),
        ("SELECT contains('user agent', 'agent')", "to look for a text within a text write strpos"),
        ("SELECT json_cast('[]', 'list of things')", "is not a type that json_cast knows"),
        ("SELECT sequence(1, 1000000000000)", "at most 10000 elements"),
        ("SELECT year(1)", "a timestamp, a date or text that holds one is wanted"),
        ("SELECT approx_percentile(n, 2.0) FROM (VALUES (1)) AS v(n)", "lie between 0 and 1"),
    ];
    let mut wrong = Vec::new();
    for (sql, part) in cases {
        let said = complaint(sql).await;
        if !said.contains(part) {
            wrong.push(format!("{sql}\n  expected {part}\n  got      {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn hostile_text_in_a_message_stays_one_short_line() {
    let said = complaint(&format!("SELECT from_iso8601_timestamp('\u{1b}[2J\n{}')", "x".repeat(5000))).await;
    assert!(said.len() < 300 && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn the_catalogue_is_complete_sorted_and_plain() {
    let catalogue = watchfire_lake::function::catalogue();
    assert!(catalogue.len() > 120, "{}", catalogue.len());
    assert!(catalogue.is_sorted_by(|left, right| left.name < right.name));
    for doc in catalogue {
        assert!(doc.meaning.len() > 10 && !doc.meaning.contains('\n') && !doc.meaning.ends_with('.'), "{doc:?}");
        assert!(std::iter::once(&doc.name).chain(doc.aliases).any(|name| doc.signature.starts_with(name)), "{doc:?}");
    }
}

/// Functions with lambdas that the dialect puts into other words.
const TRANSLATED: [&str; 4] = ["all_match", "filter", "none_match", "transform"];

#[test]
fn every_function_of_the_catalogue_is_known_to_the_session() {
    use datafusion::execution::FunctionRegistry;
    let session = crate::session();
    let state = session.state();
    for doc in watchfire_lake::function::catalogue() {
        for name in std::iter::once(doc.name).chain(doc.aliases.iter().copied()).filter(|name| *name != "current_timestamp") {
            let known = state.udf(name).is_ok() || state.udaf(name).is_ok() || state.higher_order_function(name).is_ok();
            assert!(known || TRANSLATED.contains(&name), "{name}");
        }
        assert!(!doc.has_try || state.udf(&format!("try_{}", doc.name)).is_ok(), "{}", doc.name);
    }
}
