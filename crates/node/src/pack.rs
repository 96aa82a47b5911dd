//! The content that the binary carries: detections and lists.

use include_dir::{Dir, DirEntry, include_dir};
use watchfire_detect::{Lists, RuleText};

static CONTENT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../content");

/// The pack's rule files, in order of path. Their proof is two thirds of the text and of the time to read it: who does not test
/// leaves it out.
pub(crate) fn rules(proof: bool) -> Vec<RuleText> {
    let mut texts = Vec::new();
    let mut collect_rule = |path: &str, text: &'static str| {
        let text = if proof { text } else { without_proof(text) };
        texts.push(RuleText::new(format!("pack:{path}"), text));
    };
    collect(CONTENT.get_dir("detections"), &mut collect_rule);
    texts.sort_by(|a, b| a.file.cmp(&b.file));
    texts
}

/// A file of the pack without its hits and misses, which stand at its end.
fn without_proof(text: &str) -> &str {
    text.find("\n  hits:").and_then(|at| text.get(..=at)).unwrap_or(text)
}

/// The pack's lists.
pub(crate) fn lists() -> Lists {
    let mut lists = Lists::default();
    collect(CONTENT.get_dir("lists"), &mut |path, text| {
        lists.add_yaml(text).unwrap_or_else(|error| panic!("bug: the pack's list {path} cannot be read: {error}"));
    });
    lists
}

fn collect(dir: Option<&'static Dir<'static>>, each: &mut dyn FnMut(&str, &'static str)) {
    for entry in dir.into_iter().flat_map(Dir::entries) {
        match entry {
            DirEntry::Dir(inner) => collect(Some(inner), each),
            DirEntry::File(file) => {
                let path = file.path().to_string_lossy();
                if let (true, Some(text)) = (path.ends_with(".yaml"), file.contents_utf8()) {
                    each(&path, text);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use watchfire_detect::{Correlation, Meta, RuleSet};

    use super::*;

    #[test]
    fn rules_are_the_same_without_their_proof() {
        let (whole, cut) = (RuleSet::load(rules(true), &lists()), RuleSet::load(rules(false), &lists()));
        assert!(whole.rules.iter().all(|rule| !rule.meta.name.is_empty()) && !whole.rules.is_empty());
        let bare = |meta: &Meta| Meta { hits: Vec::new(), misses: Vec::new(), ..meta.clone() };
        let told = |set: &RuleSet| {
            let rules = set.rules.iter().map(|rule| format!("{:?} {}", bare(&rule.meta), rule.quiet));
            let asks = |rule: &Correlation| {
                format!("{:?}", (&rule.sigma.rules, &rule.sigma.group_by, &rule.sigma.timespan, &rule.sigma.condition))
            };
            let correlations = set.correlations.iter().map(|rule| format!("{:?} {}", bare(&rule.meta), asks(rule)));
            rules.chain(correlations).collect::<Vec<_>>()
        };
        let (whole, cut_told) = (told(&whole), told(&cut));
        assert_eq!(whole.len(), cut_told.len());
        whole.iter().zip(&cut_told).for_each(|(whole, cut)| assert_eq!(whole, cut));
        assert!(cut.diagnostics.is_empty(), "{:?}", cut.diagnostics.first());
    }
}
