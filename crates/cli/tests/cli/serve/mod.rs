//! The service as its users meet it: a real process, real HTTP, kill -9.

mod aws;
mod crash;
mod full_disk;
mod http;
mod life;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use http::{Answer, Client};
use serde_json::Value;

use crate::support::{Run, watchfire_with};

/// A folder with a configuration, and a service that may run in it.
pub struct World {
    folder: tempfile::TempDir,
    child: Option<Child>,
    environment: Vec<(&'static str, String)>,
    pub client: Client,
}

/// How long anything may take on a machine that does other things as well.
pub const PATIENCE: Duration = Duration::from_secs(60);

impl World {
    /// A world with a configuration; the service is started. The port is free, targets may be at this machine.
    pub fn start(sources: &str) -> World {
        World::start_in(sources, Vec::new())
    }

    /// The same with variables of the environment.
    pub fn start_in(sources: &str, environment: Vec<(&'static str, String)>) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("logs")).expect("made");
        fs::create_dir(folder.path().join("rules")).expect("made");
        fs::create_dir(folder.path().join("bus-rules")).expect("made");
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[detect]\nrules = [\"rules\"]\n[bus]\nrules = [\"bus-rules\"]\nallow = [\"127.0.0.1\"]\n{sources}"
        );
        fs::write(folder.path().join("watchfire.toml"), text).expect("written");
        let mut world = World { folder, child: None, environment, client: Client::default() };
        let made = world.run(&["user", "add", "ada", "--role", "admin"]);
        assert_eq!(made.code, 0, "{}", made.stderr);
        let token = world.run(&["user", "token", "ada"]);
        assert!(token.stdout.starts_with("wf_"), "{} {}", token.stdout, token.stderr);
        world.client.token = Some(token.stdout.trim().to_owned());
        world.resume();
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command of the same configuration.
    pub fn run(&self, arguments: &[&str]) -> Run {
        watchfire_with(arguments, |command| {
            command.current_dir(self.folder.path());
        })
    }

    /// Starts the service again.
    pub fn resume(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_watchfire"));
        command.arg("serve").current_dir(self.folder.path()).env("NO_COLOR", "1").stdin(Stdio::null()).stdout(Stdio::null());
        for (name, value) in [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_REGION", "us-east-1")] {
            command.env(name, value);
        }
        command.envs(self.environment.iter().cloned());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut talk = BufReader::new(child.stderr.take().expect("piped")).lines();
        let mut heard = String::new();
        let address = loop {
            match talk.next() {
                Some(Ok(line)) => match line.split_once("listening on http://") {
                    Some((_, address)) => break address.trim().to_owned(),
                    None => heard = format!("{heard}{line}\n"),
                },
                _ => panic!("the service ended instead of listening:\n{heard}"),
            }
        };
        // What it says on has to go somewhere, or it waits for it.
        std::thread::spawn(move || talk.for_each(drop));
        self.client.address = address;
        self.child = Some(child);
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("killed");
        child.wait().expect("gone");
    }

    /// SIGTERM, and how it ended.
    pub fn stop(&mut self) -> bool {
        let mut child = self.child.take().expect("it runs");
        assert!(Command::new("kill").arg(child.id().to_string()).status().expect("kill").success());
        child.wait().expect("gone").success()
    }

    /// A log that is delivered: moved into the folder of logs when it is whole.
    pub fn deliver(&self, name: &str, records: &[Value]) {
        let text = serde_json::json!({ "Records": records }).to_string();
        let part = self.path("part.json");
        fs::write(&part, text).expect("written");
        fs::rename(part, self.path("logs").join(name)).expect("moved");
    }

    /// Asks until the answer is as wanted.
    pub fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let begin = Instant::now();
        loop {
            let Answer { status, body } = self.client.get(path);
            let value: Value = serde_json::from_str(&body).unwrap_or_default();
            if status == 200 && wanted(&value) {
                return value;
            }
            assert!(begin.elapsed() < PATIENCE, "{path} stays {status} {body}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Lines of a file that may not be there yet.
pub fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
}

pub const FOLDER: &str = "[[source]]\nname = \"folder\"\nkind = \"folder\"\npath = \"logs\"\n";
