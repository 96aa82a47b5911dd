//! `watchfire query`: SQL over the lake.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, ValueEnum};
use watchfire_lake::SessionLimits;
use watchfire_lake::query::{Moment, QueryError};
use watchfire_model::EventTime;
use watchfire_node::{Ended, Queries};

use crate::args::LakeArgs;
use crate::outcome::Outcome;
use crate::shell;
use crate::show::rows::Rows;

/// A statement is text that a person or a program wrote; more than this is a file named by mistake.
const STATEMENT_BYTES_MAX: u64 = 16 << 20;

/// How rows are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// For people
    #[default]
    Table,
    /// Comma-separated values with a line of headings
    Csv,
    /// One JSON array
    Json,
    /// One JSON object a line
    Jsonl,
    /// A Parquet file; needs --output
    Parquet,
}

/// Ask the lake in SQL.
#[derive(Debug, Args)]
pub struct Options {
    /// The statement; - reads it from standard input; without it, on a terminal, a shell opens
    #[arg(value_name = "SQL", conflicts_with = "file")]
    sql: Option<String>,
    #[command(flatten)]
    lake: LakeArgs,
    /// Read the statement from this file
    #[arg(long, short = 'f', value_name = "FILE")]
    file: Option<PathBuf>,
    /// How rows are printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: RowFormat,
    /// Write rows to this file
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,
    /// The table as it was at a version, or at a time such as 2026-03-01T12:00:00Z
    #[arg(long, value_name = "VERSION|TIME", value_parser = moment)]
    at: Option<Moment>,
    /// End the query after this time, such as 30s, 5m or 1h
    #[arg(long, value_name = "TIME", value_parser = duration)]
    timeout: Option<Duration>,
    /// Memory of a query; what does not fit goes to temporary files
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = size)]
    memory: usize,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let Some(sql) = statement(options)? else {
        if !io::stdin().is_terminal() {
            anyhow::bail!("no statement given\nhint: watchfire query \"SELECT …\", --file q.sql, or - for standard input");
        }
        return shell::run(&open(options)?, &options.lake.place()?, options.timeout);
    };
    if options.format == RowFormat::Parquet && options.output.is_none() {
        anyhow::bail!("a Parquet file is no text for a terminal\nhint: name a file with --output");
    }
    let queries = open(options)?;
    let (out, to_terminal): (Box<dyn Write + Send>, bool) = match &options.output {
        Some(path) => (Box::new(File::create(path).with_context(|| path.display().to_string())?), false),
        None => (Box::new(io::stdout()), io::stdout().is_terminal()),
    };
    let mut rows = Rows::new(options.format, out, to_terminal);
    let outcome = put(&queries, &sql, options.timeout, &mut rows);
    outcome.map_err(|error| match &options.output {
        Some(path) if error.is::<io::Error>() => {
            error.context(format!("cannot write {}\n  hint: name a file where there is room", path.display()))
        }
        _ => error,
    })
}

/// Puts a statement and prints its rows; what the person got wrong is told, with the place.
pub fn put(queries: &Queries, sql: &str, timeout: Option<Duration>, rows: &mut Rows) -> anyhow::Result<Outcome> {
    let ended = queries.run(sql, timeout, rows);
    rows.hush();
    match ended {
        Ok(Ended::Done(scanned)) => {
            rows.finish()?;
            anstream::eprintln!("{}", rows.told(&scanned));
            Ok(Outcome::Done)
        }
        Ok(Ended::Cancelled) => {
            anstream::eprintln!("cancelled");
            Ok(Outcome::Refused)
        }
        Err(error) => match error.downcast_ref() {
            Some(QueryError::Statement(diagnostic)) => {
                anstream::eprint!("{}", diagnostic.render(sql));
                Ok(Outcome::Refused)
            }
            _ => Err(error),
        },
    }
}

fn open(options: &Options) -> anyhow::Result<Queries> {
    let limits = SessionLimits { memory_bytes: options.memory, ..SessionLimits::default() };
    Queries::open(options.lake.place()?.lake(), options.at.unwrap_or_default(), limits)
}

fn statement(options: &Options) -> anyhow::Result<Option<String>> {
    let read = |from: &mut dyn Read, name: &str| -> anyhow::Result<String> {
        let mut text = String::new();
        from.take(STATEMENT_BYTES_MAX).read_to_string(&mut text).with_context(|| name.to_owned())?;
        Ok(text)
    };
    match (&options.sql, &options.file) {
        (Some(dash), _) if dash == "-" => read(&mut io::stdin(), "standard input").map(Some),
        (Some(sql), _) => Ok(Some(sql.clone())),
        (None, Some(path)) => {
            let mut file = File::open(path).with_context(|| path.display().to_string())?;
            read(&mut file, &path.display().to_string()).map(Some)
        }
        (None, None) => Ok(None),
    }
}

fn moment(text: &str) -> Result<Moment, String> {
    if let Ok(version) = text.parse() {
        return Ok(Moment::Version(version));
    }
    let completed = if text.len() == 10 { format!("{text}T23:59:59.999Z") } else { text.to_owned() };
    let time: Result<EventTime, _> = completed.parse();
    time.map(Moment::Time).map_err(|_| "expected a version such as 12, or a time such as 2026-03-01T12:00:00Z".to_owned())
}

/// A number and the word behind it.
fn measured(text: &str) -> Option<(f64, String)> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number = text.get(..digits)?.parse().ok()?;
    Some((number, text.get(digits..)?.trim().to_ascii_lowercase()))
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a time such as 30s, 5m or 1h".to_owned();
    let (number, unit) = measured(text).ok_or_else(wrong)?;
    let seconds = match unit.as_str() {
        "" | "s" => 1.0,
        "ms" => 0.001,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())
}

/// Less than this leaves no room for a single batch of rows.
const MEMORY_BYTES_MIN: f64 = 16.0 * 1024.0 * 1024.0;

fn size(text: &str) -> Result<usize, String> {
    let wrong = || "expected a size such as 512MB or 2GiB, at least 16MiB".to_owned();
    let (number, unit) = measured(text).ok_or_else(wrong)?;
    let bytes = match unit.as_str() {
        "mb" | "m" => 1e6,
        "gb" | "g" => 1e9,
        "mib" => f64::from(1 << 20),
        "gib" => f64::from(1 << 30),
        _ => return Err(wrong()),
    };
    let size = number * bytes;
    if (MEMORY_BYTES_MIN..1e15).contains(&size) { Ok(size as usize) } else { Err(wrong()) }
}
