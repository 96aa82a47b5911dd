//! Every detection is whole: it says what it is, why it matters, what to do next, and carries its proof.

use std::collections::HashMap;

use yaml_serde::Value;

use super::{Complaint, Rule};
use crate::repository::{File, Repository};

pub(super) static RULE: Rule = Rule {
    name: "content",
    why: "a detection explains itself and carries at least one hit and one miss; docs/detections.md has the shape",
    check,
};

const LEVELS: &[&str] = &["informational", "low", "medium", "high", "critical"];

/// Texts that a detection says, as paths.
const TEXTS: &[&str] = &["title", "description", "author", "status", "watchfire.type", "watchfire.summary", "watchfire.normal"];

/// Lists that a detection fills.
const LISTS: &[&str] = &["falsepositives", "references", "watchfire.next", "watchfire.hits", "watchfire.misses"];

fn check(repository: &Repository) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut seen: HashMap<String, &str> = HashMap::new();
    for file in repository.below("content/detections", "") {
        let mut complain = |says: String| complaints.push(Complaint::file(&file.path, says));
        match read(file) {
            Err(says) => complain(says),
            Ok(detection) => {
                judge(file, &detection).into_iter().for_each(&mut complain);
                for key in ["id", "name", "title"] {
                    let value = format!("{key} {}", text(&detection, key).unwrap_or_default());
                    if let Some(first) = seen.insert(value.clone(), &file.path) {
                        complain(format!("the {value} belongs to {first} already"));
                    }
                }
            }
        }
    }
    for file in repository.below("content/lists", "") {
        complaints.extend(judge_list(file).map(|says| Complaint::file(&file.path, says)));
    }
    complaints
}

fn read(file: &File) -> Result<Value, String> {
    if !file.path.ends_with(".yaml") {
        return Err("not a .yaml file".to_owned());
    }
    let text = file.text().ok_or("not text")?;
    if text.contains("FILL-IN") {
        return Err("still a scaffold: every FILL-IN is to be replaced".to_owned());
    }
    yaml_serde::from_str(text).map_err(|error| format!("not YAML: {error}"))
}

fn judge(file: &File, detection: &Value) -> Vec<String> {
    let mut says = Vec::new();
    let folders = file.path.matches('/').count();
    if folders != 3 {
        says.push("expected at content/detections/<service>/<name>.yaml".to_owned());
    }
    if text(detection, "name") != Some(file.stem()) {
        says.push(format!("its name is not {}, like the file's", file.stem()));
    }
    if !text(detection, "id").is_some_and(is_uuid) {
        says.push("its id is no random UUID (version 4)".to_owned());
    }
    if !text(detection, "level").is_some_and(|level| LEVELS.contains(&level)) {
        says.push(format!("its level is none of {}", LEVELS.join(", ")));
    }
    if !text(detection, "date").is_some_and(is_date) {
        says.push("its date is not of the form 2026-11-24".to_owned());
    }
    if !list(detection, "tags").iter().filter_map(Value::as_str).any(is_technique) {
        says.push("no tag names a technique, such as attack.t1562.008".to_owned());
    }
    says.extend(
        TEXTS.iter().filter(|path| text(detection, path).is_none_or(|text| text.trim().is_empty())).map(|path| format!("no {path}")),
    );
    says.extend(LISTS.iter().filter(|path| list(detection, path).is_empty()).map(|path| format!("no {path}")));
    for path in ["watchfire.hits", "watchfire.misses"] {
        let silent = list(detection, path).iter().filter(|case| text(case, "why").is_none()).count();
        if silent > 0 {
            says.push(format!("{silent} of {path} do not say why"));
        }
    }
    says
}

fn judge_list(file: &File) -> Option<String> {
    let list = match read(file) {
        Ok(list) => list,
        Err(says) => return Some(says),
    };
    match () {
        () if text(&list, "name") != Some(file.stem()) => Some(format!("its name is not {}, like the file's", file.stem())),
        () if text(&list, "description").is_none() => Some("no description".to_owned()),
        () if at(&list, "values").and_then(Value::as_sequence).is_none() => Some("no values".to_owned()),
        () => None,
    }
}

/// The value at a dotted path.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

fn text<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    at(value, path).and_then(Value::as_str)
}

fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    at(value, path).and_then(Value::as_sequence).map_or(&[], Vec::as_slice)
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]);
    let digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
    lengths && digits && groups[2].starts_with('4') && groups[3].starts_with(['8', '9', 'a', 'b'])
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| if matches!(index, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// `attack.t1562` or `attack.t1562.008`.
fn is_technique(tag: &str) -> bool {
    let Some(number) = tag.strip_prefix("attack.t") else { return false };
    let (technique, sub) = number.split_once('.').map_or((number, None), |(technique, sub)| (technique, Some(sub)));
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(technique, 4) && sub.is_none_or(|sub| digits(sub, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "
title: Trail stopped
id: 5f0c1a52-8f0e-4c7e-9b0b-0d6a3f1f7a10
name: trail_stopped
status: stable
description: It leaves the account blind.
author: Watchfire
date: 2026-11-24
references: [https://attack.mitre.org/techniques/T1562/008/]
tags: [attack.defense-evasion, attack.t1562.008]
falsepositives: [A planned move]
level: high
watchfire:
  type: Stealth:IAMUser/CloudTrailLoggingDisabled
  summary: It was stopped
  normal: A few times a year.
  next: [Start it again.]
  hits: [{why: Stopped, event: {eventName: StopLogging}}]
  misses: [{why: Refused, set: {errorCode: AccessDenied}}]
";

    fn says(text: &str) -> Vec<String> {
        let repository = Repository::of(&[("content/detections/cloudtrail/trail_stopped.yaml", text)]);
        check(&repository).into_iter().map(|complaint| complaint.says).collect()
    }

    #[test]
    fn a_whole_detection_is_fine() {
        assert_eq!(says(WHOLE), [""; 0]);
    }

    #[test]
    fn whatever_is_taken_away_is_missed() {
        for line in WHOLE.lines().filter(|line| !line.is_empty()) {
            let complaints = says(&WHOLE.replace(&format!("{line}\n"), ""));
            assert!(!complaints.is_empty(), "{line} is not missed");
        }
    }

    #[test]
    fn wrong_values_are_told() {
        assert_eq!(says(&WHOLE.replace("-4c7e-", "-1c7e-")), ["its id is no random UUID (version 4)"]);
        assert_eq!(says(&WHOLE.replace("t1562.008", "t1562.8")), ["no tag names a technique, such as attack.t1562.008"]);
        assert_eq!(says(&WHOLE.replace("{why: Refused, ", "{")), ["1 of watchfire.misses do not say why"]);
        assert_eq!(says("FILL-IN"), ["still a scaffold: every FILL-IN is to be replaced"]);
    }

    #[test]
    fn an_id_is_given_once() {
        let other = WHOLE.replace("name: trail_stopped", "name: other").replace("Trail stopped", "Other");
        let files = [("content/detections/a/other.yaml", other.as_str()), ("content/detections/a/trail_stopped.yaml", WHOLE)];
        let complaints = check(&Repository::of(&files));
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].says.ends_with("belongs to content/detections/a/other.yaml already"), "{complaints:?}");
    }
}
