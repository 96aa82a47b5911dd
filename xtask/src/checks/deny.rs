//! `cargo deny`, installed into `.tools` when the machine has none. That folder outlives `cargo clean`.

use std::ffi::OsString;
use std::fs;
use std::time::Instant;

use super::shell::Shell;
use crate::workspace;

/// Built without optimisation it costs about 70 seconds of one core; with it, several times that.
const VERSION: &str = "0.20.2";

pub fn run(shell: &Shell) -> anyhow::Result<bool> {
    let Some(program) = program(shell)? else {
        println!("cargo-deny could not be installed");
        return Ok(false);
    };
    shell.run(shell.command(program).args(["--workspace", "--all-features", "check", "bans", "licenses", "sources"]))
}

/// The one on the path, the one installed here before, or a new one.
fn program(shell: &Shell) -> anyhow::Result<Option<OsString>> {
    if shell.has("cargo-deny", &["--version"]) {
        return Ok(Some("cargo-deny".into()));
    }
    let tools = shell.root().join(".tools");
    let program = tools.join("bin/cargo-deny");
    if !shell.has(&program, &["--version"]) {
        println!("installing cargo-deny {VERSION} into {} (once, some two minutes)", tools.display());
        let (start, built) = (Instant::now(), tools.join("build"));
        let mut install = shell.command(workspace::cargo());
        install.args(["install", "cargo-deny", "--quiet", "--locked", "--debug", "--version", VERSION, "--root"]).arg(&tools);
        install.env("CARGO_TARGET_DIR", &built).env("CARGO_PROFILE_DEV_DEBUG", "false");
        let installed = shell.run(&mut install)?;
        fs::remove_dir_all(&built).ok();
        if !installed {
            return Ok(None);
        }
        println!("installed in {:.0} s", start.elapsed().as_secs_f64());
    }
    Ok(Some(program.into()))
}
