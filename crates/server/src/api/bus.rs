//! Buses, rules, targets, archives, replays, connections and API destinations: the operations of AWS's `events` API under paths, with the
//! members that AWS documents, in snake case.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use watchfire_bus::AwsError;
use watchfire_trust::Permission;

use crate::answer::{self, PageQuery};
use crate::call::Call;
use crate::names;
use crate::problem::Problem;
use crate::route::{Outcome, Route};
use crate::trail;

/// Bytes of a request: a rule's targets with their inputs, or ten events.
const BODY_MAX: usize = 2 << 20;

/// What an operation is called with and what is made of its answer.
#[derive(Clone, Copy)]
enum Shape {
    /// Lists; the answer's member of that name.
    List(&'static str),
    /// Shows one thing.
    One,
    /// Changes one thing.
    Change,
    /// Adds a thing.
    Add,
    /// Only asks.
    Ask,
}

/// One operation under a path.
struct Operation {
    method: Method,
    path: &'static str,
    name: &'static str,
    shape: Shape,
    /// Which member of the request each brace of the path is.
    parts: &'static [(&'static str, &'static str)],
    permission: Permission,
    summary: &'static str,
}

const NAME: &[(&str, &str)] = &[("name", "Name")];
const BUS: &[(&str, &str)] = &[("bus", "EventBusName")];
const RULE: &[(&str, &str)] = &[("bus", "EventBusName"), ("name", "Name")];
const TARGETS: &[(&str, &str)] = &[("bus", "EventBusName"), ("name", "Rule")];

#[rustfmt::skip]
fn operations() -> Vec<Operation> {
    use Permission::{ReadBus, WriteBus, WriteConnections};
    let operation = |method, path, name, shape, parts, permission, summary| Operation { method, path, name, shape, parts, permission, summary };
    let (get, post, put, patch, delete) = (Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE);
    vec![
        operation(get.clone(), "/api/v1/bus/buses", "ListEventBuses", Shape::List("EventBuses"), &[], ReadBus, "Lists buses."),
        operation(post.clone(), "/api/v1/bus/buses", "CreateEventBus", Shape::Add, &[], WriteBus, "Makes a bus."),
        operation(get.clone(), "/api/v1/bus/buses/{name}", "DescribeEventBus", Shape::One, NAME, ReadBus, "Shows a bus."),
        operation(patch.clone(), "/api/v1/bus/buses/{name}", "UpdateEventBus", Shape::Change, NAME, WriteBus, "Changes a bus."),
        operation(delete.clone(), "/api/v1/bus/buses/{name}", "DeleteEventBus", Shape::Change, NAME, WriteBus, "Removes a bus."),
        operation(get.clone(), "/api/v1/bus/rules/{bus}", "ListRules", Shape::List("Rules"), BUS, ReadBus, "Lists the rules of a bus."),
        operation(get.clone(), "/api/v1/bus/rules/{bus}/{name}", "DescribeRule", Shape::One, RULE, ReadBus, "Shows a rule."),
        operation(put.clone(), "/api/v1/bus/rules/{bus}/{name}", "PutRule", Shape::Change, RULE, WriteBus, "Makes or changes a rule."),
        operation(delete.clone(), "/api/v1/bus/rules/{bus}/{name}", "DeleteRule", Shape::Change, RULE, WriteBus, "Removes a rule without targets."),
        operation(post.clone(), "/api/v1/bus/rules/{bus}/{name}/enable", "EnableRule", Shape::Change, RULE, WriteBus, "Switches a rule on."),
        operation(post.clone(), "/api/v1/bus/rules/{bus}/{name}/disable", "DisableRule", Shape::Change, RULE, WriteBus, "Switches a rule off."),
        operation(get.clone(), "/api/v1/bus/rules/{bus}/{name}/targets", "ListTargetsByRule", Shape::List("Targets"), TARGETS, ReadBus, "Lists the targets of a rule."),
        operation(put.clone(), "/api/v1/bus/rules/{bus}/{name}/targets", "PutTargets", Shape::Add, TARGETS, WriteBus, "Adds targets to a rule, or changes them."),
        operation(delete.clone(), "/api/v1/bus/rules/{bus}/{name}/targets/{target}", "RemoveTargets", Shape::Change, TARGETS, WriteBus, "Removes a target of a rule."),
        operation(get.clone(), "/api/v1/bus/archives", "ListArchives", Shape::List("Archives"), &[], ReadBus, "Lists archives."),
        operation(post.clone(), "/api/v1/bus/archives", "CreateArchive", Shape::Add, &[], WriteBus, "Makes an archive."),
        operation(get.clone(), "/api/v1/bus/archives/{name}", "DescribeArchive", Shape::One, &[("name", "ArchiveName")], ReadBus, "Shows an archive."),
        operation(patch.clone(), "/api/v1/bus/archives/{name}", "UpdateArchive", Shape::Change, &[("name", "ArchiveName")], WriteBus, "Changes an archive."),
        operation(delete.clone(), "/api/v1/bus/archives/{name}", "DeleteArchive", Shape::Change, &[("name", "ArchiveName")], WriteBus, "Removes an archive."),
        operation(get.clone(), "/api/v1/bus/replays", "ListReplays", Shape::List("Replays"), &[], ReadBus, "Lists replays."),
        operation(post.clone(), "/api/v1/bus/replays", "StartReplay", Shape::Add, &[], WriteBus, "Starts a replay of an archive."),
        operation(get.clone(), "/api/v1/bus/replays/{name}", "DescribeReplay", Shape::One, &[("name", "ReplayName")], ReadBus, "Shows a replay."),
        operation(post.clone(), "/api/v1/bus/replays/{name}/cancel", "CancelReplay", Shape::Change, &[("name", "ReplayName")], WriteBus, "Ends a replay."),
        operation(get.clone(), "/api/v1/bus/connections", "ListConnections", Shape::List("Connections"), &[], ReadBus, "Lists connections."),
        operation(post.clone(), "/api/v1/bus/connections", "CreateConnection", Shape::Add, &[], WriteConnections, "Makes a connection."),
        operation(get.clone(), "/api/v1/bus/connections/{name}", "DescribeConnection", Shape::One, NAME, ReadBus, "Shows a connection, without its secrets."),
        operation(patch.clone(), "/api/v1/bus/connections/{name}", "UpdateConnection", Shape::Change, NAME, WriteConnections, "Changes a connection."),
        operation(delete.clone(), "/api/v1/bus/connections/{name}", "DeleteConnection", Shape::Change, NAME, WriteConnections, "Removes a connection."),
        operation(post.clone(), "/api/v1/bus/connections/{name}/deauthorize", "DeauthorizeConnection", Shape::Change, NAME, WriteConnections, "Takes a connection's secrets away."),
        operation(get.clone(), "/api/v1/bus/destinations", "ListApiDestinations", Shape::List("ApiDestinations"), &[], ReadBus, "Lists API destinations."),
        operation(post.clone(), "/api/v1/bus/destinations", "CreateApiDestination", Shape::Add, &[], WriteConnections, "Makes an API destination."),
        operation(get, "/api/v1/bus/destinations/{name}", "DescribeApiDestination", Shape::One, NAME, ReadBus, "Shows an API destination."),
        operation(patch, "/api/v1/bus/destinations/{name}", "UpdateApiDestination", Shape::Change, NAME, WriteConnections, "Changes an API destination."),
        operation(delete, "/api/v1/bus/destinations/{name}", "DeleteApiDestination", Shape::Change, NAME, WriteConnections, "Removes an API destination."),
        operation(post, "/api/v1/bus/test-pattern", "TestEventPattern", Shape::Ask, &[], ReadBus, "Says whether an event pattern holds on an event."),
    ]
}

/// Any members.
type Members = Map<String, Value>;

pub(super) fn routes() -> Vec<Route> {
    let operations = operations().into_iter().map(|operation| {
        let Operation { method, path, name, shape, parts, permission, summary } = operation;
        let is_bodied = method != Method::GET && method != Method::DELETE;
        let does = move |call: &Call| carry_out(call, name, shape, parts);
        let route = match method {
            Method::GET => Route::get(path, does),
            Method::PUT => Route::put(path, does),
            Method::PATCH => Route::patch(path, does),
            Method::DELETE => Route::delete(path, does),
            _ => Route::post(path, does),
        };
        let route = route.needs(permission).told("bus", summary);
        let route = if is_bodied { route.body_max(BODY_MAX).takes::<Members>() } else { route };
        let route = if is_bodied && matches!(shape, Shape::Change) && method == Method::POST { route.body_is_optional() } else { route };
        match shape {
            Shape::List(_) => route.query::<PageQuery>().gives::<answer::Page<Members>>(),
            Shape::One => route.etag().gives::<Members>(),
            _ => route.gives::<Members>(),
        }
    });
    let put = Route::post("/api/v1/bus/events", put_events)
        .needs(Permission::PutEvents)
        .body_max(BODY_MAX)
        .told("bus", "Takes in events: the entries of PutEvents, in snake case.")
        .takes::<Members>()
        .gives::<Members>();
    operations.chain([put]).collect()
}

fn carry_out(call: &Call, name: &'static str, shape: Shape, parts: &[(&str, &'static str)]) -> Outcome {
    let mut request = match call.body.is_empty() {
        true => Map::new(),
        false => match names::to_aws(call.json::<Value>()?) {
            Value::Object(request) => request,
            _ => return Err(Problem::unfit("the body has to be a JSON object")),
        },
    };
    for (part, member) in parts {
        request.insert((*member).to_owned(), call.part(part).into());
    }
    if name == "RemoveTargets" {
        request.insert("Ids".to_owned(), json!([call.part("target")]));
    }
    if let Shape::List(member) = shape {
        return list(call, name, member, request);
    }
    let answer = read(&called(call, name, &request)?)?;
    if matches!(shape, Shape::One) {
        return answer::thing(call, &names::from_aws(answer));
    }
    if !matches!(shape, Shape::Ask) {
        let on: Vec<&str> = parts.iter().map(|(part, _)| call.part(part)).collect();
        let named = ["Name", "ArchiveName", "ReplayName"].into_iter().find_map(|name| request.get(name)?.as_str());
        let on = if on.is_empty() { named.unwrap_or_default().to_owned() } else { on.join("/") };
        trail::note(call, &format!("events.{name}"), on)?;
    }
    answer::json(&names::from_aws(answer))
}

/// Lists with our words for paging. AWS's pages hold at most 100.
fn list(call: &Call, name: &'static str, member: &str, mut request: Members) -> Outcome {
    let query: PageQuery = call.query()?;
    request.insert("Limit".to_owned(), answer::limit(query.limit)?.min(100).into());
    if let Some(cursor) = &query.cursor {
        request.insert("NextToken".to_owned(), answer::cursor_text(cursor)?.into());
    }
    let mut answer = read(&called(call, name, &request)?)?;
    let items = match names::from_aws(answer[member].take()) {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    answer::json(&answer::Page { items, next: answer["NextToken"].as_str().map(answer::cursor) })
}

fn called(call: &Call, name: &str, request: &Members) -> Result<String, Problem> {
    let body = serde_json::to_string(request).map_err(|error| Problem::failed("the request has no JSON form", error))?;
    call.app.parts.bus.call(name, &body).map_err(problem)
}

fn read(text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|error| Problem::failed("the bus gave no JSON", error))
}

fn put_events(call: &Call) -> Outcome {
    let request = names::to_aws(call.json::<Value>()?);
    let request = serde_json::from_value(request).map_err(|error| Problem::unfit(format!("these are no entries of PutEvents: {error}")))?;
    let response = call.app.parts.bus.put(request).map_err(problem)?;
    let response = serde_json::to_value(response).map_err(|error| Problem::failed("the answer has no JSON form", error))?;
    answer::json(&names::from_aws(response))
}

/// An error of AWS's as a problem.
fn problem(error: AwsError) -> Problem {
    let hint = "the members are those of AWS's EventBridge API, in snake case";
    match error.code {
        "ResourceNotFoundException" => Problem::not_found(error.message),
        "ResourceAlreadyExistsException" | "ConcurrentModificationException" | "IllegalStatusException" => {
            Problem::conflict(error.message, "look at what there is, then change that")
        }
        "LimitExceededException" => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "over_limit", error.message, "remove what is not needed")
        }
        "InternalException" => Problem::failed("the bus could not do it", error.message),
        _ => Problem::new(StatusCode::BAD_REQUEST, "unfit_request", error.message, hint),
    }
}
