//! An ingest that is killed at any moment, again and again, ends where one ends that nobody disturbed.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::table::{assert_holds, assert_whole, findings, simulate, text, truth};

/// Kills in all.
const KILLS_MIN: u32 = 200;

/// Two rules and what they come to together, so that findings are made in every epoch and across epochs.
pub const RULES: &str = r#"
title: Role assumed
name: role_assumed
logsource: {product: aws, service: cloudtrail}
detection: {selection: {eventName: AssumeRole}, condition: selection}
level: low
watchfire: {summary: "{principal} assumed roles {count} times, {requestParameters.roleArn} first"}
---
title: Something written
name: something_written
logsource: {product: aws, service: cloudtrail}
detection: {selection: {readOnly: false}, condition: selection}
level: informational
---
title: Many roles assumed from one address
correlation:
  generate: true
  type: event_count
  rules: [role_assumed]
  group-by: [sourceIPAddress]
  timespan: 6h
  condition: {gte: 3}
level: medium
watchfire: {summary: "{count} roles were assumed from {sourceIPAddress}"}
---
title: Many different things written
correlation:
  generate: true
  type: value_count
  rules: [something_written]
  group-by: [userIdentity.arn]
  timespan: 12h
  condition: {gte: 4, field: eventName}
level: high
"#;

fn ingest(logs: &str, data: &Path, rules: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watchfire"));
    command.args(["ingest", logs, "--lake", text(data), "--no-pack", "--rules", text(rules)]);
    command.args(["--min-severity", "informational", "--epoch-records", "150"]);
    command.env("NO_COLOR", "1").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Moments that look like chance, the same in each run.
pub struct Moments(pub u64);

impl Moments {
    pub fn next(&mut self, below: Duration) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        below.mul_f64((self.0 >> 11) as f64 / (1_u64 << 53) as f64)
    }
}

/// Whether it ended by itself before the moment came.
pub fn ended_within(child: &mut Child, moment: Duration) -> bool {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            assert!(status.success(), "it was not killed, and failed");
            return true;
        }
        if begin.elapsed() >= moment {
            // SIGKILL: nothing can be tidied up.
            child.kill().expect("killed");
            child.wait().expect("gone");
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn nothing_is_lost_and_nothing_doubled() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = simulate(folder.path(), 3_000, 30);
    let truth = truth(&logs);
    let rules = folder.path().join("rules.yaml");
    fs::write(&rules, RULES).expect("written");

    let calm = folder.path().join("calm");
    let begin = Instant::now();
    assert!(ingest(&logs, &calm, &rules).status().expect("it ends").success());
    let whole = begin.elapsed();
    assert_holds(&calm, &truth);
    assert_whole(&calm);
    let expected = findings(&calm);
    for title in ["Role assumed", "Something written", "Many roles assumed from one address", "Many different things written"] {
        assert!(expected.iter().any(|finding| finding["title"] == title), "the logs hold nothing for {title:?}");
    }

    let (mut kills, mut moments, mut run) = (0, Moments(20_260_302), 0);
    while kills < KILLS_MIN {
        let data = folder.path().join(format!("killed-{run}"));
        let mut ended = false;
        while !ended {
            let mut child = ingest(&logs, &data, &rules).spawn().expect("the binary starts");
            ended = ended_within(&mut child, moments.next(whole.mul_f64(0.5)));
            kills += u32::from(!ended);
        }
        assert_holds(&data, &truth);
        assert_whole(&data);
        let found = findings(&data);
        assert_eq!(found.len(), expected.len(), "findings after {kills} kills");
        found.iter().zip(&expected).for_each(|(found, expected)| assert_eq!(found, expected, "after {kills} kills"));
        run += 1;
    }
    eprintln!("{kills} kills over {run} data folders; undisturbed it takes {whole:?}");
}
