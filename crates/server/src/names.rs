//! AWS's names and ours: `EventBusName` is `event_bus_name`.

use serde_json::{Map, Value};

/// Members whose own members are names that users chose; they stay as they are. Both spellings.
const FREE: [&str; 12] = [
    "Criteria",
    "criteria",
    "Filters",
    "filters",
    "InputPathsMap",
    "input_paths_map",
    "MessageAttributes",
    "message_attributes",
    "PathParameterMap",
    "path_parameter_map",
    "UserDefinedFields",
    "user_defined_fields",
];

/// Members of maps from names of headers or query parameters, inside of `HttpParameters` alone.
const FREE_IN_HTTP: [&str; 4] = ["HeaderParameters", "QueryStringParameters", "header_parameters", "query_string_parameters"];

/// A value with AWS's names, made of one with ours. Names that are AWS's already stay.
pub(crate) fn to_aws(value: Value) -> Value {
    renamed(value, &pascal)
}

/// A value with our names, made of one with AWS's.
pub(crate) fn from_aws(value: Value) -> Value {
    renamed(value, &snake)
}

fn renamed(value: Value, name: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(member, value)| {
                // Connections have lists under these names, whose items have members of AWS's.
                let is_free = FREE.contains(&member.as_str()) || (FREE_IN_HTTP.contains(&member.as_str()) && value.is_object());
                let value = if is_free { value } else { renamed(value, name) };
                (name(&member), value)
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(|value| renamed(value, name)).collect()),
        value => value,
    }
}

fn pascal(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    });
    match words.collect::<String>().as_str() {
        // AWS's own spelling of these.
        "OauthParameters" => "OAuthParameters".to_owned(),
        "OauthHttpParameters" => "OAuthHttpParameters".to_owned(),
        "ClientId" => "ClientID".to_owned(),
        other => other.to_owned(),
    }
}

fn snake(name: &str) -> String {
    let name = name.replace("OAuth", "Oauth").replace("ID", "Id");
    let mut text = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(c.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_lead_back() {
        for (aws, ours) in [
            ("EventBusName", "event_bus_name"),
            ("Arn", "arn"),
            ("OAuthParameters", "oauth_parameters"),
            ("OAuthHttpParameters", "oauth_http_parameters"),
            ("ClientID", "client_id"),
            ("KmsKeyIdentifier", "kms_key_identifier"),
        ] {
            assert_eq!(snake(aws), ours);
            assert_eq!(pascal(ours), aws);
        }
        assert_eq!(pascal("EventPattern"), "EventPattern");
    }

    #[test]
    fn what_users_named_stays() {
        let aws = json!({"Targets": [{"Id": "1", "InputTransformer": {"InputPathsMap": {"myName": "$.a_b", "X": "$"}, "InputTemplate": "<X>"},
            "HttpParameters": {"HeaderParameters": {"X-Key": "v"}}}], "HeaderParameters": [{"Key": "a", "IsValueSecret": true}]});
        let ours = json!({"targets": [{"id": "1", "input_transformer": {"input_paths_map": {"myName": "$.a_b", "X": "$"},
            "input_template": "<X>"}, "http_parameters": {"header_parameters": {"X-Key": "v"}}}],
            "header_parameters": [{"key": "a", "is_value_secret": true}]});
        assert_eq!(from_aws(aws.clone()), ours);
        assert_eq!(to_aws(ours), aws);
    }
}
