//! The shell of `watchfire query`: statements until a semicolon, commands with a dot.

mod words;

use std::io::IsTerminal;
use std::time::Duration;

use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Config, Editor};
use watchfire_node::{DataPlace, Queries};

use self::words::Words;
use crate::cmd::query::{RowFormat, put};
use crate::cmd::schema;
use crate::outcome::{Outcome, is_closed_pipe};
use crate::show;
use crate::show::rows::Rows;

/// Statements that are remembered.
const HISTORY_MAX: usize = 5_000;

/// Name of the file that remembers them, in the folder of the state.
const HISTORY: &str = ".query_history";

const HELP: &str = "\
Statements end with a semicolon and may span lines. Tab completes, Ctrl-C ends a running query, Ctrl-D leaves.
  .schema [TABLE]   tables and columns
  .functions        functions
  .help             this text
  .quit             leave";

/// Reads statements and answers them until the person leaves.
pub fn run(queries: &Queries, place: &DataPlace, timeout: Option<Duration>) -> anyhow::Result<Outcome> {
    let config = Config::builder().max_history_size(HISTORY_MAX)?.history_ignore_space(true).auto_add_history(false).build();
    let mut editor: Editor<Words, FileHistory> = Editor::with_config(config)?;
    editor.set_helper(Some(Words::of(queries.database())));
    // A lake in s3:// can be asked without any folder; the history then ends with the shell.
    let history = place.folder().is_dir().then(|| place.folder().join(HISTORY));
    if let Some(history) = history.as_deref().filter(|history| history.exists()) {
        editor.load_history(history)?;
    }
    anstream::eprintln!("version {} of the lake in {}; .help helps", queries.database().version(), place.lake());
    loop {
        let text = match editor.readline("watchfire> ") {
            Ok(text) => text,
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => return Ok(Outcome::Done),
            Err(error) => return Err(error.into()),
        };
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        editor.add_history_entry(text)?;
        if let Some(history) = &history
            && let Err(error) = editor.save_history(history)
        {
            anstream::eprintln!("the history was not kept: {error}");
        }
        match answer(queries, text, timeout) {
            Ok(true) => {}
            Ok(false) => return Ok(Outcome::Done),
            Err(error) if is_closed_pipe(&error) => return Ok(Outcome::Done),
            Err(error) => anstream::eprintln!("error: {error:#}"),
        }
    }
}

/// Answers one statement or command; false means to leave.
fn answer(queries: &Queries, text: &str, timeout: Option<Duration>) -> anyhow::Result<bool> {
    let Some(command) = text.strip_prefix('.') else {
        let mut rows = Rows::new(RowFormat::Table, Box::new(std::io::stdout()), std::io::stdout().is_terminal());
        put(queries, text, timeout, &mut rows)?;
        return Ok(true);
    };
    let mut words = command.trim_end_matches(';').split_whitespace();
    match (words.next(), words.next()) {
        (Some("quit" | "exit" | "q"), None) => return Ok(false),
        (Some("help"), None) => show::text(HELP)?,
        (Some("schema"), table) => show::text(schema::describe(table)?.trim_end())?,
        (Some("functions"), None) => show::text(schema::functions().trim_end())?,
        _ => anyhow::bail!("there is no such command\nhint: .help lists them"),
    }
    Ok(true)
}
