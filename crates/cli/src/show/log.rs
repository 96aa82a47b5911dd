//! What the program says about its own work, on stderr.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging: warnings, or more with -v; `WATCHFIRE_LOG` overrules both. What libraries warn of comes back as an error where it
/// matters, so they are heard with -v only.
pub fn start(verbose: u8) {
    let level = ["off,watchfire=warn", "watchfire=info,warn", "watchfire=debug,info", "trace"][usize::from(verbose.min(3))];
    let filter = EnvFilter::try_from_env("WATCHFIRE_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || !std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(!is_plain)
        .with_writer(std::io::stderr)
        .without_time()
        .with_target(false)
        .init();
}
