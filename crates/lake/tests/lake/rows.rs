//! Every record comes back from its row as it was.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use proptest::prelude::*;
use serde_json::{Value, json};
use watchfire_lake::to_json;
use watchfire_model::{Record, Slots};

use crate::logs::{Kept, record};

fn check(kept: &Kept) {
    let back: Vec<String> = kept.batches.iter().flat_map(|rows| to_json(&rows.batch().unwrap()).unwrap()).collect();
    assert_eq!(back.len(), kept.originals.len());
    for (original, back) in kept.originals.iter().zip(&back) {
        let (original, back): (Value, Value) = (serde_json::from_str(original).unwrap(), serde_json::from_str(back).unwrap());
        assert_eq!(original, back);
    }
}

#[test]
fn real_logs_come_back() {
    let Some(kept) = crate::logs::real() else { return };
    assert!(kept.originals.len() > 1000, "{} records", kept.originals.len());
    check(&kept);
}

/// Columns of records whose places the decoder told are those of the same records walked over.
fn check_places(kept: &Kept) {
    let mut walked = watchfire_lake::RowBuilder::new();
    kept.originals.iter().for_each(|text| walked.push(&Record::new(text, &Slots::default())));
    let told: Vec<RecordBatch> = kept.batches.iter().map(|rows| rows.batch().unwrap()).collect();
    assert_eq!(concat_batches(&watchfire_lake::file_schema(), &told).unwrap(), walked.finish().batch().unwrap());
}

#[test]
fn places_of_real_logs_are_those_of_a_walk() {
    let Some(kept) = crate::logs::real() else { return };
    check_places(&kept);
}

/// Records that no service writes, and that a file may hold.
fn odd() -> Vec<String> {
    let time = "2026-03-02T09:14:07Z";
    let more = [
        r#""userIdentity":null"#,
        r#""userIdentity":"root""#,
        r#""userIdentity":{}"#,
        r#""userIdentity":{"type":null,"arn":7,"accountId":111122223333,"sessionContext":[],"new":{"a":1}}"#,
        r#""userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":true,"creationDate":"x"},"sessionIssuer":{},"webIdFederationData":{"federatedProvider":"p","attributes":{"aud":"a","n":1,"o":{"x":null},"d.o.t":"y"}}}}"#,
        r#""userIdentity":{"sessionContext":{"webIdFederationData":{"attributes":{"a":"1","a":"2"}}}}"#,
        r#""userIdentity":{"arn":"a","arn":"b"}"#,
        r#""userIdentity":{"a":1,"b.c":2,"":3,"$":4},"userIdentity.arn":"no","":"empty","$":"whole?","\\":"\\""#,
        r#""userIdentity":{"a":1},"userIdentity":{"type":"Root"}"#,
        r#""errorCode":{"a":1},"errorCode":"plain""#,
        r#""new":1,"new":2"#,
        r#""resources":[]"#,
        r#""resources":{}"#,
        r#""resources":[{"ARN":"arn:aws:s3:::b","accountId":"1","type":"AWS::S3::Bucket"},{"ARNPrefix":"p","accountId":null},{}]"#,
        r#""resources":[{"ARN":"a","ARN":"b"}]"#,
        r#""resources":[1,null,"x"]"#,
        r#""resources":[{"ARN":"a"},null]"#,
        r#""readOnly":true,"managementEvent":false"#,
        r#""readOnly":"true","managementEvent":"maybe""#,
        r#""readOnly":null,"managementEvent":0"#,
        r#""requestParameters":null,"responseElements":"text","additionalEventData":[1, 2 ,{"a" : null}],"serviceEventDetails":1.50e3"#,
        r#""requestParameters":{"policy":"{\"Version\":\"2012\"}","n":1e400}"#,
        r#""errorMessage":"\u00e9\ud83d\ude00 \"quoted\" \\ \/ \n \u0000","userAgent":"[]{}:,\"""#,
        r#""apiVersion":20120601,"vpcEndpointId":1.50,"sharedEventID":-0"#,
        r#""tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":null,"more":[]},"addendum":{"reason":"DELIVERY_DELAY"}"#,
        r#""\u0065rrorCode":"AccessDenied""#,
        r#""errorMessage":"\ud800","userAgent":"\ud83d","tlsDetails":{"tlsVersion":"\udc00"}"#,
        r#""\ud800":1"#,
        r#""insightDetails":{"state":"Start"},"edgeDeviceDetails":{},"eventContext":{"tags":[]}"#,
    ];
    let crowd = (0..3000).map(|n| format!("\"x{n}\":{n}")).collect::<Vec<_>>().join(",");
    let more = more.into_iter().map(str::to_owned).chain([crowd]);
    more.enumerate().map(|(n, more)| record(&format!("odd-{n}"), time, &more)).collect()
}

#[test]
fn odd_records_come_back() {
    let kept = Kept::of(&odd());
    check_places(&kept);
    let readable = |text: &String| serde_json::from_str::<Value>(text).is_ok();
    let back: Vec<String> = kept.batches.iter().flat_map(|rows| to_json(&rows.batch().unwrap()).unwrap()).collect();
    for (original, back) in kept.originals.iter().zip(&back) {
        assert_eq!(readable(original), readable(back), "{original}\n{back}");
        if readable(original) {
            let values: [Value; 2] = [original, back].map(|text| serde_json::from_str(text).unwrap());
            assert_eq!(values[0], values[1], "{original}\n{back}");
        }
    }
}

fn text_of(kept: &Kept, column: &str, row: usize) -> Option<String> {
    let batch = kept.batches[0].batch().unwrap();
    let column = batch.column_by_name(column).unwrap().as_string::<i32>();
    column.is_valid(row).then(|| column.value(row).to_owned())
}

#[test]
fn values_of_an_unusual_type_are_still_found_in_their_column() {
    let kept = Kept::of(&[
        record("1", "2026-03-02T09:14:07Z", r#""readOnly":"true","apiVersion":20120601,"errorCode":null,"requestParameters":null"#),
        record("2", "2026-03-02T09:14:07Z", r#""readOnly":false,"requestParameters":{"a" : 1}"#),
    ]);
    assert_eq!(text_of(&kept, "readonly", 0).as_deref(), Some("true"));
    assert_eq!(text_of(&kept, "readonly", 1).as_deref(), Some("false"));
    assert_eq!(text_of(&kept, "apiversion", 0).as_deref(), Some("20120601"));
    assert_eq!(text_of(&kept, "errorcode", 0), None);
    assert_eq!(text_of(&kept, "requestparameters", 0), None);
    assert_eq!(text_of(&kept, "requestparameters", 1).as_deref(), Some(r#"{"a" : 1}"#));
    let batch = kept.batches[0].batch().unwrap();
    let extra = batch.column_by_name("extra").unwrap().as_map();
    assert_eq!((extra.value_length(0), extra.is_null(1)), (4, true));
}

/// JSON values, with names that mean something here more often than chance has it.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z\"\\\\\u{e9}\u{1F600}{}\\[\\],:. ]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inside| {
        prop_oneof![
            prop::collection::vec(inside.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name(), inside), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "type",
            "arn",
            "ARN",
            "accountId",
            "principalId",
            "userName",
            "sessionContext",
            "attributes",
            "sessionIssuer",
            "webIdFederationData",
            "onBehalfOf",
            "mfaAuthenticated",
            "userId",
            "tlsVersion",
            "reason",
            "federatedProvider",
        ])
        .prop_map(str::to_owned),
        "[a.$\\\\\"\u{e9}]{0,3}",
    ]
}

fn top_name() -> impl Strategy<Value = String> {
    let columns: Vec<&str> = watchfire_lake::COLUMNS.iter().map(|column| column.member).collect();
    prop_oneof![3 => prop::sample::select(columns).prop_map(str::to_owned), 1 => name()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_object_comes_back(members in prop::collection::vec((top_name(), value()), 0..12)) {
        let original = Value::Object(members.into_iter().collect());
        let text = original.to_string();
        let mut builder = watchfire_lake::RowBuilder::new();
        builder.push(&Record::new(&text, &Slots::default()));
        let rows = builder.finish();
        let back: Value = serde_json::from_str(&to_json(&rows.batch().unwrap()).unwrap()[0]).unwrap();
        prop_assert_eq!(original, back);
    }

    #[test]
    fn places_are_those_of_a_walk(members in prop::collection::vec((top_name(), value()), 0..12)) {
        let more: Vec<String> = members.into_iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
        let mut kept = Kept::default();
        kept.decode(record("1", "2026-03-02T09:14:07Z", &more.join(",")).as_bytes());
        check_places(&kept.finish());
    }

    #[test]
    fn members_that_come_twice_mean_the_last(members in prop::collection::vec((top_name(), value()), 0..12)) {
        let members: Vec<String> = members.into_iter().flat_map(|(name, value)| {
            let name = json!(name).to_string();
            [format!("{name}:{{\"type\":1,\"x\":[]}}"), format!("{name}:{value}")]
        }).collect();
        let text = format!("{{{}}}", members.join(" , "));
        let mut builder = watchfire_lake::RowBuilder::new();
        builder.push(&Record::new(&text, &Slots::default()));
        let rows = builder.finish();
        let back: Value = serde_json::from_str(&to_json(&rows.batch().unwrap()).unwrap()[0]).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), back);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[{}\\[\\]\",:\\\\a1n ]{0,40}") {
        let mut builder = watchfire_lake::RowBuilder::new();
        builder.push(&Record::new(&text, &Slots::default()));
        let rows = builder.finish();
        to_json(&rows.batch().unwrap()).unwrap();
    }
}
