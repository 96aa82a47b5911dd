//! What the program says about its own work, on stderr.

use tracing_subscriber::EnvFilter;

/// Starts logging: warnings, or more with -v; `WATCHFIRE_LOG` overrules both.
pub fn start(verbose: u8) {
    // What the table's library finds alarming, such as a writer that was faster, comes back as a value; what is left of it is told once.
    let level = [
        "warn,deltalake_core=off,delta_kernel=off",
        "watchfire=info,warn,deltalake_core=off,delta_kernel=off",
        "watchfire=debug,info",
        "trace",
    ][usize::from(verbose.min(3))];
    let filter = EnvFilter::try_from_env("WATCHFIRE_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().with_target(false).init();
}
