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

    /// Reads a list file: `name`, `description`, `values`.
    pub fn add_yaml(&mut self, text: &str) -> Result<(), String> {
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
