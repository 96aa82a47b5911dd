//! The one sentence of a finding.

use watchfire_detect::{Meta, referee};
use watchfire_model::{EntityKind, Finding};

use crate::Engine;
use crate::event::parsed;

/// Values longer than this are cut in a sentence.
const VALUE_CHARS_MAX: usize = 120;

/// Words a finding anew, from what is known of it now: its sentence and what to do next. One whose rule is not loaded keeps its words.
pub fn phrase(finding: &mut Finding, engine: &Engine) {
    let correlations = engine.rules.correlations.iter().map(|correlation| &correlation.meta);
    let mut all = engine.rules.rules.iter().map(|rule| &rule.meta).chain(correlations);
    if let Some(meta) = all.find(|meta| meta.id == finding.rule && meta.name == finding.name) {
        fill(finding, meta);
    }
}

/// Fills a finding's sentence from its rule's template, its first record and its entities.
pub(crate) fn fill(finding: &mut Finding, meta: &Meta) {
    let event = finding.evidence.first().map(|evidence| parsed(&evidence.record)).unwrap_or_default();
    let principals: Vec<String> =
        finding.entities.iter().filter(|entity| entity.kind == EntityKind::Principal).map(|entity| short(&entity.id)).collect();
    let principal = match principals.as_slice() {
        [] => finding.entities.first().map_or_else(|| "somebody".to_owned(), |entity| short(&entity.id)),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    };
    let value = |path: &str| match path {
        "principal" => principal.clone(),
        "count" => finding.count.to_string(),
        path => {
            let texts = referee::texts(&event, path);
            let shown: Vec<String> = texts.iter().take(3).map(|text| text.chars().take(VALUE_CHARS_MAX).collect()).collect();
            if shown.is_empty() { of_entities(finding, path).unwrap_or_else(|| "(not given)".to_owned()) } else { shown.join(", ") }
        }
    };
    let summary = if meta.summary.is_empty() { format!("{}: {principal}", meta.title) } else { filled(&meta.summary, &value) };
    let next = meta.next.iter().map(|step| filled(step, &value)).collect();
    finding.summary = summary;
    finding.next = next;
}

/// A correlation has no record at hand at first; its group-by values are entities.
fn of_entities(finding: &Finding, path: &str) -> Option<String> {
    let kind = crate::entity::of_field(path, "-")?.kind;
    finding.entities.iter().find(|entity| entity.kind == kind).map(|entity| entity.id.to_string())
}

/// The paths of fields that a template tells of, and of those from which it takes an entity when a record lacks them.
pub(crate) fn needs(template: &str) -> Vec<String> {
    let places = template.split('{').skip(1).filter_map(|after| after.split_once('}'));
    let paths = places.map(|(path, _)| path).filter(|path| is_path(path) && !matches!(*path, "principal" | "count"));
    let instead = |path| crate::entity::of_field(path, "-").map_or(&[][..], |entity| crate::entity::paths_of(entity.kind));
    paths.flat_map(|path| std::iter::once(path).chain(instead(path).iter().copied())).map(str::to_owned).collect()
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '[' | ']'))
}

/// Replaces every `{path}`; other braces (JSON in a command) stay.
fn filled(template: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        match after.split_once('}') {
            Some((path, tail)) if is_path(path) => {
                text.push_str(&value(path));
                rest = tail;
            }
            _ => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

/// An ARN without what everybody in the account shares: `user/alice`, `assumed-role/Admin/bob@example.com`.
pub(crate) fn short(principal: &str) -> String {
    let resource = principal.strip_prefix("arn:").and_then(|arn| arn.splitn(5, ':').nth(4));
    let named = resource.filter(|resource| !resource.is_empty());
    named.map_or_else(|| principal.to_owned(), |named| if named == "root" { "the root user".to_owned() } else { named.to_owned() })
}
