//! A disk that fills up under the running service: it says so, takes nothing in, and goes on with every record when there is room.

use std::fs;
use std::process::Command;

use crate::table::{simulate, text, truth};

/// A small disk in a mount namespace of its own. Prints how far it got, and what the table holds in the end.
const SCRIPT: &str = r#"
set -u
watchfire=$1 folder=$2 ready=$3 wanted=$4
cd "$folder"
mkdir -p watchfire-data logs
mount -t tmpfs -o size=100m tmpfs watchfire-data || exit 77
"$watchfire" serve >/dev/null 2>err & pid=$!
until_said() { for _ in $(seq 600); do grep -q "$1" err && return 0; sleep 0.1; done; echo "never said: $1"; cat err; exit 1; }
until_said "listening on"
used=$(df -k --output=used watchfire-data | tail -1)
mount -o remount,size=$((used + 96))k watchfire-data
find "$ready" -name '*.json.gz' -exec mv -t logs {} +
until_said "cannot be taken in"
echo said
mount -o remount,size=100m watchfire-data
rows=none
for _ in $(seq 600); do
  rows=$("$watchfire" query "SELECT count(*) AS n, count(DISTINCT eventid) AS d FROM cloudtrail" --format csv --lake watchfire-data 2>/dev/null | tail -1)
  [ "$rows" = "$wanted,$wanted" ] && break
  sleep 0.2
done
echo "rows $rows"
kill $pid; wait $pid; echo "ended $?"
"$watchfire" lake verify --lake watchfire-data >verified 2>&1; echo "verified $?"
"#;

#[test]
fn a_full_disk_is_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = simulate(folder.path(), 3_000, 100);
    let count = truth(&logs).len();
    fs::write(folder.path().join("watchfire.toml"), format!("[server]\nlisten = \"127.0.0.1:0\"\n{}", super::FOLDER)).expect("written");
    let mut command = Command::new("unshare");
    command.args(["-Urm", "bash", "-c", SCRIPT, "bash", env!("CARGO_BIN_EXE_watchfire"), text(folder.path()), &logs, &count.to_string()]);
    let output = command.env("NO_COLOR", "1").output().expect("unshare starts");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.code() == Some(77) || said.contains("Operation not permitted") {
        eprintln!("no small disk can be mounted here (unshare -Urm is refused): the service was not tried on a full disk");
        return;
    }
    for expect in ["said".to_owned(), format!("rows {count},{count}"), "ended 0".to_owned(), "verified 0".to_owned()] {
        assert!(said.lines().any(|line| line == expect), "{expect}\n--- in\n{said}");
    }
}
