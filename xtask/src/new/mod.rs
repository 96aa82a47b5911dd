//! Scaffolds: the files a new thing needs, in the places where they belong.

mod calendar;
mod change;
mod decision;
mod detection;
mod random;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// One kind of thing.
struct Kind {
    name: &'static str,
    /// How its name is written.
    takes: &'static str,
    makes: &'static str,
    plan: fn(&Path, &str) -> anyhow::Result<Plan>,
}

/// Every kind, sorted by name.
static KINDS: &[&Kind] = &[&change::KIND, &decision::KIND, &detection::KIND, &source::KIND];

/// What is to be written; nothing is, until all of it is known to fit.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    /// Files that must not be there yet.
    create: Vec<(PathBuf, String)>,
    /// Files that are there, with their new text.
    rewrite: Vec<(PathBuf, String)>,
    /// What to do now.
    next: Vec<String>,
}

impl Plan {
    fn carry_out(&self, root: &Path) -> anyhow::Result<()> {
        if let Some((path, _)) = self.create.iter().find(|(path, _)| root.join(path).exists()) {
            bail!("{} is there already", path.display());
        }
        for (path, text) in self.create.iter().chain(&self.rewrite) {
            let full = root.join(path);
            let folder = full.parent().context("a file has a folder")?;
            fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
            fs::write(&full, text).with_context(|| format!("write {}", full.display()))?;
        }
        Ok(())
    }
}

/// Writes the files of a new thing, or lists the kinds of things.
pub fn run(root: &Path, arguments: &[&str]) -> anyhow::Result<bool> {
    let (kind, name) = match arguments {
        [] => {
            println!("{}", listing());
            return Ok(true);
        }
        [kind, name @ ..] => (*kind, name.join(" ")),
    };
    let Some(found) = KINDS.iter().find(|one| one.name == kind) else {
        bail!("there is no kind \"{kind}\"\n{}", listing());
    };
    if name.is_empty() {
        bail!("a {kind} needs a name\nhint: cargo xtask new {kind} {}", found.takes);
    }
    let plan = (found.plan)(root, &name).with_context(|| format!("cargo xtask new {kind} {}", found.takes))?;
    plan.carry_out(root)?;
    plan.create.iter().for_each(|(path, _)| println!("created  {}", path.display()));
    plan.rewrite.iter().for_each(|(path, _)| println!("changed  {}", path.display()));
    plan.next.iter().for_each(|next| println!("next: {next}"));
    Ok(true)
}

fn listing() -> String {
    let rows = KINDS.iter().map(|kind| format!("  cargo xtask new {:<38} {}", format!("{} {}", kind.name, kind.takes), kind.makes));
    format!("kinds:\n{}", rows.collect::<Vec<_>>().join("\n"))
}

/// A name of lower-case words joined by one separator.
fn checked(name: &str, separator: char) -> anyhow::Result<&str> {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) || !name.split(separator).all(word) {
        bail!("\"{name}\" is no name: lower-case words joined by '{separator}'");
    }
    Ok(name)
}

/// Puts a line among its sorted neighbours: the lines that start and end alike. They must be there.
fn with_line(text: &str, line: &str, starts: &str, ends: &str) -> anyhow::Result<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.contains(&line) {
        bail!("\"{}\" is listed already", line.trim());
    }
    let neighbours: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with(starts) && lines[*at].ends_with(ends)).collect();
    let first = *neighbours.first().with_context(|| format!("no line like \"{starts}…{ends}\" to stand beside"))?;
    let before = neighbours.iter().rfind(|at| lines[**at] < line);
    lines.insert(before.map_or(first, |at| at + 1), line);
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_sorted_and_listed() {
        assert!(KINDS.is_sorted_by_key(|kind| kind.name));
        let error = run(Path::new("."), &["wheel", "x"]).unwrap_err().to_string();
        assert!(KINDS.iter().all(|kind| error.contains(kind.makes)), "{error}");
    }

    #[test]
    fn names_are_checked() {
        assert!(checked("vpc_flow2", '_').is_ok());
        for bad in ["", "Vpc", "vpc-flow", "_vpc", "2vpc", "vpc__flow", "../vpc"] {
            assert!(checked(bad, '_').is_err(), "{bad}");
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b"), "old").unwrap();
        let plan = Plan { create: vec![("a".into(), "new".into()), ("b".into(), "new".into())], ..Plan::default() };
        assert!(plan.carry_out(folder.path()).is_err());
        assert!(!folder.path().join("a").exists());
    }

    #[test]
    fn lines_find_their_place() {
        let text = "mod a;\nmod c;\n\nfn f() {}\n";
        assert_eq!(with_line(text, "mod b;", "mod ", ";").unwrap(), "mod a;\nmod b;\nmod c;\n\nfn f() {}\n");
        assert_eq!(with_line(text, "mod A;", "mod ", ";").unwrap(), "mod A;\nmod a;\nmod c;\n\nfn f() {}\n");
        assert_eq!(with_line(text, "mod d;", "mod ", ";").unwrap(), "mod a;\nmod c;\nmod d;\n\nfn f() {}\n");
        assert!(with_line(text, "mod a;", "mod ", ";").is_err());
        assert!(with_line(text, "use a;", "use ", ";").is_err());
    }
}
