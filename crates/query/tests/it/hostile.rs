//! Texts made to hurt: long, deep, odd. Each is answered, on the stack of an ordinary thread.

use watchfire_query::{CHAIN_TOKENS_MAX, CONDITIONS_MAX, Code, NESTING_MAX, SET_OPERATIONS_MAX, STATEMENT_BYTES_MAX, translate};

use crate::names::names;

/// Translates on a thread of two MiB, which is what worker threads have, and gives the code of the refusal.
fn code(sql: String) -> Option<Code> {
    let run = move || match translate(&sql, &names()) {
        Ok(translated) => {
            drop(translated.clone());
            None
        }
        Err(diagnostic) => {
            assert!(!diagnostic.render(&sql).is_empty());
            Some(diagnostic.code)
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread").join().expect("no panic")
}

#[test]
fn size_is_bounded() {
    assert_eq!(code("x".repeat(1 << 20)), Some(Code::Limit));
    assert_eq!(code(format!("SELECT '{}'", "é".repeat(STATEMENT_BYTES_MAX))), Some(Code::Limit));
    let list = vec!["'AKIAIOSFODNN7EXAMPLE'"; 10_000].join(",");
    assert_eq!(code(format!("SELECT 1 FROM cloudtrail WHERE useridentity.accesskeyid IN ({list})")), None);
}

#[test]
fn depth_is_bounded() {
    for (open, close) in [("(", ")"), ("abs(", ")"), ("ARRAY[", "]"), ("(SELECT ", ")"), ("CASE WHEN (", ") THEN 1 END"), ("f(x -> ", ")")]
    {
        let deep = |depth: usize| format!("SELECT {}1{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(code(deep(20)).filter(|code| *code == Code::Limit), None, "{open}");
        assert_eq!(code(deep(NESTING_MAX + 1)), Some(Code::Limit), "{open}");
        assert_eq!(code(deep(10_000)), Some(Code::Limit), "{open}");
    }
}

#[test]
fn the_deepest_that_passes_fits_the_stack() {
    for (open, close) in
        [("(", ")"), ("abs(", ")"), ("ARRAY[", "]"), ("(SELECT ", ")"), ("(SELECT x FROM (", ") AS t)"), ("CASE WHEN (", ") THEN 1 END")]
    {
        let levels = NESTING_MAX / open.matches(['(', '[']).count();
        let _ = code(format!("SELECT {}1{}", open.repeat(levels), close.repeat(levels)));
    }
    let derived = format!("{}SELECT * FROM cloudtrail{}", "SELECT * FROM (".repeat(NESTING_MAX), ") AS t".repeat(NESTING_MAX));
    assert_eq!(code(derived), None);
    let set = " UNION ALL SELECT eventname FROM cloudtrail".repeat(SET_OPERATIONS_MAX);
    assert_eq!(code(format!("SELECT eventname FROM cloudtrail{set}")), None);
    let any = " OR eventname = 'x' AND errorcode IS NULL".repeat(CONDITIONS_MAX / 2);
    assert_eq!(code(format!("SELECT 1 FROM cloudtrail WHERE eventname = 'y'{any}")), None);
    let doubling: Vec<String> = (1..40).map(|at| format!("t{at} AS (SELECT * FROM t{} a, t{} b)", at - 1, at - 1)).collect();
    assert_eq!(code(format!("WITH t0 AS (SELECT * FROM cloudtrail), {} SELECT 1 FROM t39", doubling.join(", "))), None);
}

#[test]
fn chains_are_bounded_where_they_make_depth() {
    for (link, tokens) in
        [(" + 1", 2), ("::int", 2), (" AT TIME ZONE 'UTC'", 4), (" || 'a'", 2), (" IS NULL", 2), (" - interval '1' day", 4)]
    {
        let chain = |links: usize| format!("SELECT 1 {}", link.repeat(links));
        assert_eq!(code(chain((CHAIN_TOKENS_MAX - 10) / tokens)), None, "{link}");
        assert_eq!(code(chain(CHAIN_TOKENS_MAX)), Some(Code::Limit), "{link}");
    }
    for link in [" OR a = 1", " UNION SELECT 1", "['a'](", " COLLATE a", " AND 1 BETWEEN 1"] {
        assert!(code(format!("SELECT 1 {}", link.repeat(15_000))).is_some(), "{link}");
    }
    for prefix in [
        "NOT ",
        "- ",
        "~ ",
        "EXPLAIN ",
        "SELECT ",
        "WITH a AS ",
        "FROM ",
        "CASE ",
        "CAST(x AS ARRAY(",
        "((",
        "DATE ",
        "INTERVAL ",
        "a.",
        "x -> ",
    ] {
        assert!(code(format!("SELECT {}1", prefix.repeat(1_500))).is_some(), "{prefix}");
    }
}

#[test]
fn odd_characters_are_shown_where_they_stand() {
    assert_eq!(code("SELECT '\0'".to_owned()), Some(Code::Syntax));
    assert_eq!(code("SELECT \u{1b}[31m".to_owned()), Some(Code::Syntax));
    assert_eq!(code("SELECT 'unterminated".to_owned()), Some(Code::Syntax));
    assert_eq!(code("SELECT \"unterminated".to_owned()), Some(Code::Syntax));
    assert_eq!(code("SELECT /* never ends".to_owned()), Some(Code::Syntax));
    assert_eq!(code(String::new()), Some(Code::Syntax));
    assert_eq!(code(";;; -- nothing\n;".to_owned()), Some(Code::Syntax));
    assert_eq!(code("SELECT 'é' AS \"naïve\" FROM cloudtrail WHERE eventname = '日本'".to_owned()), None);
}
