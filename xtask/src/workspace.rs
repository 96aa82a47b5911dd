//! The crates of the workspace and what they lean on, as `cargo metadata` tells it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;

/// One crate of the workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crate {
    pub name: String,
    /// Its folder, relative to the root: `crates/model`.
    pub folder: String,
    /// What its package metadata states.
    pub floor: Option<u64>,
    pub needs: Vec<Need>,
}

/// A dependency as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub name: String,
    pub kind: NeedKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeedKind {
    Normal,
    Development,
    Build,
}

impl Crate {
    /// The repository's chores stand outside the house.
    pub fn is_outside(&self) -> bool {
        self.folder == "xtask"
    }
}

/// Asks cargo. Only manifests are read, so neither a network nor a build is needed.
pub fn crates(root: &Path) -> anyhow::Result<Vec<Crate>> {
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let output = Command::new(cargo()).args(arguments).current_dir(root).output().context("cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let base = text(&metadata["workspace_root"]);
    let packages = metadata["packages"].as_array().context("cargo metadata has no packages")?;
    Ok(packages.iter().map(|package| read(package, base)).collect())
}

/// The cargo that started us.
pub fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

fn read(package: &Value, base: &str) -> Crate {
    let manifest = text(&package["manifest_path"]);
    let folder = manifest.strip_prefix(base).unwrap_or(manifest).trim_start_matches('/').trim_end_matches("/Cargo.toml");
    Crate {
        name: text(&package["name"]).to_owned(),
        folder: folder.to_owned(),
        floor: package["metadata"]["watchfire"]["floor"].as_u64(),
        needs: package["dependencies"].as_array().into_iter().flatten().map(need).collect(),
    }
}

fn need(dependency: &Value) -> Need {
    let kind = match dependency["kind"].as_str() {
        Some("dev") => NeedKind::Development,
        Some("build") => NeedKind::Build,
        _ => NeedKind::Normal,
    };
    Need { name: text(&dependency["name"]).to_owned(), kind }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
