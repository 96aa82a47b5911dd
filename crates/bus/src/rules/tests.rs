//! Operations as clients use them, with AWS's answers and refusals.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use watchfire_model::arn::Home;

struct Api {
    state: State,
    now: i64,
    random: u64,
}

impl Api {
    fn new() -> Api {
        let quotas = Quotas { targets_per_rule: 3, rules_per_bus: 4, buses: 3, active_replays: 1, ..Quotas::default() };
        Api { state: State::new(Home::new("111122223333", "eu-central-1"), quotas), now: 1_772_442_840_000, random: 0 }
    }

    fn call(&mut self, operation: &str, request: Value) -> Result<Value, String> {
        let Api { state, now, random } = self;
        let mut chance = || {
            *random += 0x0123_4567_89ab_cdef;
            *random
        };
        let mut context = Context { now: EventTime(*now), chance: &mut chance };
        let result = super::call(state, operation, &request.to_string(), &mut context);
        let (changes, response) = result.map_err(|error| format!("{}: {}", error.code, error.message))?;
        // What is kept as text is the same when it comes back.
        let kept: Vec<Change> =
            changes.iter().map(|change| serde_json::from_str(&serde_json::to_string(change).unwrap()).unwrap()).collect();
        assert_eq!(kept, changes);
        self.state.apply(kept);
        Ok(serde_json::from_str(&response).unwrap())
    }

    fn ok(&mut self, operation: &str, request: Value) -> Value {
        self.call(operation, request).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    fn says(&mut self, operation: &str, request: Value) -> String {
        let before = self.state.clone();
        let error = self.call(operation, request).expect_err(operation);
        assert_eq!(self.state, before);
        error
    }
}

fn arn(resource: &str) -> String {
    format!("arn:aws:events:eu-central-1:111122223333:{resource}")
}

const PATTERN: &str = r#"{"source":["a"]}"#;
const QUEUE: &str = "arn:aws:sqs:eu-central-1:111122223333:q";

#[test]
fn the_list_of_operations_is_sorted() {
    assert!(OPERATIONS.is_sorted());
    let mut api = Api::new();
    assert_eq!(api.says("PutPartnerEvents", json!({})), "UnknownOperationException: The operation PutPartnerEvents is not known here.");
    assert!(api.says("DescribeRule", json!({ "Name": 1 })).starts_with("SerializationException: "));
    assert_eq!(
        api.says("DescribeRule", json!({})),
        "ValidationException: 1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"
    );
}

#[test]
fn buses() {
    let mut api = Api::new();
    assert_eq!(
        api.ok("CreateEventBus", json!({ "Name": "b", "Description": "d" })),
        json!({ "EventBusArn": arn("event-bus/b"), "Description": "d" })
    );
    assert_eq!(api.says("CreateEventBus", json!({ "Name": "b" })), "ResourceAlreadyExistsException: Event bus b already exists.");
    assert_eq!(
        api.ok("DescribeEventBus", json!({ "Name": "b" })),
        json!({ "Name": "b", "Arn": arn("event-bus/b"), "Description": "d", "CreationTime": 1_772_442_840, "LastModifiedTime": 1_772_442_840 })
    );
    assert_eq!(api.ok("DescribeEventBus", json!({})), json!({ "Name": "default", "Arn": arn("event-bus/default") }));
    assert_eq!(api.says("DescribeEventBus", json!({ "Name": "x" })), "ResourceNotFoundException: Event bus x does not exist.");
    api.now += 60_000;
    assert_eq!(api.ok("UpdateEventBus", json!({ "Name": "b", "Description": "e" }))["Description"], "e");
    assert_eq!(api.ok("DescribeEventBus", json!({ "Name": arn("event-bus/b") }))["LastModifiedTime"], 1_772_442_900);
    api.ok("CreateEventBus", json!({ "Name": "c" }));
    assert!(api.says("CreateEventBus", json!({ "Name": "d" })).starts_with("LimitExceededException: "));
    let page = api.ok("ListEventBuses", json!({ "Limit": 2 }));
    assert_eq!((&page["EventBuses"][0]["Name"], &page["EventBuses"][1]["Name"]), (&json!("b"), &json!("c")));
    let rest = api.ok("ListEventBuses", json!({ "Limit": 2, "NextToken": page["NextToken"] }));
    assert_eq!((rest["EventBuses"][0]["Name"].clone(), rest.get("NextToken")), (json!("default"), None));
    assert_eq!(api.ok("ListEventBuses", json!({ "NamePrefix": "c" }))["EventBuses"].as_array().unwrap().len(), 1);
    api.ok("PutRule", json!({ "Name": "r", "EventBusName": "b", "EventPattern": PATTERN }));
    assert_eq!(api.says("DeleteEventBus", json!({ "Name": "b" })), "ValidationException: Event bus b can't be deleted since it has rules.");
    api.ok("DeleteEventBus", json!({ "Name": "c" }));
    api.ok("DeleteEventBus", json!({ "Name": "c" }));
    assert_eq!(api.says("DeleteEventBus", json!({ "Name": "default" })), "ValidationException: Cannot delete event bus default.");
    assert!(api.says("CreateEventBus", json!({ "Name": "a/b" })).contains("satisfy regular expression pattern"));
}

#[test]
fn rules() {
    let mut api = Api::new();
    api.ok("CreateEventBus", json!({ "Name": "b" }));
    assert_eq!(api.ok("PutRule", json!({ "Name": "r", "EventPattern": PATTERN, "Description": "d" })), json!({ "RuleArn": arn("rule/r") }));
    assert_eq!(
        api.ok("PutRule", json!({ "Name": "r", "EventBusName": arn("event-bus/b"), "EventPattern": PATTERN, "State": "DISABLED" })),
        json!({ "RuleArn": arn("rule/b/r") })
    );
    assert_eq!(
        api.ok("DescribeRule", json!({ "Name": "r" })),
        json!({ "Name": "r", "Arn": arn("rule/r"), "EventPattern": PATTERN, "State": "ENABLED", "Description": "d", "EventBusName": "default", "CreatedBy": "111122223333" })
    );
    api.ok("PutRule", json!({ "Name": "r", "ScheduleExpression": "rate(1 minute)", "Tags": [{ "Key": "k", "Value": "v" }] }));
    let replaced = api.ok("DescribeRule", json!({ "Name": "r" }));
    assert_eq!((replaced.get("Description"), replaced.get("EventPattern")), (None, None), "a put replaces the whole rule");
    assert_eq!(
        api.ok("ListTagsForResource", json!({ "ResourceARN": arn("rule/r") })),
        json!({ "Tags": [] }),
        "tags of an update are ignored"
    );
    for (request, says) in [
        (json!({ "Name": "r" }), "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified."),
        (
            json!({ "Name": "r", "EventPattern": "{}" }),
            "InvalidEventPatternException: Event pattern is not valid. Reason: Empty objects are not allowed",
        ),
        (
            json!({ "Name": "r", "ScheduleExpression": "rate(1 minutes)" }),
            "ValidationException: Parameter ScheduleExpression is not valid.",
        ),
        (
            json!({ "Name": "r", "ScheduleExpression": "rate(1 minute)", "EventBusName": "b" }),
            "ValidationException: ScheduleExpression is supported only on the default event bus.",
        ),
        (json!({ "Name": "r", "EventPattern": PATTERN, "EventBusName": "x" }), "ResourceNotFoundException: Event bus x does not exist."),
        (
            json!({ "Name": "r", "EventPattern": PATTERN, "State": "ON" }),
            "ValidationException: 1 validation error detected: Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]",
        ),
    ] {
        assert_eq!(api.says("PutRule", request), says);
    }
    assert_eq!(api.says("DescribeRule", json!({ "Name": "x" })), "ResourceNotFoundException: Rule x does not exist on EventBus default.");
    assert_eq!(
        api.says("EnableRule", json!({ "Name": "x", "EventBusName": "b" })),
        "ResourceNotFoundException: Rule x does not exist on EventBus b."
    );
    api.ok("EnableRule", json!({ "Name": "r", "EventBusName": "b" }));
    assert_eq!(api.ok("ListRules", json!({ "EventBusName": "b" }))["Rules"][0]["State"], "ENABLED");
    api.ok("DisableRule", json!({ "Name": "r" }));
    assert_eq!(api.ok("DescribeRule", json!({ "Name": "r" }))["State"], "DISABLED");
    api.ok("PutTargets", json!({ "Rule": "r", "Targets": [{ "Id": "1", "Arn": QUEUE }] }));
    assert_eq!(api.says("DeleteRule", json!({ "Name": "r" })), "ValidationException: Rule can't be deleted since it has targets.");
    api.ok("RemoveTargets", json!({ "Rule": "r", "Ids": ["1"] }));
    api.ok("DeleteRule", json!({ "Name": "r" }));
    api.ok("DeleteRule", json!({ "Name": "r" }));
    for name in ["w", "x", "y", "z"] {
        api.ok("PutRule", json!({ "Name": name, "EventPattern": PATTERN }));
    }
    assert!(api.says("PutRule", json!({ "Name": "v", "EventPattern": PATTERN })).starts_with("LimitExceededException: "));
    let page = api.ok("ListRules", json!({ "Limit": 3 }));
    assert_eq!(page["Rules"].as_array().unwrap().len(), 3);
    assert_eq!(api.ok("ListRules", json!({ "Limit": 3, "NextToken": page["NextToken"] }))["Rules"][0]["Name"], "z");
}

#[test]
fn targets() {
    let mut api = Api::new();
    api.ok("PutRule", json!({ "Name": "r", "EventPattern": PATTERN }));
    let put = |targets: Value| json!({ "Rule": "r", "Targets": targets });
    let ecs = "arn:aws:ecs:eu-central-1:111122223333:cluster/c";
    let answer = api.ok("PutTargets", put(json!([{ "Id": "2", "Arn": QUEUE, "KinesisParameters": { "PartitionKeyPath": "$.id" } }, { "Id": "1", "Arn": ecs }, { "Id": "3", "Arn": arn("event-bus/none") }])));
    assert_eq!(answer["FailedEntryCount"], 2);
    assert_eq!(
        answer["FailedEntries"][0],
        json!({ "TargetId": "1", "ErrorCode": "ValidationException", "ErrorMessage": format!("Targets like {ecs} are not served here.") })
    );
    assert_eq!(answer["FailedEntries"][1]["ErrorCode"], "ResourceNotFoundException");
    let listed = api.ok("ListTargetsByRule", json!({ "Rule": "r" }));
    assert_eq!(listed, json!({ "Targets": [{ "Id": "2", "Arn": QUEUE, "KinesisParameters": { "PartitionKeyPath": "$.id" } }] }));
    api.ok(
        "PutTargets",
        put(json!([{ "Id": "2", "Arn": QUEUE, "InputPath": "$.detail" }, { "Id": "1", "Arn": arn("event-bus/default") }])),
    );
    assert_eq!(api.ok("ListTargetsByRule", json!({ "Rule": "r", "Limit": 1 }))["Targets"][0]["Id"], "1");
    assert_eq!(api.ok("ListRuleNamesByTarget", json!({ "TargetArn": QUEUE })), json!({ "RuleNames": ["r"] }));
    assert_eq!(api.ok("ListRuleNamesByTarget", json!({ "TargetArn": ecs })), json!({ "RuleNames": [] }));
    for (target, says) in [
        (
            json!({ "Id": "x", "Arn": QUEUE, "Input": "{}", "InputPath": "$" }),
            "ValidationException: Only one of Input, InputPath, or InputTransformer must be provided for target x.",
        ),
        (
            json!({ "Id": "x", "Arn": QUEUE, "InputTransformer": { "InputPathsMap": {}, "InputTemplate": "\"<no>\"" } }),
            "ValidationException: InputTemplate for target x contains invalid placeholder no.",
        ),
        (json!({ "Id": "x", "Arn": "q" }), "ValidationException: Parameter q is not valid. Reason: Provided Arn is not in correct format."),
        (
            json!({ "Id": "x", "Arn": format!("{QUEUE}.fifo") }),
            "ValidationException: Parameter(s) SqsParameters must be specified for target: x.",
        ),
        (
            json!({ "Id": "x", "Arn": QUEUE, "RetryPolicy": { "MaximumRetryAttempts": 186, "MaximumEventAgeInSeconds": 59 } }),
            "ValidationException: 2 validation errors detected: Value '186' at 'targets.1.member.retryPolicy.maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 185; Value '59' at 'targets.1.member.retryPolicy.maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60",
        ),
    ] {
        assert_eq!(api.says("PutTargets", put(json!([target]))), says);
    }
    assert_eq!(
        api.says("PutTargets", json!({ "Rule": "no", "Targets": [{ "Id": "x", "Arn": QUEUE }] })),
        "ResourceNotFoundException: Rule no does not exist on EventBus default."
    );
    let many = |count: usize| json!((0..count).map(|number| json!({ "Id": number.to_string(), "Arn": QUEUE })).collect::<Vec<_>>());
    assert!(api.says("PutTargets", put(many(4))).starts_with("LimitExceededException: "));
    assert!(api.says("PutTargets", put(many(11))).contains("less than or equal to 10"));
    let removed = api.ok("RemoveTargets", json!({ "Rule": "r", "Ids": ["1", "none"] }));
    assert_eq!(removed["FailedEntries"][0]["ErrorMessage"], "Rule r does not have a target with the Id none.");
    assert_eq!(api.state.rules["default"]["r"].targets.len(), 1);
}

#[test]
fn patterns_are_tested() {
    let mut api = Api::new();
    let event = json!({ "id": "1", "account": "1", "source": "a", "time": "t", "region": "r", "detail-type": "d" });
    let test = |event: &Value| json!({ "EventPattern": PATTERN, "Event": event.to_string() });
    assert_eq!(api.ok("TestEventPattern", test(&event)), json!({ "Result": true }));
    let mut other = event.clone();
    other["source"] = json!("b");
    assert_eq!(api.ok("TestEventPattern", test(&other)), json!({ "Result": false }));
    for name in ["id", "account", "source", "time", "region", "detail-type"] {
        let mut poor = event.clone();
        poor.as_object_mut().unwrap().remove(name);
        assert_eq!(api.says("TestEventPattern", test(&poor)), "ValidationException: Parameter Event is not valid.");
    }
    assert_eq!(api.says("TestEventPattern", test(&json!([]))), "ValidationException: Parameter Event is not valid.");
    let bad = json!({ "EventPattern": "[]", "Event": event.to_string() });
    assert_eq!(
        api.says("TestEventPattern", bad),
        "InvalidEventPatternException: Event pattern is not valid. Reason: Filter is not an object"
    );
}

#[test]
fn archives() {
    let mut api = Api::new();
    let bus = arn("event-bus/default");
    let made = api.ok(
        "CreateArchive",
        json!({ "ArchiveName": "a", "EventSourceArn": bus, "RetentionDays": 1, "Description": "d", "EventPattern": PATTERN }),
    );
    assert_eq!(made, json!({ "ArchiveArn": arn("archive/a"), "State": "ENABLED", "CreationTime": 1_772_442_840 }));
    let listed = json!({ "ArchiveName": "a", "EventSourceArn": bus, "State": "ENABLED", "RetentionDays": 1, "SizeBytes": 0, "EventCount": 0, "CreationTime": 1_772_442_840 });
    assert_eq!(api.ok("ListArchives", json!({ "NamePrefix": "a", "State": "ENABLED" })), json!({ "Archives": [listed] }));
    assert_eq!(api.ok("ListArchives", json!({ "State": "DISABLED" })), json!({ "Archives": [] }));
    let described = api.ok("DescribeArchive", json!({ "ArchiveName": "a" }));
    assert_eq!((&described["EventPattern"], &described["Description"]), (&json!(PATTERN), &json!("d")));
    assert_eq!(api.state.archives["a"].keeps_from(EventTime(86_400_001)), Some(EventTime(1)));
    api.ok("UpdateArchive", json!({ "ArchiveName": "a", "RetentionDays": 0 }));
    assert_eq!(api.state.archives["a"].keeps_from(EventTime(86_400_001)), None);
    assert_eq!(api.ok("DescribeArchive", json!({ "ArchiveName": "a" }))["RetentionDays"], 0);
    for (operation, request, says) in [
        (
            "CreateArchive",
            json!({ "ArchiveName": "a", "EventSourceArn": bus }),
            "ResourceAlreadyExistsException: Archive a already exists.",
        ),
        (
            "CreateArchive",
            json!({ "ArchiveName": "b", "EventSourceArn": arn("event-bus/x") }),
            "ResourceNotFoundException: Event bus x does not exist.",
        ),
        ("DescribeArchive", json!({ "ArchiveName": "x" }), "ResourceNotFoundException: Archive x does not exist."),
        ("DeleteArchive", json!({ "ArchiveName": "x" }), "ResourceNotFoundException: Archive x does not exist."),
        ("ListArchives", json!({ "EventSourceArn": arn("event-bus/x") }), "ResourceNotFoundException: Event bus x does not exist."),
    ] {
        assert_eq!(api.says(operation, request), says);
    }
    assert!(api.says("UpdateArchive", json!({ "ArchiveName": "a" })).starts_with("ValidationException: At least one of"));
    api.ok("DeleteArchive", json!({ "ArchiveName": "a" }));
}

#[test]
fn replays() {
    let mut api = Api::new();
    api.ok("CreateEventBus", json!({ "Name": "b" }));
    api.ok("CreateArchive", json!({ "ArchiveName": "a", "EventSourceArn": arn("event-bus/b") }));
    let start = |name: &str, archive: &str, bus: &str, from: i64| json!({ "ReplayName": name, "EventSourceArn": arn(archive), "EventStartTime": from, "EventEndTime": 150, "Destination": { "Arn": arn(bus), "FilterArns": [arn("rule/b/r")] } });
    let invalid = |member: &str, reason: &str| format!("ValidationException: Parameter {member} is not valid. Reason: {reason}");
    assert_eq!(
        api.says("StartReplay", start("r", "archive/a", "event-bus/x", 30)),
        "ResourceNotFoundException: Event bus x does not exist."
    );
    assert_eq!(
        api.says("StartReplay", start("r", "archive/a", "event-bus/default", 30)),
        invalid("Destination.Arn", "Cross event bus replay is not permitted.")
    );
    assert_eq!(api.says("StartReplay", start("r", "archive/x", "event-bus/b", 30)), invalid("EventSourceArn", "Archive x does not exist."));
    assert_eq!(
        api.says("StartReplay", start("r", "archive/a", "event-bus/b", 150)),
        invalid("EventEndTime", "EventStartTime must be before EventEndTime.")
    );
    let started = api.ok("StartReplay", start("r", "archive/a", "event-bus/b", 30));
    assert_eq!(started, json!({ "ReplayArn": arn("replay/r"), "State": "STARTING", "ReplayStartTime": 1_772_442_840 }));
    assert_eq!(
        api.says("StartReplay", start("r", "archive/a", "event-bus/b", 30)),
        "ResourceAlreadyExistsException: Replay r already exists."
    );
    assert!(api.says("StartReplay", start("s", "archive/a", "event-bus/b", 30)).starts_with("LimitExceededException: "));
    let mut windows = Vec::new();
    while let Some((from, until)) = api.state.replays["r"].window() {
        windows.push((from.millis() / 1000, until.millis() / 1000));
        let now = api.state.replays["r"].advanced(until, EventTime(1_772_442_900_000));
        api.state.apply([Change::Replay { name: "r".to_owned(), now: Some(Box::new(now)) }]);
    }
    assert_eq!(windows, [(30, 60), (60, 120), (120, 150)]);
    let described = api.ok("DescribeReplay", json!({ "ReplayName": "r" }));
    assert_eq!(
        described,
        json!({
            "ReplayArn": arn("replay/r"), "ReplayName": "r", "EventSourceArn": arn("archive/a"), "EventStartTime": 30, "EventEndTime": 150,
            "Destination": { "Arn": arn("event-bus/b"), "FilterArns": [arn("rule/b/r")] }, "EventLastReplayedTime": 150, "State": "COMPLETED",
            "ReplayStartTime": 1_772_442_840, "ReplayEndTime": 1_772_442_900
        })
    );
    assert_eq!(
        api.says("CancelReplay", json!({ "ReplayName": "r" })),
        "IllegalStatusException: Replay r is not in a valid state for this operation."
    );
    assert_eq!(api.says("CancelReplay", json!({ "ReplayName": "x" })), "ResourceNotFoundException: Replay x does not exist.");
    api.ok("StartReplay", start("s", "archive/a", "event-bus/b", 30));
    assert_eq!(api.ok("CancelReplay", json!({ "ReplayName": "s" })), json!({ "ReplayArn": arn("replay/s"), "State": "CANCELLING" }));
    let replay = &api.state.replays["s"];
    assert_eq!((replay.window(), replay.advanced(EventTime(0), EventTime(1)).state), (None, ReplayState::Cancelled));
    assert_eq!(api.ok("ListReplays", json!({ "State": "COMPLETED" }))["Replays"][0]["ReplayName"], "r");
    assert_eq!(api.ok("ListReplays", json!({ "EventSourceArn": arn("archive/a") }))["Replays"].as_array().unwrap().len(), 2);
}

#[test]
fn connections_keep_their_secrets() {
    let mut api = Api::new();
    let invocation =
        json!({ "HeaderParameters": [{ "Key": "h", "Value": "shown" }, { "Key": "s", "Value": "hush-1", "IsValueSecret": true }] });
    let basic = json!({ "BasicAuthParameters": { "Username": "u", "Password": "hush-2" }, "InvocationHttpParameters": invocation });
    let made = api.ok("CreateConnection", json!({ "Name": "c", "AuthorizationType": "BASIC", "AuthParameters": basic }));
    assert_eq!((&made["ConnectionState"], made.get("LastAuthorizedTime")), (&json!("AUTHORIZED"), None));
    assert!(made["ConnectionArn"].as_str().unwrap().starts_with(&arn("connection/c/")), "{made}");
    let key = json!({ "ApiKeyAuthParameters": { "ApiKeyName": "k", "ApiKeyValue": "hush-3" } });
    api.ok("CreateConnection", json!({ "Name": "k", "AuthorizationType": "API_KEY", "AuthParameters": key }));
    let oauth = json!({ "OAuthParameters": { "ClientParameters": { "ClientID": "i", "ClientSecret": "hush-4" }, "AuthorizationEndpoint": "https://example.com/oauth", "HttpMethod": "POST" } });
    let made = api.ok("CreateConnection", json!({ "Name": "o", "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS", "AuthParameters": oauth }));
    assert_eq!(made["ConnectionState"], "AUTHORIZING");
    let described = api.ok("DescribeConnection", json!({ "Name": "c" }));
    assert_eq!(described["AuthParameters"]["BasicAuthParameters"], json!({ "Username": "u" }));
    assert_eq!(described["AuthParameters"]["InvocationHttpParameters"]["HeaderParameters"][0]["Value"], "shown");
    assert!(
        described["SecretArn"]
            .as_str()
            .unwrap()
            .starts_with("arn:aws:secretsmanager:eu-central-1:111122223333:secret:events!connection/c/")
    );
    assert_eq!(
        api.ok("DescribeConnection", json!({ "Name": "o" }))["AuthParameters"]["OAuthParameters"]["ClientParameters"],
        json!({ "ClientID": "i" })
    );
    for name in ["c", "k", "o"] {
        assert!(!api.ok("DescribeConnection", json!({ "Name": name })).to_string().contains("hush"));
    }
    assert!(!api.ok("ListConnections", json!({})).to_string().contains("hush"));
    assert!(!format!("{:?}", api.state).contains("hush"), "not in debug output either");
    let updated = api.ok("UpdateConnection", json!({ "Name": "c", "AuthorizationType": "BASIC", "AuthParameters": { "BasicAuthParameters": { "Username": "v", "Password": "hush-5" } } }));
    assert_eq!(updated["ConnectionState"], "AUTHORIZED");
    let Authorization::Basic { username, password } = &api.state.connections["c"].authorization else { panic!("basic") };
    assert_eq!((username.as_str(), password.0.as_str()), ("v", "hush-5"));
    assert!(api.state.connections["c"].invocation.is_some(), "what is not given stays");
    let gone = "ResourceNotFoundException: Failed to describe the connection(s). Connection 'x' does not exist.";
    assert_eq!(api.says("DescribeConnection", json!({ "Name": "x" })), gone);
    assert!(
        api.says("CreateConnection", json!({ "Name": "c", "AuthorizationType": "BASIC", "AuthParameters": {} })).contains("already exists")
    );
    assert!(
        api.says("CreateConnection", json!({ "Name": "n", "AuthorizationType": "BASIC", "AuthParameters": {} }))
            .contains("Value null at 'authParameters.basicAuthParameters'")
    );
    assert!(api.says("CreateConnection", json!({ "Name": "n", "AuthorizationType": "INVALID_AUTH_TYPE", "AuthParameters": {} })).ends_with(
        "Value 'INVALID_AUTH_TYPE' at 'authorizationType' failed to satisfy constraint: Member must satisfy enum value set: [BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]"
    ));
    assert_eq!(api.ok("DeauthorizeConnection", json!({ "Name": "k" }))["ConnectionState"], "DEAUTHORIZED");
    assert_eq!(api.ok("DescribeConnection", json!({ "Name": "k" }))["AuthorizationType"], "API_KEY");
    assert_eq!(api.ok("DeleteConnection", json!({ "Name": "k" }))["ConnectionState"], "DELETING");
    assert!(api.says("DescribeConnection", json!({ "Name": "k" })).contains("'k' does not exist"));
}

#[test]
fn destinations() {
    let mut api = Api::new();
    let basic = json!({ "BasicAuthParameters": { "Username": "u", "Password": "p" } });
    let connection =
        api.ok("CreateConnection", json!({ "Name": "c", "AuthorizationType": "BASIC", "AuthParameters": basic }))["ConnectionArn"].clone();
    let create = |name: &str, endpoint: &str, connection: &Value| json!({ "Name": name, "ConnectionArn": connection, "InvocationEndpoint": endpoint, "HttpMethod": "POST", "InvocationRateLimitPerSecond": 5 });
    let made = api.ok("CreateApiDestination", create("d", "https://example.com/*/x", &connection));
    assert_eq!(made["ApiDestinationState"], "ACTIVE");
    assert_eq!(
        api.says("CreateApiDestination", create("d", "https://example.com/", &connection)),
        "ResourceAlreadyExistsException: An api-destination 'd' already exists."
    );
    assert_eq!(
        api.says("CreateApiDestination", create("e", "https://example.com/", &json!("no"))),
        "ResourceNotFoundException: Connection 'no' does not exist."
    );
    for endpoint in
        ["http://example.com/", "ftp://example.com", "https:///x", "https://u:p@example.com/", "https://*.example.com/", "https://a b/"]
    {
        assert!(api.says("CreateApiDestination", create("e", endpoint, &connection)).starts_with("ValidationException: "), "{endpoint}");
    }
    let described = api.ok("DescribeApiDestination", json!({ "Name": "d" }));
    assert_eq!(
        (&described["InvocationEndpoint"], &described["InvocationRateLimitPerSecond"]),
        (&json!("https://example.com/*/x"), &json!(5))
    );
    api.ok("UpdateApiDestination", json!({ "Name": "d", "HttpMethod": "PUT" }));
    let listed = api.ok("ListApiDestinations", json!({ "ConnectionArn": connection }));
    assert_eq!((&listed["ApiDestinations"][0]["HttpMethod"], &listed["ApiDestinations"][0]["Name"]), (&json!("PUT"), &json!("d")));
    api.ok("PutRule", json!({ "Name": "r", "EventPattern": PATTERN }));
    let put = api.ok("PutTargets", json!({ "Rule": "r", "Targets": [{ "Id": "1", "Arn": made["ApiDestinationArn"] }, { "Id": "2", "Arn": arn("api-destination/none/x") }] }));
    assert_eq!(put["FailedEntryCount"], 1);
    api.ok("DeauthorizeConnection", json!({ "Name": "c" }));
    assert_eq!(api.ok("DescribeApiDestination", json!({ "Name": "d" }))["ApiDestinationState"], "INACTIVE");
    api.ok("DeleteApiDestination", json!({ "Name": "d" }));
    assert_eq!(
        api.says("DescribeApiDestination", json!({ "Name": "d" })),
        "ResourceNotFoundException: Failed to describe the api-destination(s). An api-destination 'd' does not exist."
    );
}

#[test]
fn tags() {
    let mut api = Api::new();
    api.ok("CreateEventBus", json!({ "Name": "b", "Tags": [{ "Key": "k0", "Value": "" }] }));
    api.ok("PutRule", json!({ "Name": "r", "EventBusName": "b", "EventPattern": PATTERN, "Tags": [{ "Key": "k0", "Value": "" }] }));
    for resource in [arn("event-bus/b"), arn("rule/b/r")] {
        api.ok("TagResource", json!({ "ResourceARN": resource, "Tags": [{ "Key": "k1", "Value": "v1" }, { "Key": "k2", "Value": "v2" }] }));
        api.ok("UntagResource", json!({ "ResourceARN": resource, "TagKeys": ["k2", "none"] }));
        let tags = api.ok("ListTagsForResource", json!({ "ResourceARN": resource }));
        assert_eq!(tags, json!({ "Tags": [{ "Key": "k0", "Value": "" }, { "Key": "k1", "Value": "v1" }] }));
    }
    assert_eq!(
        api.says("ListTagsForResource", json!({ "ResourceARN": arn("rule/x") })),
        "ResourceNotFoundException: Rule x does not exist on EventBus default."
    );
    assert_eq!(
        api.says("ListTagsForResource", json!({ "ResourceARN": arn("event-bus/x") })),
        "ResourceNotFoundException: Event bus x does not exist."
    );
    assert!(api.says("TagResource", json!({ "ResourceARN": "x", "Tags": [] })).starts_with("ResourceNotFoundException: "));
    assert!(
        api.says("TagResource", json!({ "ResourceARN": arn("event-bus/b"), "Tags": [{ "Key": "", "Value": "" }] }))
            .starts_with("ValidationException: ")
    );
}

/// Names and values that clients use, mixed with what they should not.
fn any_request() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "Name",
        "Rule",
        "EventBusName",
        "EventPattern",
        "ScheduleExpression",
        "State",
        "Targets",
        "Ids",
        "Limit",
        "NextToken",
        "ArchiveName",
        "EventSourceArn",
        "RetentionDays",
        "ReplayName",
        "EventStartTime",
        "EventEndTime",
        "Destination",
        "AuthorizationType",
        "AuthParameters",
        "ConnectionArn",
        "InvocationEndpoint",
        "HttpMethod",
        "ResourceARN",
        "Tags",
        "TagKeys",
        "Event",
        "NamePrefix",
    ]);
    let texts = prop::sample::select(vec![
        "r",
        "default",
        "b",
        "",
        "rate(1 minute)",
        PATTERN,
        "BASIC",
        "POST",
        "https://example.com/",
        QUEUE,
        "ENABLED",
        "cg",
        "arn:aws:events:eu-central-1:111122223333:event-bus/b",
        "arn:aws:events:eu-central-1:111122223333:archive/r",
        "arn:aws:events:eu-central-1:111122223333:rule/r",
    ]);
    let leaf = prop_oneof![
        5 => texts.clone().prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => (0..200i64).prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(json!([{ "Id": "1", "Arn": QUEUE }])),
        1 => Just(json!({ "BasicAuthParameters": { "Username": "u", "Password": "p" } })),
        1 => Just(json!({ "Arn": "arn:aws:events:eu-central-1:111122223333:event-bus/b" })),
        1 => prop::collection::vec(texts, 0..3).prop_map(Value::from),
    ];
    prop::collection::vec((names, leaf), 0..8).prop_map(|pairs| pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

proptest! {
    /// Whatever clients send: an answer or an error with code and message, never a panic; what is kept comes back the same; rules that
    /// were accepted can be compiled; the default bus stays.
    #[test]
    fn no_request_breaks_the_state(calls in prop::collection::vec((prop::sample::select(OPERATIONS), any_request()), 1..40)) {
        let mut api = Api::new();
        for (operation, request) in [("CreateEventBus", json!({ "Name": "b" })), ("PutRule", json!({ "Name": "r", "EventPattern": PATTERN }))] {
            api.ok(operation, request);
        }
        for (operation, request) in calls {
            let before = api.state.clone();
            if let Err(error) = api.call(operation, request) {
                prop_assert!(error.contains("Exception: "), "{error}");
                prop_assert_eq!(&api.state, &before);
            }
        }
        prop_assert!(api.state.buses.contains_key("default"));
        prop_assert!(crate::deliver::Rulebook::new(&api.state).faults().is_empty());
        for (bus, rules) in &api.state.rules {
            prop_assert!(rules.is_empty() || api.state.buses.contains_key(bus), "rules of a bus that is not there");
        }
    }
}
