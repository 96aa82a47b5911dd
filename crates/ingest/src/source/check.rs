//! What is wrong with settings although they can be read.

use super::SourceSettings;

impl SourceSettings {
    /// What is wrong with the settings although they could be read, each in a sentence.
    pub fn check(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut must = |holds: bool, says: String| wrong.extend((!holds).then_some(says));
        must(
            is_name(self.name()),
            format!("the name {:?}: 1 to 64 letters, digits, '-', '_' and '.', not beginning with '.'", self.name()),
        );
        let role = match self {
            SourceSettings::Sqs(settings) => {
                let is_url = |url: &str| ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
                must(is_url(&settings.queue), format!("queue = {:?} is not the URL of a queue", settings.queue));
                must((10..=12 * 3600).contains(&settings.hidden.as_secs()), "hidden: 10s to 12h".to_owned());
                must(settings.receives_max > 0, "receives_max: at least 1".to_owned());
                let dead = settings.dead_letter_queue.as_deref();
                must(dead.is_none_or(is_url), "dead_letter_queue is not the URL of a queue".to_owned());
                must(dead != Some(&settings.queue), "dead_letter_queue: another queue than the one that is read".to_owned());
                settings.role.as_ref()
            }
            SourceSettings::S3(settings) => {
                let place = format!("s3://{}/{}", settings.bucket, settings.prefix);
                must(place.parse::<crate::Place>().is_ok(), format!("bucket = {:?} is no bucket's name", settings.bucket));
                must(!settings.every.is_zero() && !settings.whole_every.is_zero(), "every, whole_every: at least 1s".to_owned());
                settings.role.as_ref()
            }
            SourceSettings::Folder(settings) => {
                must(!settings.every.is_zero(), "every: at least 1s".to_owned());
                None
            }
            SourceSettings::Push(_) | SourceSettings::Stdin(_) => None,
        };
        if let Some(role) = role {
            must(role.arn.starts_with("arn:") && role.arn.contains(":role/"), format!("role.arn = {:?} is no role", role.arn));
            let legal = |letter: char| letter.is_ascii_alphanumeric() || "+=,.@-_".contains(letter);
            let name = &role.session_name;
            must(
                (2..=64).contains(&name.len()) && name.chars().all(legal),
                format!("role.session_name = {name:?}: 2 to 64 of a-z0-9+=,.@-_"),
            );
        }
        wrong
    }
}

/// A name becomes a folder's and part of an address.
pub(crate) fn is_name(name: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=64).contains(&name.len()) && name.bytes().all(legal) && !name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_makes_no_sense_is_said() {
        for (settings, faults) in [
            (json!({ "kind": "sqs", "name": "../x", "queue": "q", "hidden": "1s", "receives_max": 0 }), 4),
            (json!({ "kind": "sqs", "name": "a", "queue": "https://x", "dead_letter_queue": "https://x" }), 1),
            (json!({ "kind": "s3", "name": "a", "bucket": "b c", "role": { "arn": "r", "session_name": "a b" } }), 3),
            (json!({ "kind": "folder", "name": "a", "path": "x", "every": "0s" }), 1),
            (json!({ "kind": "push", "name": "" }), 1),
        ] {
            let read: SourceSettings = serde_json::from_value(settings.clone()).expect("settings");
            assert_eq!(read.check().len(), faults, "{settings}: {:?}", read.check());
        }
    }
}
