//! Functions over groups.

#[tokio::test]
async fn aggregates_answer_as_athena_does() {
    crate::check(CASES).await;
}

/// `(1, 'a'), (2, 'b'), (2, 'c'), (NULL, 'd'), (5, NULL)`.
macro_rules! over {
    ($aggregate:literal) => {
        concat!($aggregate, " FROM (VALUES (1, 'a'), (2, 'b'), (2, 'c'), (NULL, 'd'), (5, NULL)) AS v(n, s)")
    };
}

const CASES: &[(&str, &str)] = &[
    (over!("count_if(n > 1)"), "3"),
    (over!("count_if(n > 100)"), "0"),
    (over!("count_if(s = 'a') FILTER (WHERE n = 1)"), "1"),
    (over!("max_by(s, n)"), "NULL"),
    (over!("max_by(n, s)"), "NULL"),
    (over!("min_by(s, n)"), "a"),
    (over!("min_by(n, s)"), "1"),
    (over!("max_by(s, n) FILTER (WHERE n < 2)"), "a"),
    (over!("max_by(s, n) FILTER (WHERE n > 100)"), "NULL"),
    (over!("bool_and(n > 0)"), "true"),
    (over!("every(n > 1)"), "false"),
    (over!("bool_or(n > 4)"), "true"),
    (over!("arbitrary(s) FILTER (WHERE n = 1)"), "a"),
    (over!("any_value(s) FILTER (WHERE n = 1)"), "a"),
    (over!("histogram(n)"), "{1: 1, 2: 2, 5: 1}"),
    (over!("histogram(n) FILTER (WHERE n > 100)"), "NULL"),
    (over!("map_agg(s, n) FILTER (WHERE n < 5)"), "{a: 1, b: 2, c: 2}"),
    (over!("map_agg(n, s)"), "{1: a, 2: b, 5: NULL}"),
    (over!("multimap_agg(n, s)"), "{1: [a], 2: [b, c], 5: [NULL]}"),
    (over!("element_at(histogram(n), 2)"), "2"),
    (over!("cardinality(set_agg(n))"), "4"),
    (over!("cardinality(array_agg(n))"), "5"),
    (over!("approx_distinct(n)"), "3"),
    (over!("approx_percentile(n, 0.5)"), "2"),
    (over!("approx_percentile(n, make_array(0.0, 1.0))"), "[1, 5]"),
    (over!("listagg(s, ',')"), "a,b,c,d"),
    (over!("array_join(array_agg(s ORDER BY s DESC) FILTER (WHERE s IS NOT NULL), '')"), "dcba"),
    (over!("sum(cardinality(make_array(n)))"), "5"),
];

#[tokio::test]
async fn groups_keep_apart() {
    let session = crate::session();
    let sql = "SELECT concat(g, ':', s) FROM (
        SELECT g, max_by(s, n) AS s FROM (VALUES ('x', 1, 'a'), ('x', 3, 'b'), ('y', 2, 'c'), ('y', 1, 'd')) AS v(g, n, s) GROUP BY g
    ) ORDER BY g";
    assert_eq!(crate::answers(&session, sql).await.unwrap(), ["x:b", "y:c"]);
    let sql = "SELECT map_keys(histogram(id % 3)) FROM (SELECT unnest(sequence(1, 9000)) AS id)";
    let keys = crate::answers(&session, sql).await.unwrap();
    assert_eq!(keys.len(), 1);
    let sql = "SELECT element_at(histogram(id % 3), 2) FROM (SELECT unnest(sequence(1, 9000)) AS id)";
    assert_eq!(crate::answers(&session, sql).await.unwrap(), ["3000"]);
    let sql = "SELECT count_if(id > 10) FROM (SELECT unnest(sequence(1, 20)) AS id) GROUP BY id % 2 ORDER BY 1";
    assert_eq!(crate::answers(&session, sql).await.unwrap(), ["5", "5"]);
}
