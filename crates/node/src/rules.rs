//! Which rules are loaded, from where.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, bail};
use watchfire_detect::{Lists, RuleSet, RuleText};

use crate::pack;

/// Where rules come from.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The pack inside the binary.
    pub pack: bool,
    /// The pack's hits and misses are wanted too: to test, check or show them.
    pub proof: bool,
    /// Files and folders of Sigma rules.
    pub folders: Vec<PathBuf>,
    /// Files and folders of lists for `|expand`; they replace the pack's lists of the same name.
    pub lists: Vec<PathBuf>,
}

impl Default for Rules {
    fn default() -> Self {
        Rules { pack: true, proof: true, folders: Vec::new(), lists: Vec::new() }
    }
}

impl Rules {
    /// Reads and lowers them. Rules that cannot be used are among the set's diagnostics.
    pub fn load(&self) -> anyhow::Result<RuleSet> {
        Ok(RuleSet::load(self.texts()?, &self.lists()?))
    }

    /// The texts, in the order they are loaded.
    pub(crate) fn texts(&self) -> anyhow::Result<Vec<RuleText>> {
        let mut texts = if self.pack { pack::rules(self.proof) } else { Vec::new() };
        for folder in &self.folders {
            texts.extend(self::texts(folder)?);
        }
        Ok(texts)
    }

    /// What the files look like from outside: path, time of change, length.
    pub(crate) fn fingerprints(&self) -> anyhow::Result<Vec<(PathBuf, Option<SystemTime>, u64)>> {
        let mut prints = Vec::new();
        for path in self.folders.iter().chain(&self.lists) {
            for file in yaml_files(path)? {
                let known = fs::metadata(&file).with_context(|| format!("cannot look at {}", file.display()))?;
                prints.push((file, known.modified().ok(), known.len()));
            }
        }
        Ok(prints)
    }

    /// The lists that rules may name.
    pub fn lists(&self) -> anyhow::Result<Lists> {
        let mut lists = pack::lists();
        for folder in &self.lists {
            for path in yaml_files(folder)? {
                let text = fs::read_to_string(&path).with_context(|| format!("cannot read the list {}", path.display()))?;
                lists.add_yaml(&text).map_err(|error| {
                    anyhow::anyhow!(
                        "the list {} cannot be read: {error}\n  hint: a list file has name, description and values",
                        path.display()
                    )
                })?;
            }
        }
        Ok(lists)
    }
}

/// The rule texts of a file or folder. A file that is no UTF-8 is read as far as it is.
fn texts(path: &Path) -> anyhow::Result<Vec<RuleText>> {
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).with_context(|| format!("cannot read the rule file {}", path.display()))?;
        Ok(RuleText::new(path.to_string_lossy().into_owned(), String::from_utf8_lossy(&bytes).into_owned()))
    };
    yaml_files(path)?.into_iter().map(read).collect()
}

/// All YAML files below a folder, or the file itself, in order of path.
fn yaml_files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let kind = fs::metadata(path)
        .with_context(|| format!("there is nothing at {}\n  hint: name a YAML file or a folder of them", path.display()))?;
    if kind.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    walk(path, 0, &mut files)?;
    files.sort();
    Ok(files)
}

/// Deeper folders are a circle of links.
const DEPTH_MAX: usize = 32;

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if depth > DEPTH_MAX {
        bail!("{} lies too deep; is there a circle of links?", folder.display());
    }
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let is_yaml = path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
        if is_hidden {
            continue;
        } else if path.is_dir() {
            walk(&path, depth + 1, files)?;
        } else if is_yaml {
            files.push(path);
        }
    }
    Ok(())
}
