//! Messages of the engine, at the place they are about.

use watchfire_query::{Code, explain};

use crate::names::names;

const FUNCTIONS: [&str; 4] = ["json_extract_scalar", "regexp_like", "lower", "count"];

/// What a message is about in the text, its code, and the advice.
fn check(message: &str, sql: &str, place: &str, code: Code, help: &str) {
    let diagnostic = explain(message, sql, &names(), &FUNCTIONS);
    assert_eq!(diagnostic.code, code, "{message}");
    let shown = diagnostic.place.as_ref().and_then(|place| sql.get(place.bytes.clone())).unwrap_or_default();
    assert_eq!(shown, place, "{message}");
    assert_eq!(diagnostic.help.unwrap_or_default(), help, "{message}");
}

#[test]
fn an_unknown_column_points_at_itself_and_names_the_nearest() {
    let sql = "SELECT eventname\nFROM cloudtrail c\nWHERE c.evntSource = 'x' AND lower(\"ConsoleLogin\") = 'y'";
    let message = "Schema error: No field named c.evntsource. Valid fields are c.eventname, c.eventsource.";
    check(message, sql, "evntSource", Code::UnknownColumn, "did you mean eventsource?");
    let message = "Schema error: No field named \"consolelogin\".";
    check(
        message,
        sql,
        "\"ConsoleLogin\"",
        Code::UnknownColumn,
        "if it is a text and not a column, write it in single quotes: 'consolelogin'",
    );
    let diagnostic = explain("Schema error: No field named c.evntsource.", sql, &names(), &FUNCTIONS);
    assert_eq!(diagnostic.place.as_ref().map(|place| (place.line, place.column)), Some((3, 9)));
    let shown = "error[unknown_column]: there is no column c.evntsource\n  |\n3 | WHERE c.evntSource = 'x' AND lower(\"ConsoleLogin\") = 'y'\n  |         \
                 ^^^^^^^^^^\nhelp: did you mean eventsource?\n";
    assert_eq!(diagnostic.render(sql), shown);
}

#[test]
fn fields_functions_and_tables_are_found() {
    let sql = "SELECT userIdentity.acountid, regexp_lik(lower, 'x') FROM cloudtrial, lower";
    check("Field acountid not found in struct", sql, "acountid", Code::UnknownColumn, "did you mean accountid?");
    check(
        "Error during planning: Invalid function 'regexp_lik'.\nDid you mean 'x'?",
        sql,
        "regexp_lik",
        Code::UnknownFunction,
        "did you mean regexp_like?",
    );
    check(
        "Error during planning: table 'datafusion.public.cloudtrial' not found",
        sql,
        "cloudtrial",
        Code::UnknownTable,
        "did you mean cloudtrail?",
    );
    check("Schema error: Ambiguous reference to unqualified field lower", sql, "lower", Code::Ambiguous, "say of which table: t.lower");
}

#[test]
fn types_and_groups_are_explained() {
    let sql = "SELECT eventname, awsregion, lower(1) FROM cloudtrail GROUP BY eventname";
    let message = "Error during planning: Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column \
                   \"cloudtrail.awsregion\" must appear in the GROUP BY clause or must be part of an aggregate function, currently only \"x\" appears";
    check(message, sql, "awsregion", Code::Grouping, "add it to GROUP BY, or take one of its values: arbitrary(awsregion)");
    let message = "Error during planning: No function matches the given name and argument types 'lower(Int64)'. You might need to add explicit type casts.\n\tCandidate functions:";
    check(message, sql, "lower", Code::Types, "CAST(x AS varchar), CAST(x AS bigint) and their like change the type");
    let message =
        "type_coercion\ncaused by\nError during planning: Cannot infer common argument type for comparison operation Utf8 >= Boolean";
    let help = "cast one side: a text to a time is from_iso8601_timestamp(x), a number to a text CAST(x AS varchar)";
    check(message, "SELECT eventname FROM cloudtrail WHERE eventname >= true", "eventname >= true", Code::Types, help);
    check("Resources exhausted: too much", sql, "SELECT", Code::Engine, ANYTHING);
}

/// What is advised when the engine says little.
const ANYTHING: &str = "watchfire schema lists tables and columns, watchfire schema --functions how functions are written";

#[test]
fn what_names_nothing_is_found_by_its_types_and_words() {
    let help = "to a time is added an interval, now() - interval '7' day; a text becomes a number by CAST(x AS bigint)";
    let message = "Error during planning: Cannot coerce arithmetic expression Utf8View + Int64 to valid types";
    check(message, "SELECT 1 + 2, eventname + 1 FROM cloudtrail", "eventname + 1", Code::Types, help);
    let message = "Error during planning: There isn't a common type to coerce Utf8View and Int64 in LIKE expression";
    let sql = "SELECT eventname FROM cloudtrail WHERE eventname LIKE 5";
    check(message, sql, "eventname LIKE 5", Code::Types, "LIKE compares texts: CAST(x AS varchar)");
    let message = "Error during planning: LIMIT must be >= 0, '-1' was provided";
    check(
        message,
        "SELECT eventname FROM cloudtrail LIMIT -1",
        "LIMIT -1",
        Code::Engine,
        "write how many rows as a whole number from 0 on",
    );
    let message = "Error during planning: UNION queries have different number of columns";
    let sql = "SELECT a, b FROM x UNION SELECT c, d FROM x UNION ALL SELECT max(e, 2), f, g FROM x";
    check(message, sql, "max(e, 2), f, g", Code::Types, "give each SELECT as many columns, in the same order");
}

#[test]
fn what_a_function_says_of_itself_stands_at_its_call() {
    let functions = ["date_trunc", "lower"];
    let sql = "SELECT lower(eventname), date_trunc('dya', eventtime) FROM cloudtrail";
    let diagnostic = explain("Execution error: date_trunc: 'dya' is no unit of time: write day", sql, &names(), &functions);
    assert_eq!(diagnostic.place.and_then(|place| sql.get(place.bytes)), Some("date_trunc"));
    let message = "Error during planning: No function matches the given name and argument types 'date_trunc(Utf8)'. Function 'date_trunc' \
                   user-defined coercion failed with: Error during planning: date_trunc was given 1 arguments; it is written date_trunc(unit, time)\n";
    check(message, sql, "date_trunc", Code::Types, "it is written date_trunc(unit, time)");
    let sql = "SELECT transform(eventname, x -> x) FROM cloudtrail";
    check("Error during planning: array_transform expected a list", sql, "transform", Code::Engine, ANYTHING);
    let message = "Error during planning: Cannot coerce arithmetic expression Timestamp(ns) - Int64 to valid types";
    let help = "to a time is added an interval, now() - interval '7' day; a text becomes a number by CAST(x AS bigint)";
    check(message, "SELECT now() - 7", ") - 7", Code::Types, help);
}
