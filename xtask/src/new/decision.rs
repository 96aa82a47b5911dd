//! A decision note: the next number in `docs/decisions/`.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::{Kind, Plan, calendar, checked};

pub(super) static KIND: Kind = Kind { name: "decision", takes: "<title in words>", makes: "docs/decisions/NNNN-<title>.md", plan };

const FOLDER: &str = "docs/decisions";
const TEMPLATE: &str = include_str!("../../templates/decision.md");

fn plan(root: &Path, title: &str) -> anyhow::Result<Plan> {
    let number = next_number(&root.join(FOLDER))?;
    let words: String = title.to_lowercase().chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' }).collect();
    let slug = words.split_whitespace().collect::<Vec<_>>().join("-");
    let path = format!("{FOLDER}/{number:04}-{}.md", checked(&slug, '-')?);
    let text = TEMPLATE.replace("{{number}}", &format!("{number:04}")).replace("{{title}}", title).replace("{{date}}", &calendar::today());
    let next = vec![format!("fill it in, and cite it where the code would surprise: \"decision {number:04}\"")];
    Ok(Plan { create: vec![(path.into(), text)], next, ..Plan::default() })
}

fn next_number(folder: &Path) -> anyhow::Result<u32> {
    if !folder.exists() {
        return Ok(1);
    }
    let mut last = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.split('-').next()?.parse().ok());
        last = last.max(number.unwrap_or(0));
    }
    Ok(last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_numbered_on() {
        let root = tempfile::tempdir().unwrap();
        let first = plan(root.path(), "Rust & \"one\" binary").unwrap();
        assert_eq!(first.create[0].0, Path::new("docs/decisions/0001-rust-one-binary.md"));
        assert!(first.create[0].1.starts_with("# 0001: Rust & \"one\" binary\n"));
        first.carry_out(root.path()).unwrap();
        let second = plan(root.path(), "Two").unwrap();
        assert_eq!(second.create[0].0, Path::new("docs/decisions/0002-two.md"));
    }
}
