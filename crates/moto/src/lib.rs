//! Stand-ins for AWS in tests: a moto server, which behaves, a [`Stub`], which misbehaves as told, and a [`Proxy`], which spoils what
//! passes between a program and moto.
//!
//! The first test to come installs moto from the Python package index into `target/moto-venv`; the others wait and reuse it.
//! When that cannot be done the test fails and says why: a check that was skipped looks like one that passed.
//!
//! ```no_run
//! let moto = watchfire_moto::Moto::start();
//! println!("{}", moto.endpoint()); // for AWS_ENDPOINT_URL
//! ```
//!
//! Not here: requests to it; moto accepts any access key, and does not check signatures.

mod proxy;
mod stub;

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub use proxy::{Fate, Proxy};
pub use stub::{Reply, Request, Stub};

/// What moto needs for the services that tests speak to.
const PACKAGE: &str = "moto[server,s3,sqs]";

/// A running server, empty at first, that ends with this value.
#[derive(Debug)]
pub struct Moto {
    server: Child,
    endpoint: String,
}

impl Moto {
    /// Starts a server on a free port.
    ///
    /// # Panics
    ///
    /// When moto is not installed and cannot be, or does not start.
    pub fn start() -> Self {
        let program = installed().join("bin/moto_server");
        let mut server = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let mut talk = BufReader::new(server.stderr.take().expect("piped above")).lines();
        let mut heard = String::new();
        let endpoint = loop {
            match talk.next() {
                Some(Ok(line)) => match line.split_once("Running on ") {
                    Some((_, address)) => break address.trim().to_owned(),
                    None => heard = format!("{heard}{line}\n"),
                },
                _ => panic!("moto_server ended instead of listening:\n{heard}"),
            }
        };
        // Its log of requests has to go somewhere, or the server blocks once the pipe is full.
        std::thread::spawn(move || talk.for_each(drop));
        Moto { server, endpoint }
    }

    /// The Python that runs it, which has botocore: AWS's own client, as a referee.
    pub fn python() -> PathBuf {
        installed().join("bin/python")
    }

    /// The address to use as endpoint, `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

fn installed() -> PathBuf {
    environment("moto-venv", PACKAGE)
}

/// A Python environment below the target folder that holds packages, separated by spaces; made on first use.
///
/// # Panics
///
/// When it cannot be made.
pub fn environment(name: &str, packages: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let (environment, mark) = (target.join(name), target.join(name).join("watchfire-installed"));
    fs::create_dir_all(&target).expect("the target folder can be made");
    // Tests run as processes side by side; one installs, the others wait here.
    let lock = File::create(target.join(format!("{name}.lock"))).expect("the target folder can be written");
    lock.lock().expect("the file system has locks");
    if fs::read_to_string(&mark).ok().as_deref() != Some(packages) {
        eprintln!("installing {packages} from the Python package index into {} (once)", environment.display());
        run(packages, Command::new("python3").args(["-m", "venv"]).arg(&environment));
        run(packages, Command::new(environment.join("bin/python")).args(["-m", "pip", "install", "--quiet"]).args(packages.split(' ')));
        fs::write(&mark, packages).expect("the environment can be written");
    }
    environment
}

fn run(packages: &str, command: &mut Command) {
    let needs = format!(
        "this test needs {packages} from the Python package index, and Python 3 with venv and pip to install it \
         (Debian: apt-get install python3-venv); {command:?}"
    );
    let output = command.output().unwrap_or_else(|error| panic!("{needs}: {error}"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{needs}:\n{complaint}");
}
