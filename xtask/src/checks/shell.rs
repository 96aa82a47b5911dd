//! Runs programs. What they print on standard error goes to standard output with everything else: here the report is the data,
//! and one stream keeps its order.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use super::Extent;
use crate::workspace;

pub struct Shell {
    root: PathBuf,
    extent: Extent,
}

impl Shell {
    pub fn new(root: &Path, extent: Extent) -> Self {
        Shell { root: root.to_owned(), extent }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// Runs cargo; true when it succeeds.
    pub fn cargo(&self, arguments: &str) -> anyhow::Result<bool> {
        self.run(self.command(workspace::cargo()).args(arguments.split(' ')))
    }

    /// Builds and runs the product.
    pub fn watchfire(&self, arguments: &str) -> anyhow::Result<bool> {
        self.cargo(&format!("run --quiet --package watchfire-cli --bin watchfire -- {arguments}"))
    }

    /// A command that starts in the root, with the environment as it was before cargo started us: crates whose build depends on
    /// these variables would be built again and again.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        let ours = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(ours) {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs a command; true when it succeeds.
    pub fn run(&self, command: &mut Command) -> anyhow::Result<bool> {
        let status = command.stderr(our_stdout()?).status();
        Ok(status.with_context(|| format!("start {}", command.get_program().display()))?.success())
    }

    /// Runs a command and shows each line of its output to `heed` as it is printed.
    pub fn heed(&self, command: &mut Command, heed: &mut dyn FnMut(&str)) -> anyhow::Result<bool> {
        let mut child = command.stdout(Stdio::piped()).stderr(our_stdout()?).spawn().context("start cargo")?;
        let output = child.stdout.take().context("its output is piped")?;
        for line in BufReader::new(output).lines() {
            let line = line.context("read its output")?;
            println!("{line}");
            heed(&line);
        }
        Ok(child.wait().context("wait for it")?.success())
    }

    /// Whether a program can be started and answers `--version`.
    pub fn has(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> bool {
        let mut command = self.command(program);
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }
}

fn our_stdout() -> anyhow::Result<Stdio> {
    Ok(Stdio::from(io::stdout().as_fd().try_clone_to_owned().context("share standard output")?))
}
