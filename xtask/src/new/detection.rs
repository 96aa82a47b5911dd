//! A detection: one file in `content/detections/<service>/`.

use std::path::Path;

use anyhow::Context;

use super::{Kind, Plan, calendar, checked, random};

pub(super) static KIND: Kind =
    Kind { name: "detection", takes: "<service>/<name>", makes: "content/detections/<service>/<name>.yaml, to be filled in", plan };

const TEMPLATE: &str = include_str!("../../templates/detection.yaml");

fn plan(_root: &Path, name: &str) -> anyhow::Result<Plan> {
    let (service, name) = name.split_once('/').context("the service comes first, such as s3/bucket_made_public")?;
    let (service, name) = (checked(service, '-')?, checked(name, '_')?);
    let text = TEMPLATE
        .replace("{{id}}", &random::uuid())
        .replace("{{name}}", name)
        .replace("{{service}}", service)
        .replace("{{date}}", &calendar::today());
    Ok(Plan {
        create: vec![(format!("content/detections/{service}/{name}.yaml").into(), text)],
        next: vec![
            "replace every FILL-IN; docs/detections.md has the language".to_owned(),
            format!("watchfire rules check content/detections/{service}/{name}.yaml"),
            format!("watchfire rules test content/detections/{service}/{name}.yaml"),
        ],
        ..Plan::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scaffold_is_yaml_with_nothing_of_the_template_left() {
        let plan = plan(Path::new("."), "network-firewall/rules_emptied").unwrap();
        let (path, text) = &plan.create[0];
        assert_eq!(path, Path::new("content/detections/network-firewall/rules_emptied.yaml"));
        let value: yaml_serde::Value = yaml_serde::from_str(text).unwrap();
        assert_eq!(value.get("name").and_then(|name| name.as_str()), Some("rules_emptied"));
        assert!(text.contains("FILL-IN") && !text.contains("{{"), "{text}");
        assert!(super::plan(Path::new("."), "rules_emptied").is_err());
    }
}
