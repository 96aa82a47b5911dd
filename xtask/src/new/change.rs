//! A change that users see: one file in `changelog.d/`.

use std::path::Path;

use anyhow::bail;

use super::{Kind, Plan, checked};
use crate::tidy::CHANGE_KINDS;

pub(super) static KIND: Kind = Kind {
    name: "change",
    takes: "<slug>[.<kind>]",
    makes: "changelog.d/<slug>.<kind>.md; kinds: added (default), changed, fixed, removed, security",
    plan,
};

fn plan(_root: &Path, name: &str) -> anyhow::Result<Plan> {
    let (slug, kind) = name.split_once('.').unwrap_or((name, "added"));
    if !CHANGE_KINDS.contains(&kind) {
        bail!("a change is one of {}", CHANGE_KINDS.join(", "));
    }
    let path = format!("changelog.d/{}.{kind}.md", checked(slug, '-')?);
    let next = vec!["write one or two sentences for somebody who uses Watchfire".to_owned()];
    Ok(Plan { create: vec![(path.into(), "FILL-IN\n".to_owned())], next, ..Plan::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_can_be_said() {
        let path = |name: &str| plan(Path::new("."), name).map(|plan| plan.create[0].0.to_string_lossy().into_owned());
        assert_eq!(path("first-light").unwrap(), "changelog.d/first-light.added.md");
        assert_eq!(path("first-light.fixed").unwrap(), "changelog.d/first-light.fixed.md");
        assert!(path("first-light.improved").is_err());
        assert!(path("First Light").is_err());
    }

    #[test]
    fn the_kinds_told_are_the_kinds_there_are() {
        assert!(CHANGE_KINDS.iter().all(|kind| KIND.makes.contains(kind)));
    }
}
