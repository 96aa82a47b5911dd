//! The detections in force, read again when their files change. A file that is broken keeps the text that was good last.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use watchfire_detect::{Diagnostic, Lists, Meta, RuleSet, RuleText, Weight};
use watchfire_model::Severity;
use watchfire_server::outside::rules::{Detection, RuleProblem, Rules as Served};
use watchfire_watch::Engine;

use crate::Rules;

/// The detections in force.
#[derive(Debug)]
pub(super) struct Detections {
    rules: Rules,
    floor: Severity,
    force: RwLock<Force>,
    /// What the files looked like when they were read.
    seen: Mutex<Vec<(PathBuf, Option<SystemTime>, u64)>>,
}

/// What is in force together.
#[derive(Debug)]
struct Force {
    engine: Arc<Engine>,
    /// The texts by file.
    texts: BTreeMap<Arc<str>, String>,
    lists: Lists,
    problems: Vec<Diagnostic>,
}

impl Detections {
    /// Reads what is there. A file that is broken is left out.
    ///
    /// # Errors
    /// When files cannot be read.
    pub fn load(rules: Rules, floor: Severity) -> anyhow::Result<Detections> {
        let seen = Mutex::new(rules.fingerprints()?);
        let force = RwLock::new(Force::of(&rules, floor, &BTreeMap::new())?);
        Ok(Detections { rules, floor, force, seen })
    }

    /// What judges records now.
    pub fn engine(&self) -> Arc<Engine> {
        self.force.read().unwrap_or_else(PoisonError::into_inner).engine.clone()
    }

    /// Reads files that have changed; whether anything else is in force now.
    ///
    /// # Errors
    /// When files cannot be read; what was in force stays.
    pub fn refresh(&self) -> anyhow::Result<bool> {
        let now = self.rules.fingerprints()?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == now {
            return Ok(false);
        }
        let known = self.force.read().unwrap_or_else(PoisonError::into_inner).texts.clone();
        let force = Force::of(&self.rules, self.floor, &known)?;
        for problem in force.problems.iter().filter(|problem| problem.weight == Weight::Error) {
            tracing::warn!(
                "{}:{}: {}; the file's last good text stays in force where there is one",
                problem.file,
                problem.line,
                problem.message
            );
        }
        *self.force.write().unwrap_or_else(PoisonError::into_inner) = force;
        *seen = now;
        Ok(true)
    }
}

impl Force {
    /// Rules of files, each in its newest text that is good: of a broken file the text that was in force stays.
    fn of(rules: &Rules, floor: Severity, known: &BTreeMap<Arc<str>, String>) -> anyhow::Result<Force> {
        let lists = rules.lists()?;
        let mut texts = rules.texts()?;
        let mut set = RuleSet::load(texts.iter().cloned(), &lists);
        let problems = set.diagnostics.clone();
        let broken = |text: &RuleText| problems.iter().any(|problem| problem.weight == Weight::Error && problem.file == text.file);
        let mut replaced = false;
        for text in texts.iter_mut().filter(|text| broken(text)) {
            if let Some(good) = known.get(&text.file).filter(|good| **good != text.text) {
                text.text.clone_from(good);
                replaced = true;
            }
        }
        if replaced {
            set = RuleSet::load(texts.iter().cloned(), &lists);
        }
        let engine = Arc::new(Engine::new(set).making(floor));
        Ok(Force { engine, texts: texts.into_iter().map(|text| (text.file, text.text)).collect(), lists, problems })
    }

    /// Rules and correlations.
    fn metas(&self) -> impl Iterator<Item = (&Meta, &'static str)> {
        let set = &self.engine.rules;
        let rules = set.rules.iter().filter(|rule| !rule.quiet).map(|rule| (&rule.meta, "rule"));
        rules.chain(set.correlations.iter().filter(|one| !one.quiet).map(|one| (&one.meta, "correlation")))
    }
}

impl Served for Detections {
    fn list(&self) -> Vec<Detection> {
        let force = self.force.read().unwrap_or_else(PoisonError::into_inner);
        let mut list: Vec<Detection> = force.metas().map(|(meta, kind)| detection(meta, kind)).collect();
        list.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        list
    }

    fn text(&self, id: &str) -> Option<String> {
        let force = self.force.read().unwrap_or_else(PoisonError::into_inner);
        let (meta, _) = force.metas().find(|(meta, _)| &*meta.id == id || &*meta.name == id)?;
        force.texts.get(&meta.file).cloned()
    }

    fn check(&self, text: &str) -> Vec<RuleProblem> {
        let force = self.force.read().unwrap_or_else(PoisonError::into_inner);
        let set = RuleSet::load([RuleText::new("", text)], &force.lists);
        set.diagnostics.iter().map(problem).collect()
    }

    fn problems(&self) -> Vec<RuleProblem> {
        self.force.read().unwrap_or_else(PoisonError::into_inner).problems.iter().map(problem).collect()
    }
}

fn detection(meta: &Meta, kind: &str) -> Detection {
    Detection {
        id: meta.id.to_string(),
        name: meta.name.to_string(),
        title: meta.title.to_string(),
        kind: kind.to_owned(),
        severity: meta.severity.to_string(),
        finding_type: meta.finding_type.to_string(),
        source: "cloudtrail".to_owned(),
        techniques: meta.attack.techniques.clone(),
        place: meta.file.strip_prefix("pack:").map_or_else(|| meta.file.to_string(), |_| "built in".to_owned()),
        findings: 0,
    }
}

fn problem(diagnostic: &Diagnostic) -> RuleProblem {
    RuleProblem {
        is_error: diagnostic.weight == Weight::Error,
        code: diagnostic.code.to_owned(),
        message: diagnostic.message.clone(),
        place: diagnostic.file.to_string(),
        line: diagnostic.line,
        hint: (!diagnostic.help.is_empty()).then(|| diagnostic.help.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "title: Trail stopped\nname: stopped\nlogsource: {product: aws, service: cloudtrail}\n\
                        detection: {selection: {eventName: StopLogging}, condition: selection}\n";

    #[test]
    fn a_broken_file_keeps_its_last_good_text() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.yaml");
        std::fs::write(&file, GOOD).expect("written");
        let rules = Rules { pack: false, proof: false, folders: vec![folder.path().to_owned()], lists: Vec::new() };
        let detections = Detections::load(rules, Severity::Informational).expect("loaded");
        assert_eq!(detections.list().len(), 1);
        assert!(!detections.refresh().expect("looked at"), "nothing has changed");
        std::fs::write(&file, GOOD.replace("condition: selection", "condition: nothing_there")).expect("written");
        assert!(detections.refresh().expect("read"));
        assert_eq!((detections.list().len(), detections.text("stopped").as_deref()), (1, Some(GOOD)));
        assert!(detections.problems().iter().any(|problem| problem.is_error && problem.place.ends_with("a.yaml")));
        std::fs::write(&file, GOOD.replace("Trail stopped", "Stopped again")).expect("written");
        assert!(detections.refresh().expect("read"));
        assert_eq!((&*detections.list()[0].title, detections.problems().len()), ("Stopped again", 0));
        std::fs::remove_file(&file).expect("removed");
        assert!(detections.refresh().expect("read"));
        assert!(detections.list().is_empty());
    }
}
