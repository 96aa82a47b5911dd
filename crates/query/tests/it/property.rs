//! For any text there is an answer; and what was translated stays as it is.

use proptest::prelude::*;
use watchfire_query::{explain, translate};

use crate::names::names;

/// Words that meet in real statements, so that random texts are often nearly SQL.
const WORDS: [&str; 92] = [
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP BY",
    "ORDER BY",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "WITH",
    "AS",
    "ON",
    "JOIN",
    "LEFT JOIN",
    "CROSS JOIN",
    "UNNEST",
    "UNION",
    "UNION ALL",
    "EXCEPT",
    "AND",
    "OR",
    "NOT",
    "IN",
    "BETWEEN",
    "LIKE",
    "IS NULL",
    "EXISTS",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "CAST",
    "TRY_CAST",
    "TRY",
    "IF",
    "DISTINCT",
    "DESC",
    "NULLS FIRST",
    "WITH ORDINALITY",
    "INTERVAL '1' day",
    "TIMESTAMP '2021-03-01 00:00:00.5'",
    "DATE '2021-03-01'",
    "'2021-03-01 10:00:00'",
    "'x'",
    "\"EventName\"",
    "`eventName`",
    "cloudtrail",
    "cloudtrail_logs",
    "default.cloudtrail",
    "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "$EDS_ID",
    "<eds>",
    "eventTime",
    "eventname",
    "userIdentity",
    "sessionContext",
    "requestParameters",
    "resources",
    "timestamp",
    "day",
    "r",
    "t",
    "t(r)",
    "t(a, b)",
    "arn",
    "json_extract",
    "element_at",
    "any_match",
    "all_match",
    "filter",
    "now()",
    "date_add('day', -7, now())",
    "from_iso8601_timestamp",
    "count(*)",
    "array",
    "map",
    "row",
    "json",
    "varchar",
    "bigint",
    "EXPLAIN",
    "SHOW TABLES",
    "DESCRIBE",
    "VALUES",
    "OVER",
    "PARTITION BY",
    "FILTER",
    "->",
    "?",
    "1",
    "*",
    ";",
];
const SIGNS: [&str; 16] = ["(", ")", "[", "]", ",", ".", "=", "<", ">", "+", "-", "||", "!=", "::", "'", "\n"];

fn near_sql() -> impl Strategy<Value = String> {
    let word = prop_oneof![4 => prop::sample::select(&WORDS[..]), 3 => prop::sample::select(&SIGNS[..])];
    prop::collection::vec(word, 0..40).prop_map(|words| words.join(" "))
}

/// Statements that are right, put together at random.
fn right_sql() -> impl Strategy<Value = String> {
    let column = prop::sample::select(vec![
        "eventName",
        "\"eventTime\"",
        "userIdentity.sessionContext.sessionIssuer.userName",
        "c.useridentity.arn",
        "requestParameters.bucketName",
        "requestParameters['a b']",
        "resources[1].arn",
        "element_at(resources, 1).accountId",
        "tlsDetails.tlsVersion",
        "extra['k']",
        "`timestamp`",
        "try(cast(errorcode as bigint))",
        "if(readonly = true, 1, 2)",
        "json_extract(responseElements, '$.x')",
        "date_trunc('day', eventTime)",
        "cast(json_extract(requestParameters, '$.x') as array(varchar))",
        "any_match(resources, x -> x.arn = eventName)",
        "day",
        "count(*)",
    ]);
    let time = prop::sample::select(vec![
        "'2021-03-01 00:00:00'",
        "TIMESTAMP '2021-03-01 00:00:00.5'",
        "date_add('day', -7, now())",
        "current_timestamp - interval '7' day",
        "from_iso8601_timestamp('2021-03-01T00:00:00Z')",
        "current_date",
        "'2021-03-01'",
        "c.eventtime",
    ]);
    let op = prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]);
    let table =
        prop::sample::select(vec!["cloudtrail c", "default.cloudtrail_logs AS c", "3f2504e0-4f89-11d3-9a0c-0305e82c3301 c", "$EDS_ID c"]);
    let unnest =
        prop::sample::select(vec!["", " CROSS JOIN UNNEST(resources) AS t(res)", ", UNNEST(c.resources) WITH ORDINALITY AS t(res, n)"]);
    let tail =
        prop::sample::select(vec!["", " ORDER BY 1 DESC", " LIMIT 5", " FETCH FIRST 3 ROWS ONLY", " GROUP BY 1 HAVING count(*) > 1"]);
    (prop::collection::vec(column, 1..4), time.clone(), time, op, table, unnest, tail).prop_map(|(columns, low, high, op, table, unnest, tail)| {
        let columns = columns.join(", ");
        format!("SELECT {columns} FROM {table}{unnest} WHERE eventTime {op} {low} AND {high} > eventTime AND eventTime BETWEEN {low} AND {high}{tail}")
    })
}

fn check_stable(sql: &str) -> Result<bool, TestCaseError> {
    let names = names();
    let Ok(once) = translate(sql, &names) else { return Ok(false) };
    let twice = translate(&once.sql, &names);
    let twice = twice
        .map_err(|error| TestCaseError::fail(format!("{sql}\nbecame\n{}\nwhich is refused:\n{}", once.sql, error.render(&once.sql))))?;
    prop_assert_eq!(&twice.sql, &once.sql, "of {}", sql);
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_an_answer(sql in any::<String>()) {
        check_stable(&sql)?;
    }

    #[test]
    fn nearly_sql_has_an_answer(sql in near_sql()) {
        check_stable(&sql)?;
        check_stable(&format!("SELECT * FROM cloudtrail WHERE {sql}"))?;
        check_stable(&format!("SELECT {sql} FROM cloudtrail"))?;
    }

    #[test]
    fn right_sql_is_translated_and_stays(sql in right_sql()) {
        prop_assert!(check_stable(&sql)?, "{} is refused: {}", sql, translate(&sql, &names()).expect_err("refused").render(&sql));
    }

    /// Text beside text decides as moment beside moment would: the referee counts milliseconds.
    #[test]
    fn texts_compare_as_moments_do(second in 0_i64..60, millis in prop::sample::select(vec![0_i64, 1, 500, 999]), event in 0_i64..60, flipped: bool) {
        for (op, holds) in [("<", i64::lt as fn(&i64, &i64) -> bool), ("<=", i64::le), (">", i64::gt), (">=", i64::ge), ("=", i64::eq), ("<>", i64::ne)] {
            let literal = format!("TIMESTAMP '2021-03-01 10:00:{second:02}.{millis:03}'");
            let condition = if flipped { format!("{literal} {op} eventTime") } else { format!("eventTime {op} {literal}") };
            let translated = translate(&format!("SELECT 1 FROM cloudtrail WHERE {condition}"), &names()).expect("a query").sql;
            let stored = translated.split('\'').nth(1).expect("a text").to_owned();
            let text = format!("2021-03-01T10:00:{event:02}Z");
            let (event, moment) = (event * 1000, second * 1000 + millis);
            let expected = if flipped { holds(&moment, &event) } else { holds(&event, &moment) };
            let order = if flipped { stored.cmp(&text) } else { text.cmp(&stored) };
            let given = match op {
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                ">" => order.is_gt(),
                ">=" => order.is_ge(),
                "=" => order.is_eq(),
                _ => order.is_ne(),
            };
            prop_assert_eq!(given, expected, "{} beside {}", translated, text);
        }
    }

    #[test]
    fn any_message_is_explained(message in any::<String>(), sql in near_sql()) {
        let told = ["No field named ", "Invalid function '", "table '", "Field ", "Cannot infer common argument type for "];
        for told in told {
            let diagnostic = explain(&format!("{told}{message}"), &sql, &names(), &["lower"]);
            prop_assert!(!diagnostic.render(&sql).is_empty());
        }
    }
}
