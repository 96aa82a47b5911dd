//! Any text into the SQL front: no panic, no hang, every diagnostic reads and points into the text, and what was translated is
//! translated to itself.
//!
//! `cargo +nightly fuzz run sql_front fuzz/corpus/sql_front crates/query/testdata` from the root of the repository. The first byte says
//! how the rest is read: as text as it is, or as a list of words of the dialect, so that random bytes are often nearly SQL.
#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfire_query::{Column, Computed, Kind, Names, explain, suggest, translate};

/// What statements are made of: each byte of the input stands for one.
const WORDS: &[&str] = &[
    "SELECT", "DISTINCT", "*", ",", "FROM", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "DESC", "NULLS FIRST", "LIMIT", "OFFSET", "FETCH FIRST",
    "ROWS ONLY", "WITH", "RECURSIVE", "AS", "(", ")", "(", ")", "[", "]", "VALUES", "ROW", "TABLE", "UNION ALL", "EXCEPT", "INTERSECT", "JOIN",
    "LEFT JOIN", "CROSS JOIN", "LATERAL", "ON", "USING", "UNNEST", "WITH ORDINALITY", "AND", "OR", "NOT", "IS", "NULL", "DISTINCT FROM", "IN",
    "BETWEEN", "LIKE", "ESCAPE", "EXISTS", "ANY", "ALL", "CASE", "WHEN", "THEN", "ELSE", "END", "CAST", "TRY_CAST", "TRY", "IF", "EXTRACT",
    "INTERVAL", "'7'", "day", "year", "TIMESTAMP", "DATE", "JSON", "IPADDRESS", "'2026-03-01 00:00:00'", "'2026-03-01'", "'a''b'", "'%'", "'10.0.0.0/8'",
    "'$.a[0]'", "1", "0", "-1", "1.5", "1e3", "'é漢\u{1F600}'", "\"EventName\"", "`eventName`", "cloudtrail", "cloudtrail_logs", "default.cloudtrail",
    "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "$EDS_ID", "<event data store>", "a.b.cloud_trail_mgmt_2_0", "eventtime", "eventname", "useridentity",
    "sessioncontext", ".", "requestparameters", "resources", "timestamp", "day", "date_partition", "eventjson", "c", "t", "r", "t(r)", "t(a, b)", "x", "->",
    "(x, y) ->", "=", "<>", "<", ">=", "||", "+", "-", "/", "%", "::", "count", "array_agg", "listagg", "WITHIN GROUP", "FILTER", "OVER",
    "PARTITION BY", "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", "approx_percentile", "ARRAY", "MAP", "json_extract_scalar", "element_at",
    "any_match", "reduce", "zip_with", "map_filter", "contains", "date_trunc", "from_iso8601_timestamp", "now()", "AT TIME ZONE", "GROUPING SETS",
    "CUBE", "ROLLUP", "EXPLAIN", "ANALYZE", "SHOW TABLES", "DESCRIBE", "SHOW COLUMNS FROM", "?", ":x", ";", "--", "/*", "*/", "'", "\"", "varchar", "bigint",
    "array(varchar)", "row(a varchar)", "ipaddress", "eds.x.y.z", "_col1", "\n", "\u{0}", "\u{202E}",
];

fn names() -> Names {
    let text = |names: &str| names.split(' ').map(|name| Column::new(name, Kind::Text)).collect::<Vec<_>>();
    let mut cloudtrail = text("eventname eventsource awsregion sourceipaddress readonly account region year month");
    cloudtrail.extend([
        Column::new("eventtime", Kind::Moment),
        Column::new("day", Kind::DashDay),
        Column::new("timestamp", Kind::SlashDay),
        Column::new("requestparameters", Kind::JsonText),
        Column::new("useridentity", Kind::Struct(text("type arn username"))),
        Column::new("resources", Kind::list(Kind::Struct(text("arn type")))),
        Column::new("extra", Kind::map(Kind::Text)),
    ]);
    let mut names = Names::new().with("cloudtrail", cloudtrail.clone()).with("cloud_trail_mgmt_2_0", cloudtrail);
    let columns = vec!["eventname".to_owned(), "extra".to_owned()];
    names.computed.push(Computed { name: "eventjson".into(), function: "event_json".into(), columns, kind: Kind::JsonText });
    names.forgiven.push("from_iso8601_timestamp".into());
    names
}

/// The bytes as text, or as words and, between them, letters as they are.
fn statement(data: &[u8]) -> String {
    match data.split_first() {
        Some((kind, rest)) if kind % 2 == 1 => {
            rest.iter().map(|byte| WORDS.get(usize::from(*byte)).copied().unwrap_or("e")).collect::<Vec<_>>().join(" ")
        }
        _ => String::from_utf8_lossy(data).into_owned(),
    }
}

fuzz_target!(|data: &[u8]| {
    let (sql, names) = (statement(data), names());
    match translate(&sql, &names) {
        Ok(once) => match translate(&once.sql, &names) {
            Ok(twice) => assert_eq!(twice.sql, once.sql, "{sql}"),
            Err(error) => panic!("{sql}\n{}\n{}", once.sql, error.render(&once.sql)),
        },
        Err(diagnostic) => {
            assert!(!diagnostic.render(&sql).is_empty());
            if let Some(place) = &diagnostic.place {
                assert!(sql.get(place.bytes.clone()).is_some(), "{sql}: {place:?}");
            }
        }
    }
    let message = format!("Schema error: No field named {}. Valid fields are cloudtrail.eventname.", sql.chars().take(40).collect::<String>());
    let _ = explain(&message, &sql, &names, &["lower", "count"]).render(&sql);
    let _ = suggest(&sql.chars().take(100).collect::<String>(), names.column_names());
});
