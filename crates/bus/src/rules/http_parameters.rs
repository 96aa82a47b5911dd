//! Parts of requests that a connection adds.

use serde::{Deserialize, Serialize};

use super::authorization::Secret;
use super::validation::Validation;

/// Parts of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HttpParameters {
    /// Headers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub header_parameters: Vec<Parameter>,
    /// Parts of the query.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub query_string_parameters: Vec<Parameter>,
    /// Members of the body.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub body_parameters: Vec<Parameter>,
}

/// One part of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Parameter {
    /// Its name.
    pub key: String,
    /// Its text, a secret to be careful.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Secret>,
    /// Whether it is left out when somebody asks.
    #[serde(default)]
    pub is_value_secret: bool,
}

/// Parts of one kind.
const PARAMETERS_MAX: usize = 100;

impl HttpParameters {
    pub(super) fn shown(&self) -> HttpParameters {
        let all = |parameters: &[Parameter]| {
            let shown = parameters.iter().map(|one| Parameter { value: one.value.clone().filter(|_| !one.is_value_secret), ..one.clone() });
            shown.collect()
        };
        HttpParameters {
            header_parameters: all(&self.header_parameters),
            query_string_parameters: all(&self.query_string_parameters),
            body_parameters: all(&self.body_parameters),
        }
    }

    pub(super) fn check(&self, validation: &mut Validation, at: &str) {
        let lists = [("header", &self.header_parameters), ("queryString", &self.query_string_parameters), ("body", &self.body_parameters)];
        for (name, list) in lists {
            validation.count(list.len(), &format!("{at}.{name}Parameters"), 0, PARAMETERS_MAX);
        }
    }
}
