//! The values of `|expand` placeholders.

use std::collections::BTreeMap;

/// Named lists of values: `%name%` in a rule stands for any of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists(BTreeMap<String, Vec<String>>);

impl Lists {
    /// Sets a list; a later list of the same name replaces it.
    pub fn set(&mut self, name: impl Into<String>, values: Vec<String>) {
        self.0.insert(name.into(), values);
    }

    /// The values of a list, if it is known; it may be empty.
    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The known names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Reads a list file (`name`, `description`, `values`), or the variables of a Sigma processing pipeline.
    pub fn add_yaml(&mut self, text: &str) -> Result<(), String> {
        let whole: yaml_serde::Value = yaml_serde::from_str(text).map_err(|error| error.to_string())?;
        if whole.get("vars").is_some() || whole.get("transformations").is_some() {
            return self.add_pipeline(text);
        }
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct ListFile {
            name: String,
            #[serde(default, rename = "description")]
            _description: String,
            values: Vec<yaml_serde::Value>,
        }
        let file: ListFile = yaml_serde::from_str(text).map_err(|error| error.to_string())?;
        let values = file.values.iter().map(scalar).collect::<Result<_, _>>()?;
        self.set(file.name, values);
        Ok(())
    }

    /// A pipeline's `vars` are lists; its placeholder transformations are what `|expand` does anyway. A transformation that would
    /// change rules in another way is refused: CloudTrail's own field names need none.
    fn add_pipeline(&mut self, text: &str) -> Result<(), String> {
        #[derive(serde::Deserialize)]
        struct Pipeline {
            #[serde(default)]
            vars: BTreeMap<String, yaml_serde::Value>,
            #[serde(default)]
            transformations: Vec<Transformation>,
        }
        #[derive(serde::Deserialize)]
        struct Transformation {
            #[serde(rename = "type")]
            kind: String,
        }
        let pipeline: Pipeline = yaml_serde::from_str(text).map_err(|error| error.to_string())?;
        let is_known = |transformation: &&Transformation| matches!(&*transformation.kind, "value_placeholders" | "wildcard_placeholders");
        if let Some(other) = pipeline.transformations.iter().find(|transformation| !is_known(transformation)) {
            return Err(format!(
                "the pipeline's transformation {:?} is not supported, only its variables and placeholders are",
                other.kind
            ));
        }
        for (name, value) in pipeline.vars {
            let values = match &value {
                yaml_serde::Value::Sequence(values) => values.iter().map(scalar).collect::<Result<_, _>>()?,
                one => vec![scalar(one)?],
            };
            self.set(name, values);
        }
        Ok(())
    }

    /// Every text that `template` stands for once its placeholders are replaced; `Err` names an unknown list.
    pub fn expand(&self, template: &str) -> Result<Vec<String>, String> {
        let Some((before, rest)) = template.split_once('%') else {
            return Ok(vec![template.to_owned()]);
        };
        let Some((name, after)) = rest.split_once('%') else {
            return Ok(vec![template.to_owned()]);
        };
        let values = self.get(name).ok_or_else(|| name.to_owned())?;
        let tails = self.expand(after)?;
        Ok(values.iter().flat_map(|value| tails.iter().map(move |tail| format!("{before}{value}{tail}"))).collect())
    }
}

fn scalar(value: &yaml_serde::Value) -> Result<String, String> {
    match value {
        yaml_serde::Value::String(text) => Ok(text.clone()),
        yaml_serde::Value::Number(number) => Ok(number.to_string()),
        other => Err(format!("a list holds texts, not {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_of_a_pipeline_are_lists() {
        let mut lists = Lists::default();
        let pipeline = "name: ours\npriority: 10\nvars:\n  admins: [alice, bob]\n  office: 198.51.100.7\ntransformations:\n  - type: value_placeholders\n";
        lists.add_yaml(pipeline).expect("a pipeline");
        assert_eq!(lists.expand("*/%admins%@%office%"), Ok(vec!["*/alice@198.51.100.7".to_owned(), "*/bob@198.51.100.7".to_owned()]));
        let renaming = "transformations:\n  - type: field_name_mapping\n    mapping: {a: b}\n";
        assert!(lists.add_yaml(renaming).is_err_and(|message| message.contains("field_name_mapping")));
    }
}
