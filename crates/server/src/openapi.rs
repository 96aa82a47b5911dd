//! The description of the API, made from the table of routes.

use http::Method;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};
use watchfire_trust::SessionCookie;

use crate::problem::ProblemBody;
use crate::route::{Access, Route};

/// What stands in braces in paths: name, what it is, letters beside `A-Z a-z 0-9` (none for any but control characters), how many at most.
const PARTS: &[(&str, &str, Option<&str>, usize)] = &[
    ("bus", "The name of the bus, or its ARN.", Some("_./:-"), 256),
    ("id", "Which one.", None, 1024),
    ("name", "Its name.", Some("_.@+-"), 128),
    ("target", "The id of the target.", Some("_.-"), 64),
    ("source", "The name of the source in the configuration.", Some("_.-"), 64),
];

/// The form of what stands in a brace, as a regular expression.
fn pattern(letters: Option<&str>, most: usize) -> String {
    match letters {
        Some(letters) => format!("^[A-Za-z0-9{letters}]{{1,{most}}}$"),
        None => format!("^[^\\x00-\\x1f\\x7f-\\x9f]{{1,{most}}}$"),
    }
}

/// Whether a text may stand in a brace of this name.
pub(crate) fn fits(name: &str, text: &str) -> bool {
    let Some((.., letters, most)) = PARTS.iter().find(|(part, ..)| *part == name) else { return true };
    let is_letter = |c: char| match letters {
        Some(letters) => c.is_ascii_alphanumeric() || letters.contains(c),
        None => !c.is_control(),
    };
    (1..=*most).contains(&text.chars().count()) && text.chars().all(is_letter)
}

/// The OpenAPI document.
pub(crate) fn document(routes: &[Route], is_tls: bool) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let problem = generator.subschema_for::<ProblemBody>().to_value();
    let mut paths: Map<String, Value> = Map::new();
    for route in routes.iter().filter(|route| !route.told.is_hidden) {
        let operation = operation(route, &mut generator);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation;
    }
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Watchfire",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Findings, the bus and everything around them. Errors are application/problem+json with a hint. Lists that can \
                grow are paged: ask again with `cursor` set to `next`, until there is none.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Problem": {
                "description": "What went wrong, and what to try.",
                "content": {"application/problem+json": {"schema": problem}},
            }},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of `watchfire token create`."},
                "session": {"type": "apiKey", "in": "cookie", "name": SessionCookie { is_secure: is_tls, is_lax: false }.name(),
                    "description": "What logging in gives. Changes need the header X-CSRF-Token with the text that came with it."},
            },
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let told = &route.told;
    let mut responses = Map::new();
    for (status, content) in &told.gives {
        let mut response = json!({"description": if content.is_some() { "Done." } else { "Done; there is nothing to say." }});
        if let Some((media, schema)) = content {
            response["content"] = json!({*media: {"schema": schema(generator).to_value()}});
        }
        if told.has_etag && route.method == Method::GET {
            response["headers"] = json!({"ETag": {"schema": {"type": "string"}, "description": "Changes with the content."}});
        }
        responses.insert(status.to_string(), response);
    }
    for status in problems(route) {
        let refusal = match told.refusal {
            Some((media, schema)) => {
                json!({"description": "What went wrong.", "content": {media: {"schema": schema(generator).to_value()}}})
            }
            None => json!({"$ref": "#/components/responses/Problem"}),
        };
        responses.insert(status.to_string(), refusal);
    }
    if told.has_etag && route.method == Method::GET {
        responses.insert("304".into(), json!({"description": "It is as the caller knows it."}));
    }
    let mut operation = json!({
        "tags": [told.tag],
        "operationId": operation_id(route),
        "summary": told.summary,
        "parameters": parameters(route, generator),
        "responses": responses,
    });
    if let Some((media, schema)) = told.takes {
        let schema = schema(generator).to_value();
        operation["requestBody"] = json!({"required": !told.body_is_optional, "content": {media: {"schema": schema}}});
    }
    match route.access {
        Access::Open => operation["security"] = json!([]),
        Access::Needs(permission) => operation["x-permission"] = json!(permission.as_str()),
        Access::Pushes => operation["x-permission"] = json!(watchfire_trust::Permission::PushLogs.as_str()),
    }
    operation
}

/// The statuses with which a route may refuse.
fn problems(route: &Route) -> Vec<u16> {
    let (told, access) = (&route.told, route.access);
    let mut statuses = vec![421, 500, 503];
    if access != Access::Open {
        statuses.extend([401, 403, 429]);
    }
    if told.takes.is_some() || told.query.is_some() || route.path.contains('{') {
        statuses.extend([400, 404]);
    }
    if told.takes.is_some() {
        statuses.extend([408, 413, 415, 422]);
    }
    if route.method != Method::GET {
        statuses.push(409);
    }
    if told.has_etag && route.method != Method::GET {
        statuses.push(412);
    }
    if matches!(route.path, "/api/v1/session" | "/api/v1/setup") {
        statuses.extend([401, 403, 429]);
    }
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn operation_id(route: &Route) -> String {
    let words = route.path.trim_start_matches("/api/v1").split(['/', '-', '.', '_']).map(|part| part.trim_matches(['{', '}']));
    let mut id = route.method.as_str().to_ascii_lowercase();
    for word in words.filter(|word| !word.is_empty()) {
        id.push('_');
        id += word;
    }
    id
}

fn parameters(route: &Route, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut parameters = Vec::new();
    for name in route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        let (_, what, letters, most) = PARTS.iter().find(|(part, ..)| *part == name).expect("every part is described");
        let pattern = pattern(*letters, *most);
        parameters.push(json!({"name": name, "in": "path", "required": true, "description": what,
            "schema": {"type": "string", "pattern": pattern}}));
    }
    if let Some(query) = route.told.query {
        let schema = query(generator);
        let schema = resolved(schema.as_value(), generator);
        let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let mut member = member.clone();
            let what = member.as_object_mut().and_then(|member| member.remove("description")).unwrap_or_else(|| json!(""));
            let needed = required.contains(&name.as_str());
            parameters.push(json!({"name": name, "in": "query", "required": needed, "description": what, "schema": without_null(member)}));
        }
    }
    if route.told.has_etag {
        let (name, what) = match route.method {
            Method::GET => ("If-None-Match", "Answer 304 when it is still this ETag."),
            _ => ("If-Match", "Change it only when it is still this ETag."),
        };
        parameters.push(json!({"name": name, "in": "header", "required": false, "description": what, "schema": {"type": "string"}}));
    }
    parameters
}

/// A schema that is given by its name, whole.
fn resolved(schema: &Value, generator: &SchemaGenerator) -> Value {
    let name = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next());
    name.and_then(|name| generator.definitions().get(name)).cloned().unwrap_or_else(|| schema.clone())
}

/// A query cannot say null: leaving a member out is how that is said.
fn without_null(mut schema: Value) -> Value {
    if let Some(kinds) = schema.get_mut("type").and_then(Value::as_array_mut) {
        kinds.retain(|kind| kind != "null");
        if let [one] = &kinds[..] {
            schema["type"] = one.clone();
        }
    }
    if let Some(kinds) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        kinds.retain(|kind| kind["type"] != "null");
        if let [one] = &kinds[..] {
            return one.clone();
        }
    }
    if let Some(members) = schema.as_object_mut() {
        members.retain(|name, member| !(name == "default" && member.is_null()));
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_hold_what_is_described() {
        for (name, text, is_fit) in [
            ("name", "a.b-c_d@e+f", true),
            ("name", "a\u{84}", false),
            ("name", "a/b", false),
            ("name", "", false),
            ("bus", "arn:aws:events:eu-central-1:111122223333:event-bus/b", true),
            ("id", "any name of a rule", true),
            ("id", "a\r\nb", false),
        ] {
            assert_eq!(fits(name, text), is_fit, "{name} {text:?}");
        }
        assert!(!fits("name", &"x".repeat(129)));
    }
}
