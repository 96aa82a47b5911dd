//! Random CloudTrail records over a small vocabulary, so that rules over the same vocabulary often match.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Texts that records and rules share.
pub const WORDS: [&str; 44] = [
    "a",
    "A",
    "ab",
    "aB*c",
    "GetObject",
    "getobject",
    "PutObject",
    "AccessDenied",
    "1",
    "5",
    "22",
    "1.5",
    "1.50",
    "1e3",
    " 5 ",
    "+5",
    "true",
    "True",
    "null",
    "",
    "*",
    "?",
    "é",
    "É",
    "aéc",
    "İ",
    "i̇",
    "aİc",
    "ß",
    "Σ",
    "10.0.0.5",
    "10.1.2.3",
    "fe80::1",
    "2001:db8::1",
    "2026-03-02T09:14:07Z",
    "2024-12-31T23:05:59Z",
    "Allow",
    "Deny",
    "s3:*",
    "arn:aws:iam::111122223333:user/a",
    "cmd -x /c",
    r"a\b",
    r"\*",
    "R2V0T2JqZWN0",
];

const NUMBERS: [&str; 13] =
    ["0", "1", "5", "-1", "22", "1.5", "1.50", "1e3", "1000", "9007199254740993", "9007199254740992", "18446744073709551615", "1e20"];

/// Keys below `requestParameters`; some hold dots or brackets.
const KEYS: [&str; 8] = ["a", "b", "x", "items", "a.b", "b.x", "k[0]", "Effect"];

pub fn word() -> impl Strategy<Value = String> + Clone {
    prop_oneof![8 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned), 1 => "[aAbéİ*?. -]{0,4}"]
}

pub fn number() -> impl Strategy<Value = Value> {
    prop::sample::select(&NUMBERS[..]).prop_map(|text| serde_json::from_str(text).expect("a number"))
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![6 => word().prop_map(Value::from), 3 => number(), 1 => any::<bool>().prop_map(Value::from), 1 => Just(Value::Null)]
}

/// A value of any shape; also JSON kept as text, plain and URL-encoded.
fn tree() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        let object = || prop::collection::vec((prop::sample::select(&KEYS[..]), inner.clone()), 0..4).prop_map(object_of);
        prop_oneof![
            4 => object(),
            3 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            1 => object().prop_map(|value| Value::from(value.to_string())),
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(|items| Value::from(percent_encode(&Value::from(items).to_string()))),
        ]
    })
}

fn object_of(members: Vec<(&'static str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

pub fn percent_encode(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A policy document in one of the forms in which CloudTrail shows it.
fn policy() -> impl Strategy<Value = Value> {
    let word = || prop::sample::select(vec![json!("*"), json!("s3:*"), json!(["s3:*", "a"]), json!([])]);
    let statement = (prop::sample::select(vec!["Allow", "Deny"]), word(), word())
        .prop_map(|(effect, action, resource)| json!({"Effect": effect, "Action": action, "Resource": resource}));
    let statements = prop_oneof![statement.clone(), prop::collection::vec(statement, 0..3).prop_map(Value::from),];
    (statements, 0..3u8).prop_map(|(statements, form)| {
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        match form {
            0 => document,
            1 => Value::from(document.to_string()),
            _ => Value::from(percent_encode(&document.to_string())),
        }
    })
}

fn request() -> impl Strategy<Value = Value> {
    let members = (prop::collection::vec((prop::sample::select(&KEYS[..]), tree()), 0..5), prop::option::of(policy()));
    let object = members.prop_map(|(members, policy)| {
        let mut object = object_of(members);
        if let (Value::Object(object), Some(policy)) = (&mut object, policy) {
            object.insert("policyDocument".to_owned(), policy);
        }
        object
    });
    prop_oneof![8 => object, 1 => tree()]
}

/// Any record: known fields, sometimes of a wrong type, and fields that no table names.
pub fn event() -> impl Strategy<Value = Value> {
    let text =
        |words: &'static [&'static str]| prop_oneof![9 => prop::sample::select(words).prop_map(Value::from), 1 => scalar(), 1 => tree()];
    let known = (
        prop::option::of(text(&["GetObject", "getobject", "PutObject", "a", "aİc", "aéc"])),
        prop::option::of(text(&["s3.amazonaws.com", "A", "ß"])),
        prop::option::of(text(&["AccessDenied", "a", ""])),
        prop::option::of(text(&["10.0.0.5", "10.1.2.3", "fe80::1", "2001:db8::1", "a"])),
        prop::option::of(text(&["cmd -x /c", "aB*c", "é", "i̇"])),
        prop::option::of(text(&["2026-03-02T09:14:07Z", "2024-12-31T23:05:59Z"])),
        prop::option::of(prop_oneof![4 => any::<bool>().prop_map(Value::from), 1 => scalar()]),
        prop::option::of(identity()),
        prop::option::of(request()),
        prop::option::of(resources()),
        prop::option::of(tree()),
    );
    known.prop_map(|known| {
        let (name, source, error, address, agent, time, read_only, identity, request, resources, unknown) = known;
        let members = [
            ("eventName", name),
            ("eventSource", source),
            ("errorCode", error),
            ("sourceIPAddress", address),
            ("userAgent", agent),
            ("eventTime", time),
            ("readOnly", read_only),
            ("userIdentity", identity),
            ("requestParameters", request),
            ("resources", resources),
            ("unknownField", unknown),
        ];
        Value::Object(members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect())
    })
}

fn identity() -> impl Strategy<Value = Value> {
    let object = (prop::option::of(scalar()), prop::option::of(word()), prop::option::of(scalar()), prop::option::of(tree())).prop_map(
        |(arn, kind, mfa, odd)| {
            let mut identity = Map::new();
            identity.extend(arn.map(|arn| ("arn".to_owned(), arn)));
            identity.extend(kind.map(|kind| ("type".to_owned(), Value::from(kind))));
            identity.extend(mfa.map(|mfa| ("sessionContext".to_owned(), json!({"attributes": {"mfaAuthenticated": mfa}}))));
            identity.extend(odd.map(|odd| ("inScopeOf".to_owned(), odd)));
            Value::Object(identity)
        },
    );
    prop_oneof![9 => object, 1 => tree()]
}

fn resources() -> impl Strategy<Value = Value> {
    let one = (word(), word()).prop_map(|(arn, kind)| json!({"ARN": arn, "type": kind}));
    prop_oneof![6 => prop::collection::vec(one.clone(), 0..3).prop_map(Value::from), 1 => one, 1 => tree()]
}
