//! What the service was recorded to send, and that no event can break out of a template.

use proptest::prelude::*;

use super::*;
use watchfire_model::arn::Home;

const EVENT: &str = r#"{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"core.update","source":"my.app","account":"111122223333","time":"2026-03-02T09:14:07Z","region":"eu-central-1","resources":["arn:x"],"detail":{"command":"update","payload":{"acc_id":"0a78","sf_id":"baz"},"list":["A","B"],"n":300.0,"yes":true,"none":null,"evil":"x\",\"admin\":\"yes\n","quotes":{"a":"b\"c\\d"}}}"#;

fn around() -> Surroundings<'static> {
    Surroundings { rule_arn: "arn:aws:events:r:a:rule/n", rule_name: "n", ingestion_time: EventTime(1_772_442_848_123) }
}

fn event() -> Event {
    Event::from_json(EVENT).unwrap()
}

fn transformer(template: &str) -> InputTransformer {
    let names = ["command", "payload", "list", "n", "yes", "none", "evil", "quotes", "missing"];
    let mut paths: BTreeMap<_, _> = names.iter().map(|name| ((*name).to_owned(), format!("$.detail.{name}"))).collect();
    paths.insert("detail-type".to_owned(), "$.detail-type".to_owned());
    paths.insert("timestamp".to_owned(), "$.time".to_owned());
    InputTransformer { input_paths_map: Some(paths), input_template: template.to_owned() }
}

fn fill(template: &str) -> Result<String, String> {
    let input = Input::new("t", None, None, Some(&transformer(template))).map_err(|fault| fault.to_string())?;
    input.apply(&event(), &around()).map_err(|unfit| unfit.to_string())
}

fn at(path: &str) -> Result<String, String> {
    let input = Input::new("t", None, Some(path), None).map_err(|fault| fault.to_string())?;
    input.apply(&event(), &around()).map_err(|unfit| unfit.to_string())
}

#[test]
fn whole_constant_and_path() {
    assert_eq!(Input::Whole.apply(&event(), &around()).as_deref(), Ok(EVENT));
    let constant = Input::new("t", Some(r#"{"a": 1}"#), None, None).unwrap();
    assert_eq!(constant.apply(&event(), &around()).as_deref(), Ok(r#"{"a": 1}"#));
    assert_eq!(at("$.detail.payload").as_deref(), Ok(r#"{"acc_id":"0a78","sf_id":"baz"}"#));
    assert_eq!(at("$.detail.payload.sf_id").as_deref(), Ok("\"baz\""));
    assert_eq!(at("$.detail.n").as_deref(), Ok("300.0"));
    assert_eq!(at("$.detail.missing").unwrap_err(), "the input path $.detail.missing finds nothing in the event");
}

#[test]
fn text_templates() {
    let same = |template: &str, expect: &str| assert_eq!(fill(template).as_deref(), Ok(expect), "{template}");
    same(
        r#""Event of <detail-type> type, at time <timestamp>, info <command>""#,
        r#""Event of core.update type, at time 2026-03-02T09:14:07Z, info update""#,
    );
    same(r#""info <missing>""#, r#""info ""#);
    same(r#""{[/<detail-type>""#, r#""{[/core.update""#);
    same(r#""<payload> <list>""#, r#""{acc_id:0a78,sf_id:baz} [A,B]""#);
    same(r#""<n> <yes> <none>""#, r#""300.0 true null""#);
    same("\"first <command>\"\n\"second <command>\"", "\"first update\"\n\"second update\"");
    same(
        r#""<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>""#,
        r#""arn:aws:events:r:a:rule/n n 2026-03-02T09:14:08.123Z""#,
    );
    same(r#""1 < 2 <b c> <>""#, r#""1 < 2 <b c> <>""#);
}

#[test]
fn json_templates() {
    let same = |template: &str, expect: &str| assert_eq!(fill(template).as_deref(), Ok(expect), "{template}");
    same(r#"{"t": <detail-type>, "c": <command>}"#, r#"{"t": "core.update", "c": "update"}"#);
    same(r#"{"c": <missing>, "d": "<missing>"}"#, r#"{"c": "", "d": ""}"#);
    same(r#"{"p": <payload>, "l": <list>, "n": <n>}"#, r#"{"p": {"acc_id":"0a78","sf_id":"baz"}, "l": ["A","B"], "n": 300.0}"#);
    same(r#"{"both": "<command> of <detail-type>, <n> <yes>"}"#, r#"{"both": "update of core.update, 300.0 true"}"#);
    same(r#"[<n>, <yes>]"#, "[300.0, true]");
    same("<aws.events.event.json>", EVENT);
    same(
        r#"{"e": <aws.events.event>}"#,
        r#"{"e": {"id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","account":"111122223333","detailType":"core.update","time":"2026-03-02T09:14:07Z","source":"my.app","region":"eu-central-1","resources":["arn:x"],"version":"0"}}"#,
    );
    for name in ["payload", "list"] {
        let unfit = fill(&format!(r#"{{"p": "x <{name}>"}}"#)).unwrap_err();
        assert_eq!(unfit, format!("<{name}> is an array or object and stands inside quotes of the input template"));
    }
}

#[test]
fn a_text_of_the_event_stays_one_text() {
    let filled = fill(r#"{"who": "<evil>", "x": "<command>"}"#).unwrap();
    let value: serde_json::Value = serde_json::from_str(&filled).unwrap();
    assert_eq!(value, serde_json::json!({ "who": "x\",\"admin\":\"yes\n", "x": "update" }));
    let line = fill(r#""<evil> <quotes>""#).unwrap();
    assert_eq!(serde_json::from_str::<String>(&line).unwrap(), "x\",\"admin\":\"yes\n {a:bc\\d}");
}

#[test]
fn refusals_in_aws_words() {
    let says = |template: &str| Input::new("t", None, None, Some(&transformer(template))).unwrap_err().to_string();
    assert_eq!(says(r#""<notdefinedkey>""#), "InputTemplate for target t contains invalid placeholder notdefinedkey.");
    assert_eq!(says(r#"{"<command>": 1}"#), "Invalid InputTemplate for target t : [<command> stands as the key of an object].");
    assert_eq!(says(r#"{"a <command> b" : 1}"#), "Invalid InputTemplate for target t : [<command> stands as the key of an object].");
    assert_eq!(
        says(r#"{"a": "<aws.events.event.json>"}"#),
        "Invalid InputTemplate for target t : [<aws.events.event.json> is JSON and cannot stand inside quotes]."
    );
    assert_eq!(says("\"one\"\ntwo"), "Invalid InputTemplate for target t : [line 2 is not in quotes].");
    assert!(says("hello <command>").starts_with("Invalid InputTemplate for target t : ["));
    assert!(says(r#"{<command>: 1}"#).starts_with("Invalid InputTemplate for target t : ["));
    assert!(says("").ends_with("[not of 1 to 8192 characters]."));
    let several = Input::new("t", Some("1"), Some("$"), None).unwrap_err().to_string();
    assert_eq!(several, "Only one of Input, InputPath, or InputTransformer must be provided for target t.");
    assert!(Input::new("t", Some("{"), None, None).is_err());
    assert!(Input::new("t", None, Some("detail"), None).is_err());
    for (name, path) in [("AWSx", "$"), ("a b", "$"), ("", "$"), ("a", "x")] {
        let map = BTreeMap::from([(name.to_owned(), path.to_owned())]);
        let transformer = InputTransformer { input_paths_map: Some(map), input_template: "\"x\"".to_owned() };
        assert!(matches!(Input::new("t", None, None, Some(&transformer)), Err(InputFault::BadMap(..))), "{name:?}");
    }
    let map = (0..101).map(|number| (format!("n{number}"), "$".to_owned())).collect();
    let transformer = InputTransformer { input_paths_map: Some(map), input_template: "\"x\"".to_owned() };
    assert!(matches!(Input::new("t", None, None, Some(&transformer)), Err(InputFault::BadMap(..))));
}

#[test]
fn a_value_after_a_place_is_no_key() {
    assert_eq!(fill(r#"{"a": "<command>", "b": 1}"#).as_deref(), Ok(r#"{"a": "update", "b": 1}"#));
    assert_eq!(fill(r#"{"a": <n>, "b:": "x"}"#).as_deref(), Ok(r#"{"a": 300.0, "b:": "x"}"#));
    assert_eq!(fill(r#"{"a": <n>,"b": <n>}"#).as_deref(), Ok(r#"{"a": 300.0,"b": 300.0}"#));
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        "[\"\\\\\n<>{}]{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let object = prop::collection::btree_map("[a-c\"\\\\]{0,2}", inner.clone(), 0..4);
        prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Into::into), object.prop_map(|map| map.into_iter().collect())]
    })
}

proptest! {
    /// Whatever an event holds, a JSON template gives JSON with the template's own members and the event's own values.
    #[test]
    fn no_event_breaks_out(value in any_json()) {
        let home = Home::new("111122223333", "r");
        let detail = serde_json::json!({ "v": value });
        let event = Event { detail: detail.to_string().into(), ..Event::scheduled(&home, "arn", EventTime(0)) };
        let paths = BTreeMap::from([("v".to_owned(), "$.detail.v".to_owned())]);
        let fill = |template: &str| {
            let transformer = InputTransformer { input_paths_map: Some(paths.clone()), input_template: template.to_owned() };
            Input::new("t", None, None, Some(&transformer)).unwrap().apply(&event, &around())
        };
        let bare: serde_json::Value = serde_json::from_str(&fill("{\"a\":<v>,\"b\":1}").unwrap()).unwrap();
        prop_assert_eq!(bare, serde_json::json!({ "a": value, "b": 1 }));
        match fill("{\"a\":\"x<v>y\",\"b\":1}") {
            Err(unfit) => prop_assert!(value.is_array() || value.is_object(), "{unfit}"),
            Ok(text) => {
                let filled: serde_json::Value = serde_json::from_str(&text).unwrap();
                let says = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                prop_assert_eq!(filled, serde_json::json!({ "a": format!("x{says}y"), "b": 1 }));
            }
        }
        let line = fill("\"x<v>y\"").unwrap();
        let says = serde_json::from_str::<String>(&line).unwrap();
        prop_assert!(says.starts_with('x') && says.ends_with('y'));
    }
}
