//! AWS's Query protocol: a form there, XML back.

use percent_encoding::utf8_percent_encode;
use reqwest::Method;
use serde_json::Value;

use super::service::Map;
use super::{Call, Form, xml};
use crate::endpoint::ENCODED;

/// Parameters inside each other; AWS has five at most.
const DEPTH_MAX: usize = 16;

pub(super) fn form(version: &str, maps: &[Map], call: &Call) -> Result<Form, String> {
    let Value::Object(parameters) = &call.parameters else { return Err("the parameters are no object".to_owned()) };
    let mut fields = Fields { maps, text: String::new() };
    fields.add("Action", &call.operation);
    fields.add("Version", version);
    for (name, value) in parameters {
        fields.parameter(name, name, value, DEPTH_MAX)?;
    }
    let headers = vec![("content-type", "application/x-www-form-urlencoded; charset=utf-8".to_owned())];
    Ok(Form { method: Method::POST, path: String::new(), query: Vec::new(), headers, body: fields.text.into() })
}

struct Fields<'a> {
    maps: &'a [Map],
    text: String,
}

impl Fields<'_> {
    /// Lists are `Name.member.1`, maps `Name.entry.1.key` and `.value`, structures `Name.Member`.
    fn parameter(&mut self, place: &str, name: &str, value: &Value, depth: usize) -> Result<(), String> {
        let Some(depth) = depth.checked_sub(1) else { return Err(format!("{place} nests too deeply")) };
        match value {
            Value::Null => {}
            Value::Bool(value) => self.add(place, if *value { "true" } else { "false" }),
            Value::Number(number) => self.add(place, &number.to_string()),
            Value::String(text) => self.add(place, text),
            // So that an empty list replaces a full one.
            Value::Array(list) if list.is_empty() => self.add(place, ""),
            Value::Array(list) => {
                for (number, value) in (1..).zip(list) {
                    self.parameter(&format!("{place}.member.{number}"), "", value, depth)?;
                }
            }
            Value::Object(object) => match self.maps.iter().find(|map| map.parameter == name) {
                Some(map) => {
                    for (number, (key, value)) in (1..).zip(object) {
                        self.add(&format!("{place}.entry.{number}.{}", map.key), key);
                        self.parameter(&format!("{place}.entry.{number}.{}", map.value), "", value, depth)?;
                    }
                }
                None => {
                    for (name, value) in object {
                        self.parameter(&format!("{place}.{name}"), name, value, depth)?;
                    }
                }
            },
        }
        Ok(())
    }

    fn add(&mut self, name: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        self.text.extend(utf8_percent_encode(name, ENCODED));
        self.text.push('=');
        self.text.extend(utf8_percent_encode(value, ENCODED));
    }
}

/// The result in `<OperationResponse><OperationResult>`; an empty object where an operation has none.
pub(super) fn read(operation: &str, body: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(body).map_err(|error| format!("the answer is no XML: {error}"))?;
    let document = roxmltree::Document::parse(text).map_err(|error| format!("the answer is no XML: {error}"))?;
    let root = document.root_element();
    if root.tag_name().name() != format!("{operation}Response") {
        return Err(format!("not an answer to {operation} but <{}>", root.tag_name().name()));
    }
    let result = root.children().find(|node| node.tag_name().name() == format!("{operation}Result"));
    match result.map(xml::value).transpose()? {
        None | Some(Value::Null) => Ok(Value::Object(serde_json::Map::new())),
        Some(value) => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(call: &Call, maps: &[Map]) -> String {
        let form = form("2010-03-31", maps, call).expect("a form");
        String::from_utf8(form.body.to_vec()).expect("text")
    }

    #[test]
    fn parameters_are_flattened() {
        const MAPS: &[Map] = &[Map { parameter: "MessageAttributes", key: "Name", value: "Value" }];
        let parameters = json!({
            "TopicArn": "arn:aws:sns:eu-west-1:1:t", "Message": "a b&c=ü", "Flag": true, "Count": 3, "Nothing": null, "None": [],
            "Tags": [{"Key": "k", "Value": "v"}, {"Key": "l", "Value": ""}],
            "MessageAttributes": {"one": {"DataType": "String", "StringValue": "x"}},
        });
        let expect = "Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A1%3At&Message=a%20b%26c%3D%C3%BC\
                      &Flag=true&Count=3&None=&Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.2.Key=l&Tags.member.2.Value=\
                      &MessageAttributes.entry.1.Name=one&MessageAttributes.entry.1.Value.DataType=String\
                      &MessageAttributes.entry.1.Value.StringValue=x";
        assert_eq!(body(&Call::new("sns", "Publish", parameters), MAPS), expect);
    }

    #[test]
    fn what_nests_without_end_is_refused() {
        let deep = (0..100).fold(json!("x"), |inner, _| json!([inner]));
        assert!(form("v", &[], &Call::new("sns", "Publish", json!({ "Deep": deep }))).is_err());
        assert!(form("v", &[], &Call::new("sns", "Publish", json!("text"))).is_err());
    }

    #[test]
    fn results_are_found_in_their_answers() {
        let whole = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>m</MessageId>\
                     </PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>";
        assert_eq!(read("Publish", whole.as_bytes()), Ok(json!({ "MessageId": "m" })));
        assert_eq!(read("Publish", b"<PublishResponse/>"), Ok(json!({})));
        assert!(read("Subscribe", whole.as_bytes()).is_err());
        assert!(read("Publish", b"<html>").is_err());
    }
}
