//! The detections that are loaded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use watchfire_trust::Permission;

use crate::answer::{self, Page, PageQuery};
use crate::call::Call;
use crate::outside::rules::{Detection, RuleProblem};
use crate::problem::Problem;
use crate::route::{Outcome, Route};

/// Bytes of the text of a detection file.
const TEXT_MAX: usize = 1 << 20;

pub(super) fn routes() -> Vec<Route> {
    const TAG: &str = "detections";
    let needed = Permission::ReadRules;
    vec![
        Route::get("/api/v1/detections", list)
            .needs(needed)
            .told(TAG, "Lists the detections that are loaded.")
            .query::<PageQuery>()
            .gives::<Page<Detection>>(),
        Route::get("/api/v1/detections/problems", problems)
            .needs(needed)
            .told(TAG, "Says what is wrong with files of detections that should be loaded.")
            .gives::<Problems>(),
        Route::get("/api/v1/detections/{id}", one)
            .needs(needed)
            .told(TAG, "Shows a detection, by id or name, with its text.")
            .etag()
            .gives::<Whole>(),
        Route::post("/api/v1/detections/check", check)
            .needs(needed)
            .body_max(TEXT_MAX)
            .told(TAG, "Says what is wrong with the text of a detection file; nothing is loaded.")
            .takes::<Text>()
            .gives::<Problems>(),
    ]
}

/// A detection with its text.
#[derive(Serialize, JsonSchema)]
struct Whole {
    #[serde(flatten)]
    detection: Detection,
    /// The text of its file.
    text: String,
}

/// The text of a detection file.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Text {
    /// YAML: rules, correlations, filters.
    text: String,
}

/// What is wrong.
#[derive(Serialize, JsonSchema)]
struct Problems {
    /// Whether it could be loaded.
    is_good: bool,
    /// What is wrong, or deserves a look.
    problems: Vec<RuleProblem>,
}

fn list(call: &Call) -> Outcome {
    answer::json(&answer::page_of(call.app.parts.rules.list(), &call.query()?, |rule| format!("{}\n{}", rule.name, rule.id))?)
}

fn one(call: &Call) -> Outcome {
    let (rules, id) = (&call.app.parts.rules, call.part("id"));
    let missing = || Problem::not_found(format!("no detection has the id or name {id}"));
    let detection = rules.list().into_iter().find(|rule| rule.id == id || rule.name == id).ok_or_else(missing)?;
    let text = rules.text(&detection.id).ok_or_else(missing)?;
    answer::thing(call, &Whole { detection, text })
}

fn check(call: &Call) -> Outcome {
    told(call.app.parts.rules.check(&call.json::<Text>()?.text))
}

fn problems(call: &Call) -> Outcome {
    told(call.app.parts.rules.problems())
}

fn told(problems: Vec<RuleProblem>) -> Outcome {
    answer::json(&Problems { is_good: !problems.iter().any(|problem| problem.is_error), problems })
}
