//! XML answers as JSON.

use roxmltree::Node;
use serde_json::{Map, Value};

/// Elements inside each other; AWS has ten at most.
const DEPTH_MAX: usize = 32;

/// An element: text is text, `<member>`s are a list, `<entry>`s with key and value an object, other elements an object by their names,
/// of which repeated ones become a list.
pub(super) fn value(node: Node<'_, '_>) -> Result<Value, String> {
    below(node, DEPTH_MAX)
}

fn below(node: Node<'_, '_>, depth: usize) -> Result<Value, String> {
    let Some(depth) = depth.checked_sub(1) else { return Err("the answer nests too deeply".to_owned()) };
    let elements: Vec<Node<'_, '_>> = node.children().filter(Node::is_element).collect();
    if elements.is_empty() {
        return Ok(node.text().map_or(Value::Null, |text| Value::String(text.to_owned())));
    }
    if elements.iter().all(|child| child.tag_name().name() == "member") {
        return elements.into_iter().map(|child| below(child, depth)).collect::<Result<_, _>>().map(Value::Array);
    }
    if let Some(entries) = elements.iter().map(|child| entry(*child)).collect::<Option<Vec<_>>>() {
        let read = |(key, node): (&str, Node<'_, '_>)| below(node, depth).map(|value| (key.to_owned(), value));
        return entries.into_iter().map(read).collect::<Result<Map<_, _>, _>>().map(Value::Object);
    }
    let mut object = Map::new();
    for child in elements {
        let value = below(child, depth)?;
        match object.get_mut(child.tag_name().name()) {
            None => drop(object.insert(child.tag_name().name().to_owned(), value)),
            Some(Value::Array(list)) => list.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
    Ok(Value::Object(object))
}

/// The key and the value of an entry of a map.
fn entry<'a, 'i>(node: Node<'a, 'i>) -> Option<(&'a str, Node<'a, 'i>)> {
    let child = |name: &str| node.children().find(|child| child.tag_name().name() == name);
    let key = child("key").or_else(|| child("Name"))?.text()?;
    let value = child("value").or_else(|| child("Value"))?;
    (node.tag_name().name() == "entry").then_some((key, value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_become_values() {
        for (text, expect) in [
            ("<r/>", json!(null)),
            ("<r>x</r>", json!("x")),
            ("<r>\n <a>1</a>\n <b/>\n</r>", json!({ "a": "1", "b": null })),
            ("<r><member>1</member></r>", json!(["1"])),
            ("<r><member><a>1</a></member><member><a>2</a></member></r>", json!([{ "a": "1" }, { "a": "2" }])),
            ("<r><entry><key>k</key><value>v</value></entry></r>", json!({ "k": "v" })),
            ("<r><a>1</a><a>2</a><a>3</a></r>", json!({ "a": ["1", "2", "3"] })),
            ("<r><entry>x</entry></r>", json!({ "entry": "x" })),
        ] {
            let document = roxmltree::Document::parse(text).expect("XML");
            assert_eq!(value(document.root_element()).as_ref(), Ok(&expect), "{text}");
        }
        let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
        assert!(value(roxmltree::Document::parse(&deep).expect("XML").root_element()).is_err());
    }
}
