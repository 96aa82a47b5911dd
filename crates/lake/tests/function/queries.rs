//! Whole queries in the way responders write them.

async fn check(sql: &str, expected: &[&str]) {
    let rows = crate::answers(&crate::session(), sql).await;
    assert_eq!(rows.map_err(|error| error.strip_backtrace()), Ok(expected.iter().map(|row| (*row).to_owned()).collect()), "{sql}");
}

#[tokio::test]
async fn parts_of_json_can_be_grouped_filtered_and_ordered() {
    check(
        "SELECT concat(json_extract_scalar(json, '$.bucketName'), '=', count(*)) AS line FROM t
         WHERE json_extract_scalar(json, '$.bucketName') IN ('logs', 'cut') OR json_extract(json, '$.ok') = 'true'
         GROUP BY json_extract_scalar(json, '$.bucketName') ORDER BY line",
        &["cut=1", "logs=1"],
    )
    .await;
    check("SELECT id FROM t WHERE json_extract_scalar(json, '$.items[0].id') = '7'", &["1"]).await;
    check("SELECT id FROM t WHERE CAST(json_extract_scalar(json, '$.items[0].id') AS bigint) > 6", &["1"]).await;
}

#[tokio::test]
async fn times_compare_with_windows_of_time() {
    check(
        "SELECT id FROM t WHERE from_iso8601_timestamp(eventtime) BETWEEN timestamp '2023-07-01 00:00:00'
         AND date_add('day', 30, timestamp '2023-07-01 00:00:00')",
        &["1"],
    )
    .await;
    check("SELECT id FROM t WHERE eventtime >= to_iso8601(date_add('year', -50, now())) ORDER BY id", &["1", "2", "4"]).await;
    check("SELECT id FROM t WHERE from_iso8601_timestamp(eventtime) > now() - interval '7' day", &[]).await;
    let far = "SELECT id FROM t WHERE now() - from_iso8601_timestamp(eventtime) > interval '1' day ORDER BY id";
    check(far, &["1", "2", "4"]).await;
    check("SELECT id FROM t WHERE interval '36' hour >= timestamp '2024-03-01 00:00:00' - from_iso8601_timestamp(eventtime)", &["2"]).await;
    check("SELECT id FROM t WHERE timestamp '2024-03-01 00:00:00' - try_date_parse(eventtime, '%Y-%m-%dT%H:%i:%sZ') <= interval '1' day AND id = 2", &["2"]).await;
    check("SELECT count(*) FROM t GROUP BY date_trunc('year', from_iso8601_timestamp(eventtime)) ORDER BY 1 DESC", &["2", "1", "1"]).await;
    check("SELECT id FROM t WHERE year(from_iso8601_timestamp(eventtime)) = 2024", &["2"]).await;
    check("SELECT id FROM t WHERE extract(year FROM from_iso8601_timestamp(eventtime)) = 2024", &["2"]).await;
}

#[tokio::test]
async fn arrays_unnest_into_rows() {
    check("SELECT unnest(split(agent, '/')) AS part FROM t WHERE id = 1", &["aws-cli", "2.13"]).await;
    check(
        "SELECT json_extract_scalar(item, '$.id') FROM
         (SELECT unnest(json_cast(json_extract(json, '$.items'), 'array(json)')) AS item FROM t WHERE id = 1)",
        &["7", "8"],
    )
    .await;
}

#[tokio::test]
async fn plain_patterns_become_comparisons_that_prune() {
    let session = crate::session();
    let frame = session.sql("SELECT id FROM t WHERE regexp_like(agent, '^aws')").await.unwrap();
    let plan = frame.into_optimized_plan().unwrap().display_indent().to_string();
    assert!(plan.contains("LIKE"), "{plan}");
}
